"""The Spectrum screen."""
