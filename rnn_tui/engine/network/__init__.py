"""A network: its parameters and how they are initialised, its skips, its losses, the spectrum of W."""
