"""Numbers and arrays: exponents beyond float64, products, spectral norms, a fast tanh."""
