"""Networks to train, and what PyTorch finds for them: fixtures of `tests/data/training`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.kinds import GATES, CellName
from rnn_tui.engine.learning.batch import LAST, Batch
from rnn_tui.engine.learning.optimisers import OptimiserState, fresh_state
from rnn_tui.engine.learning.training_step import Workspace, loss_and_gradient, workspace
from rnn_tui.engine.network.losses import Readout
from rnn_tui.engine.network.model import Architecture, Model, model
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.network.skips import Pinned, Shared, Skip
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray
from tests.engine.nets import draw

FOLDER = Path(__file__).parents[2] / "data" / "training"
CELLS: tuple[CellName, ...] = ("rnn", "lstm", "gru", "feedforward")
SKIPS: Mapping[str, Skip] = {"none": None, "pinned": Pinned(2, 5), "shared": Shared(2)}


class Trainee(NamedTuple):
    """θ, what an optimiser remembers, a batch, and room."""

    at: Model
    state: OptimiserState
    batch: Batch
    room: Workspace

    def gradient(self) -> FloatArray:
        """g, whole."""
        loss_and_gradient(self.at, self.batch, room=self.room)
        return self.room.gradient.flat.copy()


def trainee(cell: CellName = "rnn", kind: str = "classes", *, skip: Skip = None, scored: slice = LAST) -> Trainee:
    """A drawn network, and three sequences of seven steps with targets of a kind."""
    net, rng = draw(4, cell=cell, rho=0.8), np.random.default_rng(6)
    count = len(range(7)[scored])
    targets = rng.integers(0, 4, (count, 3)) if kind == "classes" else rng.standard_normal((count, 3, 4))
    at = model(net.parameters, net.readout)
    batch = Batch(rng.standard_normal((7, 3, 3)), targets, scored)
    return Trainee(
        at, fresh_state(at.flat.size), batch, workspace(Architecture(cell, "tanh", skip), at, steps=7, batch=3)
    )


@cache
def training_fixture(name: str) -> Mapping[str, AnyArray]:
    """The arrays of one file of `tests/data/training`."""
    with np.load(FOLDER / f"{name}.npz") as file:
        values = {key: file[key] for key in file.files}
    for value in values.values():
        value.flags.writeable = False
    return values


def from_flat(flat: FloatArray, *, cell: CellName, hidden: int, inputs: int, outputs: int, steps: int) -> Model:
    """All parameters in a row, as the fixtures have them, as a model."""
    rows, ahead = len(GATES[cell]) * hidden, (steps,) if cell == "feedforward" else ()
    shapes = (
        *((*ahead, rows, inputs), (*ahead, rows, hidden), (*ahead, rows), (*ahead, rows)),
        *((outputs, hidden), (outputs,)),
    )
    ends = np.cumsum([np.prod(shape, dtype=int) for shape in shapes])
    assert ends[-1] == flat.size
    parts = [part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), shapes, strict=True)]
    return model(Parameters(*parts[:4]), Readout(*parts[4:]))
