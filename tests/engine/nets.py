"""The small networks that the engine is held to: fixtures of `tests/data`, and fresh draws."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np

from rnn_tui.engine.adjoint import StepsBack, steps_back
from rnn_tui.engine.arrays import FloatArray, IntArray
from rnn_tui.engine.bptt import HiddenGradient, hidden_gradient, parameter_gradients
from rnn_tui.engine.cells import RNNParameters
from rnn_tui.engine.exponents import Scaled, to_float
from rnn_tui.engine.kinds import Activation, Loss
from rnn_tui.engine.losses import Readout, StepLosses, step_losses, step_weights
from rnn_tui.engine.unroll import Trajectory, unroll

DATA = Path(__file__).parents[1] / "data"
FIXTURES = sorted(path.stem for path in DATA.glob("rnn_*.npz"))
PARAMETERS = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "readout_weight", "readout_bias")


@dataclass(frozen=True)
class Net:
    """One network, its text and its targets."""

    activation: Activation
    parameters: RNNParameters
    readout: Readout
    inputs: FloatArray
    h_0: FloatArray
    targets: IntArray

    def tensors(self) -> dict[str, FloatArray]:
        """All parameters by name."""
        return {
            **self.parameters._asdict(),
            "readout_weight": self.readout.weight,
            "readout_bias": self.readout.bias,
        }

    def with_tensors(self, tensors: Mapping[str, FloatArray]) -> "Net":
        """The same network with other parameters."""
        return replace(
            self,
            parameters=RNNParameters(**{name: tensors[name] for name in RNNParameters._fields}),
            readout=Readout(tensors["readout_weight"], tensors["readout_bias"]),
        )


@dataclass(frozen=True)
class Found:
    """What the engine finds for one network and one loss."""

    trajectory: Trajectory
    losses: StepLosses
    back: StepsBack
    gradient: HiddenGradient
    parameters: Mapping[str, Scaled]

    def flat(self) -> FloatArray:
        """All parameters' gradients as one vector, in the order of `PARAMETERS`."""
        return np.concatenate([to_float(self.parameters[name]).ravel() for name in PARAMETERS])


def fixture(name: str) -> tuple[Net, dict[str, FloatArray]]:
    """A network of `tests/data`, and what PyTorch finds for it."""
    with np.load(DATA / f"{name}.npz") as file:
        values = {key: file[key] for key in file.files}
    net = Net(
        activation=cast(Activation, name.split("_")[1]),
        parameters=RNNParameters(**{key: values[key] for key in RNNParameters._fields}),
        readout=Readout(values["readout_weight"], values["readout_bias"]),
        inputs=values["inputs"],
        h_0=values["h_0"],
        targets=values["targets"],
    )
    return net, values


def draw(
    seed: int,
    *,
    steps: int = 7,
    hidden: int = 5,
    inputs: int = 3,
    vocabulary: int = 4,
    activation: Activation = "tanh",
    rho: float | None = None,
    weight_hh: FloatArray | None = None,
    gain: float = 1.0,
) -> Net:
    """A network of gaussian parameters with a distinct non-zero h_0.

    `rho` scales W_hh, `weight_hh` replaces it, `gain` multiplies W_ih.
    """
    rng = np.random.default_rng(seed)
    weight = rng.standard_normal((hidden, hidden)) / np.sqrt(hidden)
    if rho is not None:
        weight *= rho / np.abs(np.linalg.eigvals(weight)).max()
    if weight_hh is not None:
        weight = weight_hh
    return Net(
        activation=activation,
        parameters=RNNParameters(
            gain * rng.standard_normal((hidden, inputs)),
            weight,
            0.3 * rng.standard_normal(hidden),
            0.3 * rng.standard_normal(hidden),
        ),
        readout=Readout(rng.standard_normal((vocabulary, hidden)), 0.3 * rng.standard_normal(vocabulary)),
        inputs=rng.standard_normal((steps, inputs)),
        h_0=rng.uniform(0.1, 0.9, hidden) * rng.choice([-1.0, 1.0], hidden),
        targets=rng.integers(0, vocabulary, steps),
    )


def run(net: Net, loss: Loss = "last", *, step_threshold: float | None = None) -> Found:
    """Forward, losses, and backpropagation through time."""
    weights = step_weights(loss, len(net.targets))
    trajectory = unroll(net.parameters, net.activation, inputs=net.inputs, h_0=net.h_0)
    losses = step_losses(trajectory.h, net.readout, targets=net.targets, weights=weights)
    back = steps_back(net.parameters.weight_hh_l0, trajectory.slopes)
    gradient = hidden_gradient(back, losses.direct, weights, step_threshold=step_threshold)
    parameters = {
        **parameter_gradients(trajectory, gradient.pre),
        "readout_weight": losses.readout_weight,
        "readout_bias": losses.readout_bias,
    }
    return Found(trajectory, losses, back, gradient, parameters)


def total_loss(net: Net, loss: Loss) -> float:
    """L by the plain formulas in float64, independent of the engine."""
    state, found = net.h_0, []
    weight_ih, weight_hh, bias_ih, bias_hh = net.parameters
    for x, target in zip(net.inputs, net.targets, strict=True):
        a = weight_ih @ x + bias_ih + weight_hh @ state + bias_hh
        state = {
            "tanh": np.tanh(a),
            "sigmoid": 1 / (1 + np.exp(-a)),
            "relu": np.maximum(a, 0),
            "linear": a,
        }[net.activation]
        logits = net.readout.weight @ state + net.readout.bias
        found.append(float(np.log(np.exp(logits - logits[target]).sum())))
    return {"last": found[-1], "sum": sum(found), "mean": sum(found) / len(found)}[loss]


def apart(found: FloatArray, true: FloatArray) -> float:
    """‖found − true‖ / ‖true‖; ‖found‖ where `true` is zero."""
    size = float(np.linalg.norm(true))
    return float(np.linalg.norm(np.asarray(found) - true)) / (size or 1.0)
