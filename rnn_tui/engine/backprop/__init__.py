"""Forward through a sequence and back through time: unroll, linear maps, adjoints, gradients, Jacobians; batches."""
