"""Training a network on a task: what is set, every step that was made, and the way back to any of them."""
