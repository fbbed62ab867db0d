"""A map repeated many times.

powers               Wⁿ x and ‖Wⁿ‖₂, and both with tanh between the steps
random_products      Wⁿ beside products of independent W's, and what theory says of both
state_maps           ∂s_t/∂s_{t−1} of the whole state as matrices
udt                  a long product of matrices as U diag(e^d) T, all its digits kept
udt_singular_values  its singular values
lyapunov             Lyapunov exponents of one network along one text
lyapunov_ensemble    of many networks side by side
error_surface        E(w, b) of one unit and its gradient (Pascanu et al. 2013)
descent              gradient descent on it, clipped and not
"""
