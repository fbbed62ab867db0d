"""What clipping, truncation and an update make of the gradient of one measurement."""
