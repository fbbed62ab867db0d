"""The error surface of one unit and the descents on it."""
