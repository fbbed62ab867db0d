"""What keys do on every screen."""
