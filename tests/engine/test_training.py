"""A training step beside finite differences, and what clipping and the update leave."""

import numpy as np
import pytest

from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.batch import ALL, LAST, Batch
from rnn_tui.engine.kinds import Cell
from rnn_tui.engine.model import Architecture, Model, copied, model
from rnn_tui.engine.optimisers import OptimiserState, fresh_state
from rnn_tui.engine.skips import Pinned, Shared, Skip
from rnn_tui.engine.training import Workspace, loss_and_gradient, workspace
from tests.engine.nets import draw

CELLS: tuple[Cell, ...] = ("rnn", "lstm", "gru", "feedforward")
SKIPS: tuple[Skip, ...] = (None, Pinned(2, 5), Shared(2))


class Drawn:
    """θ, a batch of three sequences of seven steps with targets of a kind, and room."""

    def __init__(self, cell: Cell = "rnn", kind: str = "classes", *, skip: Skip = None, scored: slice = LAST) -> None:
        net, rng = draw(4, cell=cell, rho=0.8), np.random.default_rng(6)
        count = len(range(7)[scored])
        targets = rng.integers(0, 4, (count, 3)) if kind == "classes" else rng.standard_normal((count, 3, 4))
        self.at: Model = model(net.parameters, net.readout)
        self.batch = Batch(rng.standard_normal((7, 3, 3)), targets, scored)
        self.room: Workspace = workspace(Architecture(cell, "tanh", skip), self.at, steps=7, batch=3)
        self.state: OptimiserState = fresh_state(self.at.flat.size)

    def gradient(self) -> FloatArray:
        """g, whole."""
        loss_and_gradient(self.at, self.batch, room=self.room)
        return self.room.gradient.flat.copy()


@pytest.mark.parametrize("scored", [LAST, ALL, slice(2, None, 2)], ids=["last", "all", "some"])
@pytest.mark.parametrize("kind", ["classes", "numbers"])
@pytest.mark.parametrize("skip", SKIPS, ids=["none", "pinned", "shared"])
@pytest.mark.parametrize("cell", CELLS)
def test_finite_differences(cell: Cell, skip: Skip, kind: str, scored: slice) -> None:
    case, step = Drawn(cell, kind, skip=skip, scored=scored), 1e-5
    gradient = case.gradient()
    way = np.random.default_rng(8).standard_normal(gradient.shape)

    def moved(size: float) -> float:
        other = copied(case.at)
        other.flat[:] += size * way
        return loss_and_gradient(other, case.batch, room=case.room).loss

    assert (moved(step) - moved(-step)) / (2 * step) == pytest.approx(gradient @ way, rel=1e-6)
