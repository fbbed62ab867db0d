"""Pictures of the Spectrum screen, accepted after looking at them. Each test says what its picture must show."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.snapshots.test_screens import looks_the_same

Compare = Callable[..., bool]

SIZES = [(80, 24), (120, 36)]
STATES: dict[str, dict[str, Any]] = {
    "edited": {"view": {"row": 5}, "edits": ("3,4=0.8", "row 2*1.5", "6,1=0")},
    "nonnormal": {"init": "nonnormal", "rho": 0.8, "text": "What time is it now"},
    "orthogonal": {"init": "orthogonal", "rho": 1.0},
    "lstm": {"cell": "lstm"},
    "sigmoid": {"activation": "sigmoid", "sigma": 5.0},
    "many_units": {"hidden": 64, "view": {"row": 40, "column": 50}},
}


def same(compare: Compare, *, size: tuple[int, int], keys: tuple[str, ...] = (), **settings: Any) -> bool:
    return looks_the_same(compare, size=size, keys=("4", *keys), **settings)


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_spectrum(snap_compare: Compare, size: tuple[int, int]) -> None:
    """W with its numbers and its cursor, and as much of the rest as there is room for."""
    assert same(snap_compare, size=size)


def test_spectrum_120x36(snap_compare: Compare) -> None:
    """All panels at once. This is the README's picture."""
    assert same(snap_compare, size=(120, 36), step=2, view={"row": 2, "column": 3}, edits=("3,4=0.8",))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES)
def test_state(snap_compare: Compare, state: str, size: tuple[int, int]) -> None:
    """The edit under the cursor is said to be set; ρ < 1 < σ₁ is remarked on; marks on the circle; a block's name; the
    circle of 1/γ; a large W around its cursor."""
    assert same(snap_compare, size=size, **STATES[state])


@pytest.mark.parametrize("panel", ["plane", "values", "theory"])
def test_panel(snap_compare: Compare, panel: Any) -> None:
    """One panel beside W, with all it has to say."""
    view = {"panel": panel}
    assert same(snap_compare, size=(80, 24), view=view)


def test_a_row_in_hand(snap_compare: Compare) -> None:
    """The whole row stands out, and what the keys do to it is said."""
    assert same(snap_compare, size=(120, 36), keys=("down", "x"))


def test_the_gradient_as_the_grid(snap_compare: Compare) -> None:
    """∂L/∂W of every entry, and the step before the last."""
    assert same(snap_compare, size=(120, 36), keys=("v", "b"))


@pytest.mark.parametrize("theme", ["paper", "sixteen"])
def test_theme(snap_compare: Compare, theme: str) -> None:
    """Signs, the cursor and both kinds of marks are told apart, on white and with sixteen colours."""
    assert same(snap_compare, size=(120, 36), theme=theme)
