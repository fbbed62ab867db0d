"""Pictures of the Compare screen, accepted after looking at them. Each test says what its picture must show."""

from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from rnn_tui.lab.experiment.networks import NETWORK_KINDS
from rnn_tui.ui.screens.compare.panels.columns import SORTS
from tests.snapshots.test_screens import SENTENCE, Compare, looks_the_same
from tests.snapshots.texts import ALL, LARGE, SMALL, State, written


def on(name: str, *, above: str = "") -> tuple[str, ...]:
    """The keys that go from the first network, or from another one, to this one."""
    names = list(NETWORK_KINDS)
    return ("down",) * (names.index(name) - (names.index(above) if above else 0))


def test_compare_80x24(snap_compare: Compare) -> None:
    """Nine curves distinguished by their markers, the same in the table; the chosen one thick, and in words."""
    assert looks_the_same(snap_compare, size=(80, 24), keys=("3",))


def test_compare_120x36(snap_compare: Compare) -> None:
    """Chart beside table; every column, and the chosen network in words. This is the README's picture."""
    assert looks_the_same(snap_compare, keys=("3",))


def test_compare_bands_120x36(snap_compare: Compare) -> None:
    """Of the chosen network where half and where nine tenths of the seeds are; of an LSTM also c."""
    assert looks_the_same(snap_compare, keys=("3", *on("LSTM"), "b"))


SORTED: dict[str, Any] = {
    # the smallest growth first, its heading marked; a hidden row dimmed, without a marker, and no curve of it
    "sorted and hidden": (
        *on("residual net"),
        "h",
        *on("GRU", above="residual net"),
        *["right"] * SORTS.index("gradient"),
        "f",
    ),
    # a word was added: three networks refuse it in their rows, and it is said why
    "refusal": ("plus", *on("pinned skip")),
}
STATES = {
    f"{name} {'x'.join(map(str, size))}": State(("3", *keys), ALL, size)
    for name, keys in SORTED.items()
    for size in (SMALL, LARGE)
} | {
    "60x18": State(("3",), ALL, (60, 18)),
    "200x60": State(("3",), ALL, (200, 60)),
    "chart 60x18": State(("3", "p"), ALL, (60, 18)),
    # fewer markers than steps, those of different networks at different steps
    "long text 80x24": State(("3",), ("compared-chart",), SMALL, {"text": f"{SENTENCE} " * 3}),
    "long text 120x36": State(("3",), ("compared-chart",), LARGE, {"text": f"{SENTENCE} " * 3}),
}


async def test_states(snapshot: SnapshotAssertion) -> None:
    await written(STATES, snapshot)


@pytest.mark.parametrize("theme", ["sixteen"])
async def test_theme(snapshot: SnapshotAssertion, theme: str) -> None:
    """Sixteen colours: what is chosen, hidden and refused is seen by its marks."""
    keys = ("3", "plus", *on("GRU"), "h", *["up"] * len(on("GRU", above="shared skip")))
    await written({"refused": State(keys, ("compared-chart", "compared-table"))}, snapshot, theme=theme)
