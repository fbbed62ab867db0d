"""Pictures of the Spectrum screen, accepted after looking at them. Each test says what its picture must show."""

from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.snapshots.test_screens import Compare, looks_the_same
from tests.snapshots.texts import ALL, LARGE, SMALL, State, written


def test_spectrum_80x24(snap_compare: Compare) -> None:
    """W with its numbers and its cursor, and as much of the rest as there is room for."""
    assert looks_the_same(snap_compare, size=(80, 24), keys=("4",))


def test_spectrum_120x36(snap_compare: Compare) -> None:
    """All panels at once. This is the README's picture."""
    keys = ("left", "4", "down", "down", "right", "right", "right")
    assert looks_the_same(snap_compare, keys=keys, edits=("3,4=0.8",))


# the edit under the cursor is said to be set; ρ < 1 < σ₁ is remarked on; marks on the circle; a block's name; the
# circle of 1/γ; a large W around its cursor
OF_W: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "edited": (("down",) * 5, {"edits": ("3,4=0.8", "row 2*1.5", "6,1=0")}),
    "nonnormal": ((), {"init": "nonnormal", "rho": 0.8, "text": "What time is it now"}),
    "orthogonal": ((), {"init": "orthogonal", "rho": 1.0}),
    "lstm": ((), {"cell": "lstm"}),
    "sigmoid": ((), {"activation": "sigmoid", "sigma": 5.0}),
    "many units": (("g", *"41,51", "enter"), {"hidden": 64}),
}
STATES = {
    f"{name} {'x'.join(map(str, size))}": State(("4", *keys), ALL, size, settings)
    for name, (keys, settings) in OF_W.items()
    for size in (SMALL, LARGE)
} | {
    "60x18": State(("4",), ALL, (60, 18)),
    "200x60": State(("4",), ALL, (200, 60)),
    # one panel beside W, with all it has to say
    "one panel": State(("4", "p"), ALL, SMALL),
    "another panel": State(("4", "p", "p"), ALL, SMALL),
    "a third panel": State(("4", "p", "p", "p"), ALL, SMALL),
    # the whole row stands out, and what the keys do to it is said
    "a row in hand": State(("4", "down", "x"), ("matrix",)),
    "the gradient as the grid": State(("4", "v", "b"), ("matrix",)),
}


async def test_states(snapshot: SnapshotAssertion) -> None:
    await written(STATES, snapshot)


@pytest.mark.parametrize("theme", ["paper", "sixteen"])
async def test_theme(snapshot: SnapshotAssertion, theme: str) -> None:
    """Signs, the cursor and both kinds of marks are distinguished, on white and with sixteen colours."""
    await written({"w": State(("4", "down", "x"), ("matrix", "plane"))}, snapshot, theme=theme)
