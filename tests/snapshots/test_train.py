"""Pictures of the Train screen, accepted after looking at them. Each test says what its picture must show.

All trainings in them are tame: what rounds otherwise on another machine changes no digit that is shown.
"""

from typing import Any

from syrupy.assertion import SnapshotAssertion

from tests.snapshots.test_screens import Compare, looks_the_same
from tests.snapshots.texts import ALL, LARGE, SMALL, State, written

# a linear network past ρ = 1: unclipped it diverges with its second step, clipped it learns
STEEP: dict[str, Any] = {"activation": "linear", "rho": 1.1, "clip": "norm"}
FIRST_SIGN = ("5", "y", "y", "y", "y")


def test_start_80x24(snap_compare: Compare) -> None:
    """What is to be learned, with what, what to press, and axes that wait."""
    assert looks_the_same(snap_compare, size=(80, 24), keys=("5",))


def test_learned(snap_compare: Compare) -> None:
    """The network that starts at ρ 1 learns once the first step gets gradient; its twin at ρ .5 does not."""
    assert looks_the_same(snap_compare, keys=(*FIRST_SIGN, "Y", *"XXXX"))


def test_twin_diverges_80x24(snap_compare: Compare) -> None:
    """The clipped network learns; its twin, unclipped, ends, with the step on the axis and in the list."""
    assert looks_the_same(snap_compare, size=(80, 24), keys=(*FIRST_SIGN, "X"), **STEEP)


STATES = {
    "start 120x36": State(("5",), ALL),
    **{
        f"twin diverges {'x'.join(map(str, size))}": State((*FIRST_SIGN, "X"), ALL, size, STEEP)
        for size in ((60, 18), LARGE, (200, 60))
    },
    # ρ(W) beside the list of what happened
    "events of a small window": State((*FIRST_SIGN, "X", "p", "p"), ALL, SMALL, STEEP),
    # the charts in numbers, each time step; the next step, digit by digit; the three ways to clip its gradient
    **{
        f"{name} 80x24": State((*FIRST_SIGN, "x", "i", *["p"] * turns), ALL, SMALL, STEEP)
        for turns, name in enumerate(("charted", "by step", "update", "clips"))
    },
    "numbers 120x36": State((*FIRST_SIGN, "x", "i", "p", "0"), ALL, LARGE, STEEP),
    # a line through all charts, and the numbers of that step in their legends
    "marked": State((*FIRST_SIGN, "X", *"bbbbb"), ALL, LARGE, STEEP),
    # back at an earlier step, changed there and gone on: each has its sign on the axis and in the list
    "rewound": State((*FIRST_SIGN, "X", *"bbbbb", "z", "O", *"xxxxxxxxxx"), ALL, LARGE, STEEP),
}


async def test_states(snapshot: SnapshotAssertion) -> None:
    await written(STATES, snapshot)
