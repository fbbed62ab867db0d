"""Text for the terminal and for files: tokens, graphemes, numbers, tables."""
