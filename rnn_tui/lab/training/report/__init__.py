"""A training as a table, JSON or CSV, and what came of it."""
