"""Saved labs, and those that are kept when the lab is left."""
