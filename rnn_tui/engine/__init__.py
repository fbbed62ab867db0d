"""The mathematics: NumPy only, pure functions over arrays, no printing, no files. Each folder imports those above it.

numbers    arrays, numbers beyond float64, spectral norms
network    parameters, initialisers, skips, losses, the spectrum of W
cells      one step of each cell, its linear map, its batch kernel
backprop   unroll, and the gradient back through time
influence  of each word on each step
dynamics   powers, Lyapunov exponents, the error surface
learning   clipping, optimisers, the training step, tasks
"""
