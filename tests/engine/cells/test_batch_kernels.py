"""The batch kernels beside PyTorch's fixtures, finite differences, exact slopes, and each other."""

from collections.abc import Mapping
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.engine.backprop.bptt import hidden_gradient, parameter_gradients
from rnn_tui.engine.backprop.linear_maps import linearise
from rnn_tui.engine.backprop.unroll import unroll
from rnn_tui.engine.cells.batch_parts import FUSED_BELOW, Ask, BatchGradient, empty_like
from rnn_tui.engine.cells.kernel import BatchKernel, KernelWork
from rnn_tui.engine.cells.lstm.batch_kernel import LSTMKernel
from rnn_tui.engine.cells.table import kernel_of
from rnn_tui.engine.kinds import Activation, CellName
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.network.skips import Shared
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import from_floats, to_float
from tests.engine.nets import FIXTURES, Net, apart, draw, fixture

CELLS: tuple[CellName, ...] = ("rnn", "lstm", "gru")
ALL = Ask(hidden=True, inputs=True)
SAME_WEIGHTS = [name for name in FIXTURES if name.split("_")[0] in CELLS and name.count("_") == 5]


def kernel(cell: CellName) -> BatchKernel[Any]:
    found = kernel_of(cell)
    assert found is not None
    return found


class Case:
    """B sequences of one shape through one net, a loss Σ ⟨direct_t, h_t⟩ of all states, and its gradient."""

    def __init__(self, net: Net, *, batch: int, seed: int = 0, last: bool = False) -> None:
        rng = np.random.default_rng(seed)
        steps, inputs = net.inputs.shape
        hidden = net.parameters.hidden
        self.net = net
        self.inputs = rng.standard_normal((steps, batch, inputs))
        self.h_0, self.c_0 = rng.uniform(-0.9, 0.9, (2, batch, hidden))
        self.direct = rng.standard_normal((batch, hidden) if last else (steps, batch, hidden))

    def work(self) -> KernelWork:
        steps, batch, inputs = self.inputs.shape
        hidden = self.net.parameters.hidden
        work: KernelWork = self.kernel.workspace(steps=steps, batch=batch, inputs=inputs, hidden=hidden)
        return work

    @property
    def kernel(self) -> BatchKernel[Any]:
        return kernel(self.net.network.cell)

    def loss(self, parameters: Parameters, *, inputs: FloatArray, h_0: FloatArray, c_0: FloatArray) -> float:
        network = self.net.network._replace(parameters=parameters)
        h = self.kernel.forward(network, inputs=inputs, h_0=h_0, c_0=c_0, work=self.work())
        return float(np.vdot(self.direct, h[-1] if self.direct.ndim == 2 else h))

    def gradient(self, work: KernelWork, *, into: Parameters | None = None) -> BatchGradient:
        at = self.net.network
        self.kernel.forward(at, inputs=self.inputs, h_0=self.h_0, c_0=self.c_0, work=work)
        return self.kernel.backward(at, inputs=self.inputs, direct=self.direct, work=work, into=into, ask=ALL)


def vector(found: BatchGradient) -> FloatArray:
    """All of it in a row."""
    parts = [*found.parameters, found.h_0, found.hidden, found.inputs, found.c_0]
    return np.concatenate([part.ravel() for part in parts if part is not None])


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("name", SAME_WEIGHTS)
def test_pytorch(name: str, batch: int) -> None:
    net, true = fixture(name)
    steps, hidden = true["states"].shape
    quick = kernel(net.network.cell)
    work = quick.workspace(steps=steps, batch=batch, inputs=net.inputs.shape[1], hidden=hidden)

    def repeated(array: FloatArray) -> FloatArray:
        return np.repeat(array[:, None], batch, axis=1)

    inputs = repeated(net.inputs)
    starts = {"h_0": np.tile(net.h_0, (batch, 1)), "c_0": None if net.c_0 is None else np.tile(net.c_0, (batch, 1))}
    h = quick.forward(net.network, inputs=inputs, work=work, **starts)  # type: ignore[arg-type]
    assert apart(h, repeated(true["states"])) < 1e-12
    logits = true["states"] @ net.readout.weight.T + net.readout.bias
    error = np.exp(logits - logits.max(axis=1, keepdims=True))
    error /= error.sum(axis=1, keepdims=True)
    error[np.arange(steps), net.targets] -= 1.0
    at = {"inputs": inputs, "work": work, "ask": ALL}
    summed = quick.backward(net.network, direct=repeated(error @ net.readout.weight), **at)
    _agrees(summed, true, "sum", batch)
    last = quick.backward(net.network, direct=repeated(error @ net.readout.weight)[-1], **at)
    _agrees(last, true, "last", batch)


def _agrees(found: BatchGradient, true: Mapping[str, FloatArray], loss: str, batch: int) -> None:
    flat = np.concatenate([part.ravel() for part in found.parameters])
    assert apart(flat / batch, true[f"grad_{loss}"][: flat.size]) < 1e-12
    assert found.hidden is not None
    assert found.inputs is not None
    for one in range(batch):
        assert apart(found.hidden[:, one], true[f"grad_{loss}_states"]) < 1e-12
        assert apart(found.inputs[:, one], true[f"grad_{loss}_inputs"]) < 1e-12
        assert apart(found.h_0[one], true[f"grad_{loss}_h_0"]) < 1e-12


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("batch", [1, 4])
@pytest.mark.parametrize("inputs", [3, 1 + FUSED_BELOW // 5])
@pytest.mark.parametrize(
    ("cell", "activation"), [("rnn", kind) for kind in get_args(Activation)] + [("lstm", "tanh"), ("gru", "tanh")]
)
def test_finite_differences(cell: CellName, activation: Activation, inputs: int, batch: int, last: bool) -> None:
    net = draw(5, cell=cell, activation=activation, rho=0.8, inputs=inputs, gain=0.5 / np.sqrt(inputs))
    case = Case(net, batch=batch, last=last)
    found = case.gradient(case.work())
    rng = np.random.default_rng(1)
    at = {"inputs": case.inputs, "h_0": case.h_0, "c_0": case.c_0}
    change = {name: rng.standard_normal(value.shape) for name, value in at.items()}
    turn = Parameters(*(rng.standard_normal(part.shape) for part in net.parameters))
    gradients = {"inputs": found.inputs, "h_0": found.h_0, "c_0": found.c_0}
    slope = sum(np.vdot(grad, change[name]) for name, grad in gradients.items() if grad is not None)
    slope += sum(np.vdot(grad, part) for grad, part in zip(found.parameters, turn, strict=True))
    step = 1e-5

    def moved(size: float) -> float:
        parameters = Parameters(*(part + size * way for part, way in zip(net.parameters, turn, strict=True)))
        return case.loss(parameters, **{name: value + size * change[name] for name, value in at.items()})

    assert (moved(step) - moved(-step)) / (2 * step) == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize(
    ("cell", "activation"), [("rnn", "tanh"), ("rnn", "sigmoid"), ("lstm", "tanh"), ("gru", "tanh")]
)
def test_a_saturated_unit_keeps_the_digits_of_its_slope(cell: CellName, activation: Activation, batch: int) -> None:
    """At |a| ≈ 20 autograd's 1 − tanh² is 0; the engine of one text, with exact slopes, says what is right."""
    net = draw(2, cell=cell, activation=activation, rho=0.9, gain=12.0)
    case = Case(net, batch=batch)
    found = case.gradient(case.work())
    total = np.zeros(sum(part.size for part in net.parameters))
    for one in range(batch):
        cells = {"c_0": case.c_0[one]} if cell == "lstm" else {}
        trajectory = unroll(net.network, inputs=case.inputs[:, one], h_0=case.h_0[one], **cells)
        maps = linearise(net.network, trajectory)
        gradient = hidden_gradient(maps, from_floats(case.direct[:, one], blocks=1), np.ones(len(case.inputs)))
        assert found.hidden is not None
        assert apart(found.hidden[:, one], to_float(gradient.delta)) < 1e-12
        parts = parameter_gradients(net.network, trajectory, gradient)
        total += np.concatenate([to_float(parts[name]).ravel() for name in Parameters._fields])
    assert apart(np.concatenate([part.ravel() for part in found.parameters]), total) < 1e-12


@settings(max_examples=40, deadline=None)
@given(
    cell=st.sampled_from(CELLS),
    steps=st.integers(1, 9),
    batch=st.integers(2, 5),
    hidden=st.integers(1, 7),
    inputs=st.integers(1, 6),
    seed=st.integers(0, 1000),
)
def test_a_batch_is_its_sequences(
    cell: CellName, *, steps: int, batch: int, hidden: int, inputs: int, seed: int
) -> None:
    net = draw(seed, cell=cell, steps=steps, hidden=hidden, inputs=inputs)
    case = Case(net, batch=batch, seed=seed)
    together = case.gradient(case.work())
    total = np.zeros(sum(part.size for part in net.parameters))
    for one in range(batch):
        alone = Case(net, batch=1)
        alone.inputs, alone.direct = case.inputs[:, one : one + 1], case.direct[:, one : one + 1]
        alone.h_0, alone.c_0 = case.h_0[one : one + 1], case.c_0[one : one + 1]
        found = alone.gradient(alone.work())
        assert together.hidden is not None
        assert found.hidden is not None
        assert apart(together.hidden[:, one], found.hidden[:, 0]) < 1e-12
        assert apart(together.h_0[one], found.h_0[0]) < 1e-12
        total += np.concatenate([part.ravel() for part in found.parameters])
    assert apart(np.concatenate([part.ravel() for part in together.parameters]), total) < 1e-12


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("cell", CELLS)
def test_a_workspace_remembers_nothing_of_the_call_before(cell: CellName, batch: int) -> None:
    case, other = (Case(draw(seed, cell=cell), batch=batch, seed=seed) for seed in (1, 2))
    work = case.work()
    first = vector(case.gradient(work))
    other.gradient(work)
    assert np.array_equal(vector(case.gradient(work)), first)
    assert np.array_equal(vector(case.gradient(case.work())), first)


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("cell", CELLS)
def test_gradients_are_written_where_they_are_wanted_and_belong_to_their_caller(cell: CellName, batch: int) -> None:
    case, other = (Case(draw(seed, cell=cell), batch=batch, seed=seed) for seed in (1, 2))
    work, into = case.work(), empty_like(case.net.parameters)
    found = case.gradient(work, into=into)
    kept = vector(found).copy()
    assert all(np.shares_memory(mine, given) for mine, given in zip(found.parameters, into, strict=True))
    other.gradient(work)
    assert np.array_equal(vector(found), kept)


def test_an_lstm_leaves_its_cell_states() -> None:
    net, true = fixture("lstm_tanh_7_5_3_6")
    assert net.c_0 is not None
    lstm = LSTMKernel()
    work = lstm.workspace(steps=7, batch=1, inputs=3, hidden=5)
    lstm.forward(net.network, inputs=net.inputs[:, None], h_0=net.h_0[None], c_0=net.c_0[None], work=work)
    assert apart(work.c[:, 0], true["cells"]) < 1e-12


def test_a_network_with_own_weights_at_every_step_or_a_skip_has_no_batch_kernel() -> None:
    assert kernel_of("feedforward") is None
    assert kernel_of("gru", Shared(2)) is None
