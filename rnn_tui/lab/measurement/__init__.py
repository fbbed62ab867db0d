"""What was measured of one experiment: the numbers, the verdict, the notes."""
