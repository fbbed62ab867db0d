"""Pictures of the Cliff, accepted after looking at them. Each test says what its picture must show."""

import pytest

from tests.snapshots.test_screens import Compare, looks_the_same

TO_THE_WALL = ("6", *["space"] * 8)
SIZES = [(80, 24), (120, 36)]


def size_name(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@pytest.mark.parametrize("size", SIZES, ids=size_name)
def test_at_first(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The valley, the wall and the high plain behind it; the start, and that nothing would be clipped."""
    assert looks_the_same(snap_compare, size=size, keys=("6",))


@pytest.mark.parametrize("size", SIZES, ids=size_name)
def test_on_the_wall(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Eight steps both paths took, and what the ninth will do to each, in numbers."""
    assert looks_the_same(snap_compare, size=size, keys=TO_THE_WALL)


def test_after_the_jump_120x36(snap_compare: Compare) -> None:
    """The same with its sentences and the last steps in numbers. This is the README's picture."""
    assert looks_the_same(snap_compare, keys=(*TO_THE_WALL, "space", *["space"] * 8))


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (200, 60)], ids=size_name)
def test_after_the_jump(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The broken line out of the picture with its arrow and where it went; the clipped path's turns along the wall."""
    assert looks_the_same(snap_compare, size=size, keys=(*TO_THE_WALL, "space", *["space"] * 8))


@pytest.mark.parametrize("size", SIZES, ids=size_name)
def test_one_step_from_the_wall(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Near enough that the clipped step is seen; the sentence with the numbers of both."""
    assert looks_the_same(snap_compare, size=size, keys=("6", "w", "space"))


def test_zoomed_in(snap_compare: Compare) -> None:
    """The wall from near by, with numbers at the axes that tell how near."""
    assert looks_the_same(snap_compare, size=(80, 24), keys=(*TO_THE_WALL, "space", *["+"] * 5))


def test_all_of_both(snap_compare: Compare) -> None:
    """Where the unclipped path rests, on a plain without a slope, and how small the valley is from there."""
    assert looks_the_same(snap_compare, keys=(*TO_THE_WALL, "space", "a"))


def test_typing_a_value(snap_compare: Compare) -> None:
    """The line that is typed in, and why that cannot be."""
    assert looks_the_same(snap_compare, size=(80, 24), keys=("6", "tab", "tab", "=", *"5000"))


@pytest.mark.parametrize("theme", ["sixteen", "paper", "safe", "ember"])
def test_theme(snap_compare: Compare, theme: str) -> None:
    """The wall and both paths, told apart; with sixteen colours the ground is shades and dotted contours."""
    assert looks_the_same(snap_compare, size=(80, 24), keys=(*TO_THE_WALL, "space", "space", "space"), theme=theme)
