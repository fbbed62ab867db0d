"""See why a recurrent network forgets: a terminal laboratory for vanishing and exploding gradients."""

__version__ = "0.1.0"
