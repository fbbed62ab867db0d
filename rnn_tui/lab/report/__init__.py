"""A measurement as a table, JSON or CSV."""
