"""A measurement in the reports."""
