"""What a training keeps of its steps: curves, samples, events, and the weights at moments to go back to."""
