"""The panels of the Spectrum screen."""
