"""One experiment: what the user set, what was measured, its history and its files. No Textual."""
