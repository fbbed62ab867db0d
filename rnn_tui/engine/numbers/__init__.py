"""Numbers and arrays.

arrays         types of arrays
exponents      `Scaled`: arrays beyond float64's range, mantissa · 2**exponent
arithmetic     their sums and products
exponential    e**x with an exponent
scaled_float   one such number as a Python float and int
scaled_rows    rows of adjoints on their way through time, with exponents
products       W v and rows · W, of one network or an ensemble
spectral_norm  ‖A‖₂ of many matrices at once
quick_tanh     tanh from a table, for training
"""
