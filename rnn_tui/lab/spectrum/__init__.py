"""Eigenvalues and singular values of W, and W entry by entry."""
