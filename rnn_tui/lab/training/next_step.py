"""The step that comes next, in numbers: the gradient, what clipping leaves of it, and every weight before and after."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.kinds import Optimiser
from rnn_tui.engine.learning.clipping import Clipped, clip_by_norm, clip_by_value
from rnn_tui.engine.learning.optimisers import DEFAULTS, fresh_state
from rnn_tui.engine.learning.training_step import loss_and_gradient, train_step, workspace
from rnn_tui.engine.network.model import Model, copied_model, not_finite
from rnn_tui.engine.numbers.arrays import protect
from rnn_tui.engine.numbers.exponents import Scaled, from_floats
from rnn_tui.lab.measurement.gradient.clipping import ClipsCompared, compare_clips
from rnn_tui.lab.training.record.events import Who
from rnn_tui.lab.training.settings.train_settings import Live
from rnn_tui.lab.training.stepping import recipe
from rnn_tui.lab.training.training import Training

FORMULAS: Mapping[Optimiser, str] = {
    "sgd": "W ← W − η g",
    "momentum": f"b ← {DEFAULTS.momentum:g} b + g, W ← W − η b",
    "rmsprop": f"v ← {DEFAULTS.decay:g} v + {1 - DEFAULTS.decay:.2g} g², W ← W − η g / (√v + {DEFAULTS.epsilon:g})",
    "adam": (
        f"m ← {DEFAULTS.beta_1:g} m + {1 - DEFAULTS.beta_1:.2g} g, v ← {DEFAULTS.beta_2:g} v + "
        f"{1 - DEFAULTS.beta_2:.2g} g², W ← W − η m̂ / (√v̂ + {DEFAULTS.epsilon:g})"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightUpdate:
    """One weight in the next step, `after = before − change`.

    Attributes:
        gradient, clipped: its gradient before clipping, and after.
        change: what is taken from it; of SGD η times the clipped gradient.
        moves: whether the same step moves it in float32.
        line: the update in digits, `0.118383407 − 0.01 · (−1.435e−04) = 0.118384842`.
    """

    before: float
    gradient: float
    clipped: float
    change: float
    after: float
    moves: bool
    line: str


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class NextStep:
    """The next step of one network; nothing of it is made. Compared by identity.

    Attributes:
        step: its number, from 1.
        live: what is set for it.
        formula: how the optimiser makes the step from the clipped gradient g.
        before, gradient, clipped, change: θ, g before clipping and after, and Δ of θ ← θ − Δ; read-only, with their
            tensors by name. NaN where they cannot be.
        loss: of its batch.
        norm, move: ‖g‖ before clipping, and ‖Δ‖.
        still: of each tensor, how many weights the same step leaves where they are in float32.
    """

    step: int
    live: Live
    formula: str
    before: Model
    gradient: Model
    clipped: Model
    change: Model
    loss: float
    norm: float
    move: float
    still: Mapping[str, int]

    def of(self, tensor: str, place: tuple[int, ...]) -> WeightUpdate:
        """The weight at a place (from 0) of a tensor by its name in the saved weights."""
        before, gradient, clipped, change = (
            float(each.tensors[tensor][place]) for each in (self.before, self.gradient, self.clipped, self.change)
        )
        moves = bool(np.float32(before) - np.float32(change) != np.float32(before))
        after = before - change
        taken = f"{self.live.lr:g} · {_signed(clipped)}" if self.live.optimiser == "sgd" else _signed(change)
        line = f"{before:.9f} − {taken} = {after:.9f}".replace("-", "−")
        return WeightUpdate(
            before=before, gradient=gradient, clipped=clipped, change=change, after=after, moves=moves, line=line
        )

    @property
    def still_share(self) -> float:
        """The share of all weights that do not move in float32."""
        return sum(self.still.values()) / self.before.flat.size


def next_step(training: Training, who: Who = "main") -> NextStep:
    """The next step of one of the networks, under the present settings."""
    run = training.runs[who]
    plan, live = run.plan, training.live(run.step, who)
    at, state = copied_model(run.model), run.moment.state()
    if live.optimiser != run.moment.optimiser:
        state = fresh_state(at.flat.size)
    batch = plan.task.batch(run.step + 1, plan.settings.batch)
    room = workspace(plan.architecture, at, steps=batch.steps, batch=batch.size)
    with np.errstate(over="ignore", invalid="ignore"):
        loss_and_gradient(at, batch, room=room, truncate=plan.settings.experiment.truncate)
    whole = copied_model(room.gradient)
    room.delta.flat.fill(math.nan)
    found = train_step(at, state, batch, room=room, recipe=recipe(plan, live))
    return NextStep(
        step=run.step + 1,
        live=live,
        formula=FORMULAS[live.optimiser],
        before=run.model,
        gradient=_read_only(whole),
        clipped=_read_only(room.gradient),
        change=_read_only(room.delta),
        loss=found.loss,
        norm=found.clip.norm_before,
        move=found.update,
        still=_still(run.model, room.delta),
    )


def training_clips(training: Training, who: Who = "main", *, threshold: float | None = None) -> ClipsCompared | None:
    """The three kinds of clipping for the gradient of the next batch; None where that is not finite.

    Args:
        threshold: θ; what is set where not given.
    """
    run = training.runs[who]
    plan, live = run.plan, training.live(run.step, who)
    threshold = live.threshold if threshold is None else threshold
    batch, truncate = plan.task.batch(run.step + 1, plan.settings.batch), plan.settings.experiment.truncate
    room = workspace(plan.architecture, run.model, steps=batch.steps, batch=batch.size)
    with np.errstate(over="ignore", invalid="ignore"):
        loss_and_gradient(run.model, batch, room=room, truncate=truncate)
        whole = copied_model(room.gradient)
        limited = loss_and_gradient(run.model, batch, room=room, step_threshold=threshold, truncate=truncate).limited
    if not_finite(whole) or not_finite(room.gradient):
        return None
    before, rows = _by_name(whole), batch.steps * batch.size
    by_step = Clipped(_by_name(room.gradient), None, touched=round(limited * rows), touched_of=rows)
    return compare_clips(
        threshold,
        before=before,
        after={
            "norm": clip_by_norm(before, threshold),
            "value": clip_by_value(before, threshold),
            "step": by_step,
        },
    )


def _signed(value: float) -> str:
    return f"{value:.3e}" if value >= 0 else f"({value:.3e})"


def _by_name(gradient: Model) -> Mapping[str, Scaled]:
    return {name: from_floats(tensor) for name, tensor in gradient.tensors.items()}


def _read_only(found: Model) -> Model:
    protect(found.flat, *found.tensors.values())
    return found


def _still(at: Model, change: Model) -> Mapping[str, int]:
    """How many entries of each tensor θ − Δ leaves exactly where they were in float32."""
    found = {}
    with np.errstate(over="ignore", invalid="ignore"):
        for name, tensor in at.tensors.items():
            single = tensor.astype(np.float32)
            found[name] = int(np.count_nonzero(single - change.tensors[name].astype(np.float32) == single))
    return found
