"""Forward through a sequence and back through time.

unroll         h_1 … h_T: the trajectory
linear_maps    the maps s_{t−1} → s_t near it, of any cell: φ'(a_t), gates, W_hh
adjoint_floats one step back, ∂/∂s_t to ∂/∂s_{t−1}, in float64; one step forward for tangents
adjoint        the same for numbers of any size
walk           through all steps, with skips
bptt           δ_t = ∂L/∂h_t and the gradient of every parameter
truncation     a window for every loss
jacobians      ∂h_T/∂h_t and ∂h_T/∂x_t
batches        B sequences at once, by the cell's batch kernel or in general
"""
