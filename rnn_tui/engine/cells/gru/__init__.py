"""The GRU: its step (`cell`), and what follows from it.

Its derivative, of which the gradients and Jacobians of a text are made (`step_derivative`); forward and backpropagation
through time over a batch, for training (`batch_kernel`); the difference of two runs, for occlusion (`difference`).
"""
