"""What the terminal sends: `terminal_input` reads it, as keys and pasted text.

`key_sequences` says which keys a sequence means, and `bracketed_paste` which bytes are a paste. `keyboard_layouts` has
the letters of other layouts, each with the key of a US keyboard at its place.
"""
