"""The cells: one step forward, the linear map that the step is nearby, and the kernels over many sequences at once."""
