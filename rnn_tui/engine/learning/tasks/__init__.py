"""Tasks to train on, made on the spot from a seed: one a file."""
