"""The gradient against finite differences of the loss, along random directions, for every cell and every skip."""

from collections.abc import Mapping
from itertools import product
from typing import get_args

import numpy as np
import pytest

from rnn_tui.engine.kinds import Activation, CellName, Loss
from rnn_tui.engine.network.skips import parse_skip
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import to_float
from tests.engine.nets import Net, draw, equation_net, run

STEP = 1e-5
CLOSE = 1e-6
CELLS: list[tuple[CellName, Activation]] = [
    *(("rnn", activation) for activation in get_args(Activation)),
    *((cell, "tanh") for cell in get_args(CellName) if cell != "rnn"),
]
SKIPS = {
    1: ("none", "shared:1", "shared:2"),
    2: ("none", "pinned:1-2", "shared:1", "shared:2"),
    7: ("none", "pinned:1-2", "pinned:2-6", "pinned:1-7", "shared:1", "shared:2", "shared:9"),
}
CASES = [(cell, activation, skip, steps) for cell, activation in CELLS for steps in SKIPS for skip in SKIPS[steps]]


@pytest.mark.parametrize(("cell", "activation", "skip", "steps"), CASES)
def test_along_random_directions(cell: CellName, activation: Activation, skip: str, steps: int) -> None:
    losses: tuple[Loss, ...] = get_args(Loss)
    for hidden, loss in product((1, 4), losses):
        net = draw(steps, steps=steps, hidden=hidden, cell=cell, activation=activation, skip=parse_skip(skip))
        gradients = {name: to_float(value) for name, value in run(net, loss).parameters.items()}
        rng = np.random.default_rng(0)
        everywhere = {name: rng.standard_normal(tensor.shape) for name, tensor in net.tensors().items()}
        for directions in (everywhere, *({name: each} for name, each in everywhere.items())):
            slope = sum(float(np.vdot(gradients[name], each)) for name, each in directions.items())
            assert slope == pytest.approx(difference(net, loss, directions), rel=CLOSE, abs=CLOSE), (loss, *directions)


def difference(net: Net, loss: Loss, directions: Mapping[str, FloatArray]) -> float:
    """(L(θ + ε d) − L(θ − ε d)) / 2ε."""
    ahead, behind = (
        equation_net(
            net.with_tensors(net.tensors() | {name: net.tensors()[name] + by * d for name, d in directions.items()})
        )
        for by in (STEP, -STEP)
    )
    return float(ahead.loss(loss) - behind.loss(loss)) / (2 * STEP)
