"""The table of keys, and all that is derived from it."""
