"""The terminal: what it sends as keys, what it is sent, and the loop in between."""
