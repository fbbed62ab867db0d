"""The same text through nine networks."""
