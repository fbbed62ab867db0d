"""What is measured beside the measurement on request, and the report of all of it."""
