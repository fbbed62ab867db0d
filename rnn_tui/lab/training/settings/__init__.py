"""What is set of a training: task, course, twin, and what is recommended for each task."""
