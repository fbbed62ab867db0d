"""The terminal, and all that touches Textual's private parts.

- Before the lab opens: `refusal`, `environment`, `size`.
- What the terminal sends: `terminal_input`, `key_sequences`, `keyboard_layouts`, `bracketed_paste`.
- What it is sent: `frames` reads what Textual paints, `sgr` its styles, `cell_difference` sends what differs.
- Textual's classes as the lab builds on them: `app`, `screen`, `driver`; `yielding` has the event loop.
"""
