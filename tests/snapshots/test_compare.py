"""Pictures of the Compare screen, accepted after looking at them. Each test says what its picture must show."""

import pytest

from tests.snapshots.test_screens import SENTENCE, Compare, looks_the_same

SIZES = [(80, 24), (120, 36)]


def named(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def test_compare_120x36(snap_compare: Compare) -> None:
    """Chart beside table; every column, and the chosen network in words. This is the README's picture."""
    assert looks_the_same(snap_compare, keys=("3",))


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (200, 60)], ids=named)
def test_compare(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Nine curves told apart by their markers, the same in the table; the chosen one thick, and in words."""
    assert looks_the_same(snap_compare, size=size, keys=("3",))


def test_compare_chart_60x18(snap_compare: Compare) -> None:
    """The chart alone, with what each marker stands for."""
    assert looks_the_same(snap_compare, size=(60, 18), keys=("3", "p"))


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_compare_bands(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Of the chosen network where half and where nine tenths of the seeds are; of an LSTM also c."""
    view = {"chosen": "LSTM", "bands": True}
    assert looks_the_same(snap_compare, size=size, view=view, keys=("3",))


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_compare_sorted_and_hidden(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The smallest growth first, its heading marked; a hidden row dimmed, without a marker, and no curve of it."""
    view = {"chosen": "GRU", "sort": "gradient", "flipped": True, "hidden": frozenset({"residual net"})}
    assert looks_the_same(snap_compare, size=size, view=view, keys=("3",))


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_compare_refusal(snap_compare: Compare, size: tuple[int, int]) -> None:
    """A word was added: three networks refuse it in their rows, and it is said why."""
    view = {"chosen": "pinned skip"}
    assert looks_the_same(snap_compare, size=size, view=view, keys=("3", "plus"))


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_compare_long_text(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Fewer markers than steps, those of different networks at different steps."""
    assert looks_the_same(snap_compare, size=size, keys=("3",), text=f"{SENTENCE} " * 3)


def test_compare_without_colour(snap_compare: Compare) -> None:
    """Sixteen colours: what is chosen, hidden and refused is seen by its marks."""
    view = {"chosen": "shared skip", "hidden": frozenset({"GRU"})}
    assert looks_the_same(snap_compare, view=view, keys=("3", "plus"), theme="sixteen")
