"""A network that was trained in the lab: its weights, the texts that it reads, how well it does its task."""
