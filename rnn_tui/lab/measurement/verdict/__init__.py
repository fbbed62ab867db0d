"""What became of the gradient, in one word, one line, and sentences with their causes."""
