"""The cells: one step forward, the reverse of that step beside it, and the linear map that the step is nearby."""
