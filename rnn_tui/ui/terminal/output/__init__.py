"""What the terminal is sent.

`frames` reads what Textual paints, `sgr` reads the styles in it, and `cell_difference` sends the cells that differ.
"""
