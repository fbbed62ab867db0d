"""A training in the reports."""
