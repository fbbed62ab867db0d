"""Pictures of the Cliff, accepted after looking at them. Each test says what its picture must show."""

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.snapshots.test_screens import Compare, looks_the_same
from tests.snapshots.texts import ALL, LARGE, SMALL, State, written

TO_THE_WALL = ("6", *["space"] * 8)
AFTER = (*TO_THE_WALL, "space", *["space"] * 8)


def test_after_the_jump_80x24(snap_compare: Compare) -> None:
    """The broken line out of the picture with its arrow and where it went; the clipped path's turns along the wall."""
    assert looks_the_same(snap_compare, size=(80, 24), keys=AFTER)


def test_after_the_jump_120x36(snap_compare: Compare) -> None:
    """The same with its sentences and the last steps in numbers. This is the README's picture."""
    assert looks_the_same(snap_compare, keys=AFTER)


def test_sixteen_80x24(snap_compare: Compare) -> None:
    """With sixteen colours the ground is shades and dotted contours."""
    assert looks_the_same(snap_compare, size=(80, 24), keys=(*TO_THE_WALL, *["space"] * 3), theme="sixteen")


STATES = {
    f"{name} {'x'.join(map(str, size))}": State(keys, ALL, size)
    for size in (SMALL, LARGE)
    for name, keys in {
        # the valley, the wall and the high plain behind it; the start, and that nothing would be clipped
        "at first": ("6",),
        # eight steps both paths took, and what the ninth will do to each, in numbers
        "on the wall": TO_THE_WALL,
        # near enough that the clipped step is seen; the sentence with the numbers of both
        "one step from the wall": ("6", "w", "space"),
    }.items()
} | {
    "after the jump 60x18": State(AFTER, ALL, (60, 18)),
    "after the jump 200x60": State(AFTER, ALL, (200, 60)),
    # the wall from near by, with numbers at the axes that tell how near
    "zoomed in": State((*TO_THE_WALL, "space", *["+"] * 5), ALL, SMALL),
    # where the unclipped path rests, on a plain without a slope, and how small the valley is from there
    "all of both": State((*TO_THE_WALL, "space", "a"), ALL),
    # the line that is typed in, and why that cannot be
    "typing a value": State(("6", "tab", "tab", "=", *"5000"), (), SMALL),
}


async def test_states(snapshot: SnapshotAssertion) -> None:
    await written(STATES, snapshot)


@pytest.mark.parametrize("theme", ["paper", "safe", "ember"])
async def test_theme(snapshot: SnapshotAssertion, theme: str) -> None:
    """The wall and both paths, distinguished."""
    shown = State((*TO_THE_WALL, "space", "space", "space"), ("surface",), SMALL)
    await written({"after the jump": shown}, snapshot, theme=theme)
