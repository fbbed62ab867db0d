"""What the terminal sends: `terminal_input` reads it, as keys and pasted text.

`key_sequences` says which keys a sequence means, `bracketed_paste` which bytes are a paste, and `keyboard_layouts` which
key of another layout is at the place of a Latin letter.
"""
