"""What panels are drawn with, and the panels that several screens have."""
