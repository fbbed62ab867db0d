"""The simple RNN, whose step is also that of a feed-forward layer."""
