"""The Powers screen."""
