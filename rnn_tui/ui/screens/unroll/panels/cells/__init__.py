"""The unrolled panel: the network step by step, and the gradient on its way back."""
