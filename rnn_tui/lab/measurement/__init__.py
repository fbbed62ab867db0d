"""The measurement of one experiment: the numbers, the verdict, the notes, the reports, and the same over many seeds."""
