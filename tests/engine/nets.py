"""The small networks that the engine is held to: fixtures of `tests/data`, and fresh draws."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import cast

import numpy as np

from rnn_tui.engine.backprop.bptt import HiddenGradient, hidden_gradient, parameter_gradients
from rnn_tui.engine.backprop.linear_maps import LinearMaps, linearise
from rnn_tui.engine.backprop.unroll import Trajectory, unroll
from rnn_tui.engine.influence.gradient import StepPairs
from rnn_tui.engine.kinds import CELLS, Activation, CellName, Loss
from rnn_tui.engine.network.losses import Readout, StepLosses, step_losses, step_weights
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.network.skips import Skip, parse_skip
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import Scaled, to_float
from tests.engine.equation_net import EquationNet

DATA = Path(__file__).parents[1] / "data"
FIXTURES = sorted(path.stem for path in DATA.glob("*.npz"))
PARAMETERS = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "readout_weight", "readout_bias")


@dataclass(frozen=True)
class Net:
    """One network, its text and its targets."""

    network: Network
    readout: Readout
    inputs: FloatArray
    h_0: FloatArray
    targets: IntArray
    c_0: FloatArray | None = None

    @property
    def activation(self) -> Activation:
        """φ."""
        return self.network.activation

    @property
    def parameters(self) -> Parameters:
        """The cell's."""
        return self.network.parameters

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
            network=self.network._replace(
                parameters=Parameters(**{name: tensors[name] for name in Parameters._fields})
            ),
            readout=Readout(tensors["readout_weight"], tensors["readout_bias"]),
        )


@dataclass(frozen=True)
class Found:
    """What the engine finds for one network and one loss."""

    net: Net
    trajectory: Trajectory
    losses: StepLosses
    maps: LinearMaps
    gradient: HiddenGradient
    parameters: Mapping[str, Scaled]

    @property
    def pairs(self) -> StepPairs:
        """For the measures over pairs of steps."""
        return StepPairs(self.net.network, self.trajectory, self.maps)

    def flat(self) -> FloatArray:
        """All parameters' gradients as one vector, in the order of `PARAMETERS`."""
        return np.concatenate([to_float(self.parameters[name]).ravel() for name in PARAMETERS])


@cache
def fixture(name: str) -> tuple[Net, Mapping[str, FloatArray]]:
    """A network of `tests/data`, and what PyTorch finds for it; no array can be written to."""
    with np.load(DATA / f"{name}.npz") as file:
        values = {key: file[key] for key in file.files}
    for value in values.values():
        value.flags.writeable = False
    cell, activation = name.split("_")[:2]
    skip = re.search(r"_(pinned|shared)([0-9-]+)_", name)
    net = Net(
        network=Network(
            cast(CellName, cell),
            cast(Activation, activation),
            Parameters(**{key: values[key] for key in Parameters._fields}),
            parse_skip(f"{skip[1]}:{skip[2]}") if skip else None,
        ),
        readout=Readout(values["readout_weight"], values["readout_bias"]),
        inputs=values["inputs"],
        h_0=values["h_0"],
        targets=values["targets"],
        c_0=values.get("c_0"),
    )
    return net, values


def draw(
    seed: int,
    *,
    steps: int = 7,
    hidden: int = 5,
    inputs: int = 3,
    vocabulary: int = 4,
    cell: CellName = "rnn",
    activation: Activation = "tanh",
    skip: Skip = None,
    rho: float | None = None,
    weight_hh: FloatArray | None = None,
    gain: float = 1.0,
) -> Net:
    """A network of gaussian parameters with distinct non-zero initial states.

    `rho` scales every block of W_hh, `weight_hh` replaces it, `gain` multiplies W_ih.
    """
    rng = np.random.default_rng(seed)
    kind = CELLS[cell]
    gates, layers = len(kind.gates), () if kind.shares_weights else (steps,)
    blocks = rng.standard_normal((*layers, gates, hidden, hidden)) / np.sqrt(hidden)
    if rho is not None:
        blocks *= rho / np.abs(np.linalg.eigvals(blocks)).max(axis=-1)[..., None, None]
    weight = blocks.reshape(*layers, gates * hidden, hidden)
    if weight_hh is not None:
        weight = weight_hh
    return Net(
        network=Network(
            cell,
            activation,
            Parameters(
                gain * rng.standard_normal((*layers, gates * hidden, inputs)),
                weight,
                0.3 * rng.standard_normal((*layers, gates * hidden)),
                0.3 * rng.standard_normal((*layers, gates * hidden)),
            ),
            skip,
        ),
        readout=Readout(rng.standard_normal((vocabulary, hidden)), 0.3 * rng.standard_normal(vocabulary)),
        inputs=rng.standard_normal((steps, inputs)),
        h_0=rng.uniform(0.1, 0.9, hidden) * rng.choice([-1.0, 1.0], hidden),
        targets=rng.integers(0, vocabulary, steps),
        c_0=rng.uniform(0.1, 0.9, hidden) * rng.choice([-1.0, 1.0], hidden) if "c" in kind.state else None,
    )


def run(net: Net, loss: Loss = "last", *, step_threshold: float | None = None, truncate: int | None = None) -> Found:
    """Forward, losses, and backpropagation through time."""
    weights = step_weights(loss, len(net.targets))
    trajectory = unroll(net.network, inputs=net.inputs, h_0=net.h_0, c_0=net.c_0)
    losses = step_losses(trajectory.h, net.readout, targets=net.targets, weights=weights)
    maps = linearise(net.network, trajectory)
    gradient = hidden_gradient(maps, losses.each.direct, weights, step_threshold=step_threshold, truncate=truncate)
    parameters = {
        **parameter_gradients(net.network, trajectory, gradient),
        "readout_weight": losses.readout_weight,
        "readout_bias": losses.readout_bias,
    }
    return Found(net, trajectory, losses, maps, gradient, parameters)


def equation_net(net: Net) -> EquationNet:
    """The same network by its defining equations, independent of the engine."""
    return EquationNet(
        cell=net.network.cell,
        activation=net.activation,
        skip=net.network.skip,
        tensors=net.tensors(),
        inputs=net.inputs,
        h_0=net.h_0,
        c_0=np.zeros_like(net.h_0) if net.c_0 is None else net.c_0,
        targets=net.targets,
    )


def apart(found: FloatArray, true: FloatArray) -> float:
    """‖found − true‖ / ‖true‖; ‖found‖ where `true` is zero."""
    size = float(np.linalg.norm(true))
    return float(np.linalg.norm(np.asarray(found) - true)) / (size or 1.0)
