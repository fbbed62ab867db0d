"""Typed keys: what a key means where a person types, and where a letter of another layout acts as the key at its place.

The lab handles its own keys at once, while a character goes through the queue of the widget that it is typed into. Keys
may be sent in a burst, by a quick person as by a slow line, and Enter must not overtake what was typed before it.
"""

import asyncio
from contextlib import suppress

from textual.app import App
from textual.events import Key
from textual.keys import key_to_character
from textual.widget import Widget

from rnn_tui.ui.terminal.app import TerminalApp
from rnn_tui.ui.terminal.input.keyboard_layouts import by_place

CATCH_UP_SECONDS = 1.0  # a widget that is being removed may never answer


def act_by_place(app: App[int], event: Key, *, typing: bool) -> None:
    """Makes a letter of another script the key at its place, where that does something; typed, it is itself."""
    if typing and "+" not in event.key:
        return
    key = by_place(event.key)
    if key != event.key and key in app.screen.active_bindings:
        event.key, event.character = key, key_to_character(key)


async def catch_up(app: App[int]) -> None:
    """Waits until all keys that were typed before have had their effect."""
    # The widget twice: what a key has changed there is announced by a message that goes through its queue again.
    nodes = [app.screen] if app.focused is None else [app.focused, *app.focused.ancestors_with_self]
    for node in nodes:
        if isinstance(node, Widget):
            handled = asyncio.Event()
            if node.call_later(handled.set):
                with suppress(TimeoutError):
                    await asyncio.wait_for(handled.wait(), CATCH_UP_SECONDS)


async def run_edit(app: TerminalApp, event: Key) -> bool:
    """Runs what a key does where something is typed; False where it types a character, or does nothing.

    Left to itself, a key such as Backspace would come back from the widget behind all keys that were sent since.
    """
    if event.is_printable:
        return False
    return await app.run_bindings(event.key)
