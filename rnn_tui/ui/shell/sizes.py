"""Sizes of windows: the least one, and from where on there is room for frames and for panels side by side."""

LEAST_WIDTH, LEAST_HEIGHT = 60, 18
BESIDE_WIDTH = 80
FRAMED_HEIGHT = 23
LINES = 3  # of the title, the hint and the keys
