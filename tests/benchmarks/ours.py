"""The same work by the engine."""

from collections.abc import Callable

import numpy as np

from rnn_tui.engine.backprop.bptt import hidden_gradient
from rnn_tui.engine.backprop.jacobians import last_jacobians
from rnn_tui.engine.backprop.linear_maps import linearise
from rnn_tui.engine.backprop.unroll import unroll
from rnn_tui.engine.backprop.walk import walk_back
from rnn_tui.engine.cells.batch_parts import Ask
from rnn_tui.engine.cells.rnn.batch_kernel import RNNKernel
from rnn_tui.engine.cells.table import kernel_of
from rnn_tui.engine.influence.all_pairs import all_pairs_influence
from rnn_tui.engine.influence.gradient import StepPairs, pulled_back_influence
from rnn_tui.engine.influence.itemised import itemised
from rnn_tui.engine.kinds import GATES, CellName
from rnn_tui.engine.learning.batch import Batch
from rnn_tui.engine.learning.optimisers import fresh_state
from rnn_tui.engine.learning.training_step import Recipe, train_step, workspace
from rnn_tui.engine.network.losses import Readout, step_losses, step_weights
from rnn_tui.engine.network.model import Architecture, model
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.numbers.scaled_rows import ScaledRows, rows_from_floats
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.initialise import text_of
from rnn_tui.lab.measurement.ensemble.ensemble import measure_ensemble, stacked
from rnn_tui.lab.measurement.measure import measure
from tests.benchmarks.rows import DRAWS, INPUTS, RADII, VOCABULARY
from tests.benchmarks.sweeps import sweep
from tests.engine.nets import Net, draw

Call = Callable[[], object]


def build(work: str, steps: int, hidden: int, batch: int = 1) -> Call:
    """The work at this size, ready to be called; `batch` is the number of sequences, or of an ensemble's members."""
    return {
        "rnn": lambda: _layer("rnn", steps, hidden, batch),
        "lstm": lambda: _layer("lstm", steps, hidden, batch),
        "gru": lambda: _layer("gru", steps, hidden, batch),
        "itemised": lambda: _itemised(steps, hidden),
        "all pairs": lambda: _all_pairs(steps, hidden),
        "last jacobians": lambda: _last_jacobians(steps, hidden),
        "spectral norms": lambda: _spectral_norms(steps, hidden),
        "sweep": lambda: _sweep(steps, hidden),
        "training step": lambda: _training_step(steps, hidden, batch),
        "refresh": lambda: _refresh(steps, hidden, full=False),
        "refresh --full": lambda: _refresh(steps, hidden, full=True),
        "ensemble": lambda: _ensemble(steps, hidden, batch),
        "ensemble back": lambda: _ensemble_back(steps, hidden, batch),
    }[work]()


def build_slow(form: str, steps: int, hidden: int) -> Call:
    """The same result by a plainer way of our own: all pairs one Jacobian at a time, a sweep one net at a time."""
    return _one_by_one(steps, hidden) if form == "one by one" else _direct(steps, hidden)


def _drawn(cell: CellName, hidden: int) -> Parameters:
    rng, rows = np.random.default_rng(0), len(GATES[cell]) * hidden
    bound = hidden**-0.5
    return Parameters(*(rng.uniform(-bound, bound, shape) for shape in ((rows, INPUTS), (rows, hidden), rows, rows)))


def _layer(cell: CellName, steps: int, hidden: int, batch: int) -> Call:
    """Forward from a zero state, and back from the last state to all parameters."""
    rng, network, kernel = np.random.default_rng(1), Network(cell, "tanh", _drawn(cell, hidden)), kernel_of(cell)
    assert kernel is not None
    inputs, direct = rng.standard_normal((steps, batch, INPUTS)), rng.standard_normal((batch, hidden))
    work = kernel.workspace(steps=steps, batch=batch, inputs=INPUTS, hidden=hidden)
    rows_from_floats = np.zeros((batch, hidden))

    def call() -> object:
        kernel.forward(network, inputs=inputs, h_0=rows_from_floats, work=work)
        return kernel.backward(network, inputs=inputs, direct=direct, work=work)

    return call


def _net(steps: int, hidden: int) -> Net:
    return draw(0, steps=steps, hidden=hidden, inputs=INPUTS, vocabulary=VOCABULARY, rho=0.9)


def _unrolled(net: Net) -> StepPairs:
    trajectory = unroll(net.network, inputs=net.inputs, h_0=net.h_0)
    return StepPairs(net.network, trajectory, linearise(net.network, trajectory))


def _itemised(steps: int, hidden: int) -> Call:
    """‖∂L_t/∂W⁽ᵏ⁾‖ of W_hh and of W_ih for all t and k; the forward pass is not timed."""
    net, weights = _net(steps, hidden), step_weights("last", steps)
    found = _unrolled(net)
    losses = step_losses(found.trajectory.h, net.readout, targets=net.targets, weights=weights)
    return lambda: itemised(found.trajectory, found.maps, losses.each.direct, start=0, stop=steps)


def _all_pairs(steps: int, hidden: int) -> Call:
    """log10 ‖∂h_t/∂h_k‖_F for all t and k, forward pass included."""
    net = _net(steps, hidden)
    return lambda: all_pairs_influence(_unrolled(net), of="state")


def _direct(steps: int, hidden: int) -> Call:
    """The same by pulling the Jacobian of every step back over all steps before it."""
    net = _net(steps, hidden)
    return lambda: pulled_back_influence(_unrolled(net), of="state", start=0, stop=steps)


def _last_jacobians(steps: int, hidden: int) -> Call:
    """∂h_T/∂h_k for all k, each row with an exponent of its own; the forward pass is not timed."""
    maps = _unrolled(_net(steps, hidden)).maps
    identity = np.eye(hidden)

    def begin(_: int, rows: ScaledRows | None) -> ScaledRows:
        return rows_from_floats(identity) if rows is None else rows

    def call() -> object:
        mantissa, exponent = np.empty((steps, hidden, hidden)), np.empty((steps, hidden), dtype=np.int64)
        for t, rows in walk_back(maps, begin, last=steps - 1):
            mantissa[t], exponent[t] = rows.mantissa, rows.exponent[:, 0]
        return mantissa, exponent

    return call


def _spectral_norms(steps: int, hidden: int) -> Call:
    """‖∂h_T/∂h_k‖₂ for all k, and ‖∂h_T/∂x_k‖_F besides; the forward pass is not timed."""
    net = _net(steps, hidden)
    maps = _unrolled(net).maps
    return lambda: last_jacobians(net.network, maps)


def _sweep(steps: int, hidden: int) -> Call:
    """1024 networks forward and back, and log10 ‖∂L/∂h_t‖ at every step."""
    rng = np.random.default_rng(2)
    weights, radii = rng.standard_normal((DRAWS, hidden, hidden)) / np.sqrt(hidden), np.geomspace(0.5, 2.0, RADII)
    driven, direct = rng.standard_normal((steps, DRAWS, hidden)), rng.standard_normal((DRAWS, RADII, hidden))
    rows_from_floats = np.zeros((DRAWS, hidden))
    return lambda: sweep("tanh", weight_hh=weights, radii=radii, driven=driven, h_0=rows_from_floats, direct=direct)


def _one_by_one(steps: int, hidden: int) -> Call:
    """The quickest kernel for one net, and the norms of its gradient, called for one net after another.

    It does a little more for each than a sweep does: the gradient of the parameters, a twentieth of its time.
    """
    rng = np.random.default_rng(2)
    kernel, h_0 = RNNKernel(), np.zeros((1, hidden))
    work = kernel.workspace(steps=steps, batch=1, inputs=INPUTS, hidden=hidden)
    network = Network("rnn", "tanh", _drawn("rnn", hidden))
    inputs, direct = rng.standard_normal((steps, 1, INPUTS)), rng.standard_normal((1, hidden))

    def call() -> object:
        for _ in range(DRAWS * RADII):
            kernel.forward(network, inputs=inputs, h_0=h_0, work=work)
            asked = Ask(hidden=True)
            found = kernel.backward(network, inputs=inputs, direct=direct, work=work, ask=asked).hidden
            np.log10(np.linalg.norm(found if found is not None else h_0, axis=-1))
        return None

    return call


def _training_step(steps: int, hidden: int, batch: int) -> Call:
    """Forward, cross-entropy, back, the gradient's norm limited to 1, and the parameters changed in place."""
    rng = np.random.default_rng(3)
    readout = Readout(rng.standard_normal((VOCABULARY, hidden)) / np.sqrt(hidden), np.zeros(VOCABULARY))
    at = model(_drawn("rnn", hidden), readout)
    one = Batch(rng.standard_normal((steps, batch, INPUTS)), rng.integers(0, VOCABULARY, (1, batch)))
    room, state = workspace(Architecture("rnn"), at, steps=steps, batch=batch), fresh_state(at.flat.size)
    recipe = Recipe(lr=1e-3, clip="norm", threshold=1.0)
    return lambda: train_step(at, state, one, room=room, recipe=recipe)


def _experiment(steps: int, hidden: int) -> Experiment:
    return Experiment(text=" ".join(f"word{i * i % 499}" for i in range(steps)), hidden=hidden)


def _refresh(steps: int, hidden: int, *, full: bool) -> Call:
    """Everything the screens show of one network; in full also the pairs of steps of a long text."""
    return lambda: measure(_experiment(steps, hidden), full=full)


def _ensemble(steps: int, hidden: int, members: int) -> Call:
    """Every measure of so many networks, pairs of steps included, as `measure --seeds` makes them."""
    return lambda: measure_ensemble(_experiment(steps, hidden), range(members))


def _ensemble_back(steps: int, hidden: int, members: int) -> Call:
    """∂L/∂h_t and ‖∂h_T/∂h_k‖₂ of so many networks; drawing them and the forward pass are not timed."""
    experiment = _experiment(steps, hidden)
    run = stacked(experiment, text_of(experiment), range(members))

    def call() -> object:
        gradient = hidden_gradient(run.maps, run.losses.each.direct, run.weights)
        return gradient, last_jacobians(run.network, run.maps)

    return call
