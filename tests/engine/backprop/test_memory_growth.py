"""The itemised gradient and all pairs hold O(T² + T·H²) numbers at their peak, whatever the cell and the skip."""

import tracemalloc
from collections.abc import Callable

import pytest

from rnn_tui.engine.influence.all_pairs import all_pairs_influence, can_be_cut
from rnn_tui.engine.influence.gradient import InfluenceOf, pulled_back_influence
from rnn_tui.engine.influence.itemised import itemised
from rnn_tui.engine.kinds import CellName
from rnn_tui.engine.network.skips import Shared, Skip
from tests.engine.nets import Found, draw, run

FLOAT = 8
# long with a small state, where T³ and T²·H² are beyond what is allowed, and with a larger one, where T²·H² is most
SIZES = ((96, 5), (64, 15))


def peak(work: Callable[[], object]) -> float:
    """The numbers held at once, at most, while the work is done."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / FLOAT
    finally:
        tracemalloc.stop()


def found(cell: CellName, skip: Skip, *, steps: int, hidden: int) -> Found:
    return run(draw(0, steps=steps, hidden=hidden, cell=cell, skip=skip, rho=0.9))


def pairs_of(text: Found, of: InfluenceOf) -> object:
    if can_be_cut(text.maps):
        return all_pairs_influence(text.pairs, of=of)
    return pulled_back_influence(text.pairs, of=of, start=0, stop=text.maps.steps)


@pytest.mark.parametrize("skip", [None, Shared(9)])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "feedforward"])
def test_all_pairs(cell: CellName, skip: Skip) -> None:
    for steps, hidden in SIZES:
        text = found(cell, skip, steps=steps, hidden=hidden)
        state, gates = text.maps.size, text.maps.gates * hidden
        allowed = 4 * steps**2 + 12 * steps * state * (state + gates) + 20_000
        for of in ("word", "state"):
            assert peak(lambda text=text, of=of: pairs_of(text, of)) < allowed, (steps, hidden, of)  # type: ignore[misc]


@pytest.mark.parametrize("skip", [None, Shared(9)])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "feedforward"])
def test_itemised(cell: CellName, skip: Skip) -> None:
    for steps, hidden in SIZES:
        text = found(cell, skip, steps=steps, hidden=hidden)
        state, gates = text.maps.size, text.maps.gates * hidden
        allowed = 4 * steps**2 + 12 * steps * (state + gates) + 20_000
        direct = text.losses.each.direct

        def work(text: Found = text, direct: object = direct, steps: int = steps) -> object:
            return itemised(text.trajectory, text.maps, direct, start=0, stop=steps)  # type: ignore[arg-type]

        assert peak(work) < allowed, (steps, hidden)
