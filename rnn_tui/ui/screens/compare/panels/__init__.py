"""The panels of the Compare screen."""
