"""The Cliff screen."""
