"""What a session keeps: the history for undo, saved labs, and those that are kept when the lab is left."""
