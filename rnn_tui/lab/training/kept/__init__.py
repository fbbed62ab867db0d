"""A training kept in a file when the lab is left."""
