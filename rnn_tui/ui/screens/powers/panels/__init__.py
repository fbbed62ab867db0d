"""The panels of the Powers screen."""
