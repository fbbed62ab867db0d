"""What a setting is: its declaration, the values that it can have, and the steps in which a dial turns it."""
