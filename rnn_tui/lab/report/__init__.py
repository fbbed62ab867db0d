"""The generic writers: a table, JSON and CSV of whatever a subject declares."""
