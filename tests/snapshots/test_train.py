"""Pictures of the Train screen, accepted after looking at them. Each test says what its picture must show.

All trainings in them are tame: what rounds otherwise on another machine changes no digit that is shown.
"""

from typing import Any

import pytest

from tests.snapshots.test_screens import Compare, looks_the_same

SIZES = [(80, 24), (120, 36)]
# a linear network past ρ = 1: unclipped it diverges with its second step, clipped it learns
STEEP: dict[str, Any] = {"activation": "linear", "rho": 1.1, "clip": "norm"}
FIRST_SIGN = ("5", "y", "y", "y", "y")


def named(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_start(snap_compare: Compare, size: tuple[int, int]) -> None:
    """What is to be learned, with what, what to press, and axes that wait."""
    assert looks_the_same(snap_compare, size=size, keys=("5",))


def test_learned(snap_compare: Compare) -> None:
    """The network that starts at ρ 1 learns once the first step gets gradient; its twin at ρ .5 does not."""
    assert looks_the_same(snap_compare, keys=(*FIRST_SIGN, "Y", *"XXXX"))


@pytest.mark.parametrize("size", [(60, 18), *SIZES, (200, 60)], ids=named)
def test_twin_diverges(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The clipped network learns; its twin, unclipped, stands still, with the step on the axis and in the list."""
    assert looks_the_same(snap_compare, size=size, keys=(*FIRST_SIGN, "X"), **STEEP)


def test_events_of_a_small_window(snap_compare: Compare) -> None:
    """ρ(W) beside the list of what happened."""
    assert looks_the_same(snap_compare, size=(80, 24), keys=(*FIRST_SIGN, "X", "p", "p"), **STEEP)


@pytest.mark.parametrize("turns", range(4), ids=["charted", "by step", "update", "clips"])
def test_numbers_80x24(snap_compare: Compare, turns: int) -> None:
    """The charts in numbers, each time step; the next step, digit by digit; the three ways to clip its gradient."""
    assert looks_the_same(snap_compare, size=(80, 24), keys=(*FIRST_SIGN, "x", "i", *["p"] * turns), **STEEP)


def test_numbers_120x36(snap_compare: Compare) -> None:
    """The last two, one below the other, the chosen weight marked."""
    assert looks_the_same(snap_compare, keys=(*FIRST_SIGN, "x", "i", "p", "0"), **STEEP)


def test_marked(snap_compare: Compare) -> None:
    """A line through all charts, and the numbers of that step in their legends."""
    assert looks_the_same(snap_compare, keys=(*FIRST_SIGN, "X", *"bbbbb"), **STEEP)


def test_rewound(snap_compare: Compare) -> None:
    """Back at an earlier step, changed there and gone on: each has its sign on the axis and in the list."""
    assert looks_the_same(snap_compare, keys=(*FIRST_SIGN, "X", *"bbbbb", "z", "O", *"xxxxxxxxxx"), **STEEP)
