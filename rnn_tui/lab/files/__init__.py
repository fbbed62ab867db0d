"""Files read and written, all or nothing, and what kinds there are."""
