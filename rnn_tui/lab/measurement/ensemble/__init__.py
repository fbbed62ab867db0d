"""The same experiment over many seeds at once."""
