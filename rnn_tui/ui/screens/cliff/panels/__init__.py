"""The Cliff's panels: its dials and verdict, the picture of E with both paths, and their numbers."""
