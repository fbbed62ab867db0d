"""Pickles read without running anything: tensors, containers, and records of classes that nobody imports."""
