"""Measurements made only on request, and the report of all that was measured."""
