"""What repetition does: powers of W, random products, Lyapunov exponents, the error surface of one unit."""
