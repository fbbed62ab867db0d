"""What the user set: settings, text, edits of W, and the network they describe."""
