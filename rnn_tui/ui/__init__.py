"""The terminal interface: the app, its keys and themes, what panels are drawn with, and the screens."""
