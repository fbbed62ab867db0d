"""The mathematics: NumPy only, pure functions over arrays, no printing, no files."""
