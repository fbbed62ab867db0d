"""Screens that are made once and kept.

A screen that is dropped stays in memory all the same: the app's signals and its reactive attributes hold the
subscribers. So each screen is made when it is first wanted, and opened again from then on.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from textual.app import App
from textual.screen import Screen

Kept = TypeVar("Kept", bound=Screen[None])


def kept_screen(app: App[Any], kind: type[Kept], make: Callable[[], Kept]) -> Kept:
    """The app's one screen of a class, made where there is none yet."""
    name = kind.__name__
    if not app.is_screen_installed(name):
        # Textual takes apart what it does not know by name as soon as it is left.
        app.install_screen(make(), name)
    return app.get_screen(name, kind)
