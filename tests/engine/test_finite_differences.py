"""The gradient against finite differences of the loss, along random directions."""

from typing import get_args

import numpy as np
import pytest

from rnn_tui.engine.exponents import to_float
from rnn_tui.engine.kinds import Activation, Loss
from tests.engine.nets import PARAMETERS, Net, draw, run, total_loss

STEP = 1e-5
CLOSE = 1e-6


@pytest.mark.parametrize("activation", get_args(Activation))
@pytest.mark.parametrize("loss", get_args(Loss))
@pytest.mark.parametrize("steps", [1, 2, 7])
@pytest.mark.parametrize("hidden", [1, 6])
def test_all_parameters_along_random_directions(activation: Activation, loss: Loss, steps: int, hidden: int) -> None:
    net = draw(steps, steps=steps, hidden=hidden, activation=activation)
    gradients = {name: to_float(value) for name, value in run(net, loss).parameters.items()}
    rng = np.random.default_rng(0)
    for _ in range(3):
        directions = {name: rng.standard_normal(tensor.shape) for name, tensor in net.tensors().items()}
        slope = sum(float(np.vdot(gradients[name], directions[name])) for name in PARAMETERS)

        def moved(by: float, directions: dict[str, np.ndarray] = directions) -> Net:
            return net.with_tensors({name: value + by * directions[name] for name, value in net.tensors().items()})

        difference = (total_loss(moved(STEP), loss) - total_loss(moved(-STEP), loss)) / (2 * STEP)
        assert slope == pytest.approx(difference, rel=CLOSE, abs=CLOSE)


@pytest.mark.parametrize("activation", get_args(Activation))
@pytest.mark.parametrize("steps", [1, 2, 7])
def test_each_parameter_alone(activation: Activation, steps: int) -> None:
    net = draw(10 + steps, steps=steps, activation=activation)
    gradients = run(net, "sum").parameters
    rng = np.random.default_rng(1)
    for name, tensor in net.tensors().items():
        direction = rng.standard_normal(tensor.shape)
        ahead = total_loss(net.with_tensors({**net.tensors(), name: tensor + STEP * direction}), "sum")
        behind = total_loss(net.with_tensors({**net.tensors(), name: tensor - STEP * direction}), "sum")
        slope = float(np.vdot(to_float(gradients[name]), direction))
        assert slope == pytest.approx((ahead - behind) / (2 * STEP), rel=CLOSE, abs=CLOSE), name
