"""Training: batches, the step, clipping, optimisers, evaluation, and the tasks."""
