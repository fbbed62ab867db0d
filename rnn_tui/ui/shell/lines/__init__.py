"""The lines of every screen: title, hint, prompt, keys."""
