"""A network: its numbers, how they are initialised, what it is asked, and what W alone says.

parameters    W_ih, W_hh, b_ih, b_hh, named and laid out as PyTorch's
network       a cell with parameters and skips
model         all parameters and the readout as one vector
initialisers  random W: uniform, gaussian, orthogonal, …, scaled to ρ or σ₁
chrono        biases, and gates that stay open for as long as is asked
nonnormal     a W whose powers first grow and then vanish
skips         connections between states, pinned or shared
losses        cross-entropy of every step and the error that it sends back
squares       squared error, likewise
spectrum      eigenvalues and singular values of W, and what they bound
"""
