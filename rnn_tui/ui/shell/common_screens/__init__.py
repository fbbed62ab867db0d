"""The classes that screens are made of, and the screens over another: help and the commands."""
