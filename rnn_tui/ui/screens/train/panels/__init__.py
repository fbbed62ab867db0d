"""The panels of the Train screen: charts over the steps of a training, its settings and events, the step in numbers."""
