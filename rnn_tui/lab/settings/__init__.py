"""What a setting is: what is refused of it."""
