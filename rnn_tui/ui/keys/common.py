"""Rows that several screens share, each with the kind of screen that has it."""

from collections.abc import Callable
from typing import NamedTuple

from rnn_tui.ui.keys.rows import Command, Context, Foot, KeyRow, row
from rnn_tui.ui.keys.screen_spec import ScreenSpec


class CommonRow(NamedTuple):
    """A row that more than one screen has.

    Attributes:
        where: whether a screen has it.
        over: what is shown over a screen and has it too: a prompt, the commands, the help.
    """

    row: KeyRow
    where: Callable[[ScreenSpec], bool]
    over: frozenset[Context] = frozenset()


def common(
    where: Callable[[ScreenSpec], bool],
    group: str,
    foot: Foot,
    meaning: str,
    *commands: Command,
    over: frozenset[Context] = frozenset(),
) -> CommonRow:
    """A row of the screens for which `where` holds."""
    return CommonRow(row(group, foot, meaning, *commands), where, over)


def on_every_screen(_: ScreenSpec) -> bool:
    """All screens of the lab."""
    return True


def with_the_network(spec: ScreenSpec) -> bool:
    """Screens that show the network of the experiment."""
    return spec.shows_network


def with_a_cursor(spec: ScreenSpec) -> bool:
    """Screens where the arrows move a cursor and Enter does what it is on."""
    return spec.has_cursor


def without_a_cursor(spec: ScreenSpec) -> bool:
    """Screens where the arrows turn the chosen dial."""
    return not spec.has_cursor


def with_side_work(spec: ScreenSpec) -> bool:
    """Screens that measure more than the measurement that all share."""
    return spec.has_side_work


def without_a_training(spec: ScreenSpec) -> bool:
    """Screens that have nothing of their own to take up."""
    return not spec.has_training
