"""The training that the Train screen runs: the thread's work, how it starts, and what is set aside."""
