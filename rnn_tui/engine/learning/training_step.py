"""One training step of any network of the engine on a batch: forward, loss, backward, clip, update.

All parameters are views of one vector θ and all gradients views of one vector g, so that ‖g‖ is one dot product and
the update one subtraction, whatever the cell.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from rnn_tui.engine.backprop.batches import backward_batch, batch_gradients, forward_batch
from rnn_tui.engine.cells.batch_parts import Ask
from rnn_tui.engine.cells.kernel import KernelWork
from rnn_tui.engine.cells.table import kernel_of
from rnn_tui.engine.kinds import CELLS, ClipMode, Optimiser
from rnn_tui.engine.learning.batch import LAST, Batch, loss_and_error
from rnn_tui.engine.learning.clipping import ClippedVector, clip_in_place, clipped_by_steps
from rnn_tui.engine.learning.contributions import Contributions, StepGradients, contributions
from rnn_tui.engine.learning.optimisers import DEFAULTS, Constants, OptimiserState, update
from rnn_tui.engine.network.losses import Readout
from rnn_tui.engine.network.model import (
    Architecture,
    Model,
    copied_model,
    empty_model,
    flat_norm,
    largest_tensor,
    not_finite,
    of_flat,
)
from rnn_tui.engine.network.skips import Pinned
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray

OVERFLOWS = 1e150  # the square of a larger number is beyond float64


class Recipe(NamedTuple):
    """How θ is changed by a gradient; every field may differ from one step to the next.

    Attributes:
        optimiser: how Δ comes of g.
        lr: η.
        clip, threshold: how g is limited, and θ.
        truncate: K, the steps that a loss goes back; None for all.
        constants: of the optimiser.
    """

    optimiser: Optimiser = "sgd"
    lr: float = 0.01
    clip: ClipMode = "off"
    threshold: float = 1.0
    truncate: int | None = None
    constants: Constants = DEFAULTS


@dataclass(frozen=True, eq=False, slots=True)
class Workspace:
    """Room for the steps of one training; all of it is overwritten by every step.

    Attributes:
        architecture: of the network.
        work: of the cell's batch kernel; None where the general way runs the network.
        gradient: g; after a step, as it was clipped.
        delta: Δ of the last step, θ ← θ − Δ.
    """

    architecture: Architecture
    work: KernelWork | None
    gradient: Model
    delta: Model


class BatchResult(NamedTuple):
    """The loss of one batch, the share of gradients at steps that were limited, and each step's part."""

    loss: float
    limited: float
    each: StepGradients | None


class Divergence(NamedTuple):
    """A step too far.

    Attributes:
        step: which one, from 1.
        cause: `larger`: ‖Δθ‖ > ‖θ‖, of SGD ‖η g‖ > ‖θ‖, over all parameters; the step was made. `not-finite`: the
            gradient or what comes of it holds NaN or inf; θ and the optimiser are as they were before.
        norm: ‖Δθ‖, or where the gradient is not finite ‖g‖: inf or NaN.
        weights: ‖θ‖ before.
        tensor: the first that is not finite, or the one with the largest part in Δθ.
    """

    step: int
    cause: Literal["larger", "not-finite"]
    norm: float
    weights: float
    tensor: str


class TrainStepResult(NamedTuple):
    """The result of one step.

    Attributes:
        loss: before the update.
        clip: what clipping did to g; its norms are inf or NaN where g is.
        update: ‖Δθ‖.
        weights: ‖θ‖ before the update.
        diverged: where the step was too far, else None.
        contributions: each step's part in the gradient as it was before clipping, where it was asked for and is
            finite; else None.
    """

    loss: float
    clip: ClippedVector
    update: float
    weights: float
    diverged: Divergence | None
    contributions: Contributions | None = None


def workspace(architecture: Architecture, at: Model, *, steps: int, batch: int) -> Workspace:
    """Room for batches of T steps and B sequences.

    Raises:
        ValueError: the network cannot run so many steps.
    """
    layers = len(at.parameters.weight_hh_l0)
    if not CELLS[architecture.cell].shares_weights and layers != steps:
        raise ValueError(f"a feed-forward net of {layers} layers runs {layers} steps, not {steps}")
    if isinstance(architecture.skip, Pinned) and architecture.skip.target > steps:
        target = architecture.skip.target
        raise ValueError(f"a pinned skip to step {target} needs {target} steps or more, not {steps}")
    kernel, work = kernel_of(architecture.cell, architecture.skip), None
    if kernel is not None:
        inputs = at.parameters.weight_ih_l0.shape[-1]
        work = kernel.workspace(steps=steps, batch=batch, inputs=inputs, hidden=at.parameters.hidden)
    return Workspace(architecture, work, empty_model(at), empty_model(at))


def loss_and_gradient(
    at: Model,
    batch: Batch,
    *,
    room: Workspace,
    step_threshold: float | None = None,
    truncate: int | None = None,
    each_step: bool = False,
) -> BatchResult:
    """The loss over the scored steps of y_t = W_hy h_t + b_y, from a zero state, and ∂L/∂θ into `room.gradient`.

    Args:
        at: θ.
        room: from `workspace` for the batch's shape; overwritten.
        step_threshold: limits ∂L/∂h_t of every sequence on the way back, see `batches.any_backward`.
        truncate: K, the steps that a loss goes back.
        each_step: whether ∂L/∂h_t and the like are wanted.
    """
    if truncate is not None and truncate >= batch.steps:
        truncate = None
    kernel, work, into = kernel_of(room.architecture.cell), room.work, room.gradient
    if kernel is None or work is None or step_threshold is not None or truncate is not None:
        return _of_any(at, batch, room, step_threshold=step_threshold, truncate=truncate, each_step=each_step)
    network = room.architecture.network(at)
    h = kernel.forward(network, inputs=batch.inputs, h_0=np.zeros((batch.size, at.parameters.hidden)), work=work)
    loss, direct = _readout(at.readout, h[batch.scored], batch, into.readout)
    if batch.scored == LAST:
        direct = direct[0]
    elif len(direct) < batch.steps:
        whole = np.zeros((batch.steps, *direct.shape[1:]))
        whole[batch.scored] = direct
        direct = whole
    found = kernel.backward(
        network, inputs=batch.inputs, direct=direct, work=work, into=into.parameters, ask=Ask(hidden=each_step)
    )
    each = None if found.hidden is None else StepGradients(found.hidden, kernel.gate_gradients(work), work.h_prev[:-1])
    return BatchResult(loss, 0.0, each)


def _of_any(
    at: Model, batch: Batch, room: Workspace, *, step_threshold: float | None, truncate: int | None, each_step: bool
) -> BatchResult:
    network = room.architecture.network(at)
    tape = forward_batch(network, batch.inputs)
    loss, direct = _readout(at.readout, tape.h[batch.scored], batch, room.gradient.readout)
    scored = scored_steps(batch)
    back = backward_batch(network, tape, direct=direct, scored=scored, step_threshold=step_threshold, truncate=truncate)
    batch_gradients(network, tape, back, room.gradient.parameters)
    each = StepGradients(back.hidden, back.gates, tape.h_prev[:-1]) if each_step else None
    return BatchResult(loss, float(back.limited.mean()), each)


def scored_steps(batch: Batch) -> IntArray:
    """Which steps are scored, from 0, (n,)."""
    return np.arange(batch.steps)[batch.scored]


def _readout(readout: Readout, h: FloatArray, batch: Batch, into: Readout) -> tuple[float, FloatArray]:
    """The loss of y = W_hy h + b_y, and ∂⁺L/∂h (n, B, H); ∂L/∂W_hy and ∂L/∂b_y into `into`."""
    wide = h.reshape(-1, h.shape[-1])
    y = wide.dot(readout.weight.T)
    y += readout.bias
    loss, error = loss_and_error(y.reshape(*h.shape[:-1], -1), batch.targets)
    error = error.reshape(y.shape)
    into.weight[:] = error.T.dot(wide)
    into.bias[:] = error.sum(axis=0)
    return loss, error.dot(readout.weight).reshape(h.shape)


def train_step(
    at: Model, state: OptimiserState, batch: Batch, *, room: Workspace, recipe: Recipe, record: bool = False
) -> TrainStepResult:
    """θ ← θ − Δ, in place, Δ by the optimiser from the clipped gradient; of SGD Δ = η g.

    A gradient that is not finite changes neither θ nor the optimiser's state; it is reported as a `Divergence`.

    Args:
        at: θ; changed.
        state: what the optimiser remembers; changed.
        room: from `workspace` for the batch's shape; overwritten.
        record: whether each step's part in the gradient is wanted.
    """
    weights = flat_norm(at.flat)
    with np.errstate(over="ignore", invalid="ignore"):  # a step that explodes is reported below, by its tensor's name
        found = loss_and_gradient(at, batch, room=room, truncate=recipe.truncate, each_step=record)
        parts = None
        if found.each is not None and not_finite(room.gradient) is None:
            kind = room.architecture
            parts = contributions(found.each, architecture=kind, at=at, batch=batch, truncate=recipe.truncate)
        clipped, tensor = clip_workspace(at, batch, room, recipe)
        size = clipped.norm_after
        if tensor is None:
            size, tensor = _update(at, state, room, recipe, norm_after=clipped.norm_after)
    diverged = None
    if tensor is not None:
        diverged = Divergence(state.steps + 1, "not-finite", size, weights, tensor)
    elif size > weights:
        diverged = Divergence(state.steps, "larger", size, weights, largest_tensor(room.delta).tensor)
    return TrainStepResult(found.loss, clipped, size, weights, diverged, parts)


def clip_workspace(at: Model, batch: Batch, room: Workspace, recipe: Recipe) -> tuple[ClippedVector, str | None]:
    """Clips `room.gradient`, in which the whole gradient is; and the name of a tensor that is not finite, or None."""
    gradient, mode, threshold = room.gradient, recipe.clip, recipe.threshold
    if mode == "step":
        whole = copied_model(gradient)
        found = loss_and_gradient(at, batch, room=room, step_threshold=threshold, truncate=recipe.truncate)
        return clipped_by_steps(whole, gradient, threshold=threshold, touched=found.limited), not_finite(gradient)
    tensor = not_finite(gradient)
    if tensor is None:
        return clip_in_place(gradient, mode=mode, threshold=threshold), None
    size = flat_norm(gradient.flat)
    return ClippedVector(mode, threshold, size, size, 1.0, None, 0.0, tensor), tensor


def _update(
    at: Model, state: OptimiserState, room: Workspace, recipe: Recipe, *, norm_after: float
) -> tuple[float, str | None]:
    """θ ← θ − Δ; ‖Δ‖, and the name of a tensor that would not be finite, or None: then nothing was changed."""
    delta = room.delta
    risky = norm_after * max(1.0, recipe.lr) > OVERFLOWS
    before = state.copy() if risky else None
    update(recipe.optimiser, state, room.gradient.flat, lr=recipe.lr, out=delta.flat, constants=recipe.constants)
    size = flat_norm(delta.flat)
    if before is not None:
        remembered = of_flat(state.second, delta.parameters, delta.readout)
        moved = of_flat(at.flat - delta.flat, delta.parameters, delta.readout)
        tensor = not_finite(delta) or not_finite(remembered) or not_finite(moved)
        if tensor is not None:
            state.steps, state.first[:], state.second[:] = before.steps, before.first, before.second
            return size, tensor
    at.flat[:] -= delta.flat
    return size, None
