"""Powers of W, and products of random ones."""
