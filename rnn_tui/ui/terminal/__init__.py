"""The terminal, and all that touches Textual's private parts.

- Before the lab opens: `refusal`, `environment`, `size`.
- `input`: what the terminal sends, as keys and pasted text. `output`: the cells that differ, sent to it.
- Textual's classes as the lab builds on them: `app`, `screen`, `driver`; `yielding` has the event loop.
"""
