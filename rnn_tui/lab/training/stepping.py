"""The steps of one network in training: from a run to the run some steps later."""

import math
import sys
from dataclasses import replace

import numpy as np

from rnn_tui.engine.learning.batch import Batch
from rnn_tui.engine.learning.contributions import Contributions, contributions
from rnn_tui.engine.learning.evaluation import Evaluation, evaluate
from rnn_tui.engine.learning.optimisers import fresh_state
from rnn_tui.engine.learning.training_step import (
    Divergence,
    Recipe,
    TrainStepResult,
    loss_and_gradient,
    train_step,
    workspace,
)
from rnn_tui.engine.network.model import copied_model
from rnn_tui.engine.network.spectrum import spectral_radius
from rnn_tui.engine.numbers.arrays import FloatArray, protect
from rnn_tui.lab.experiment.initialise import candidate
from rnn_tui.lab.training.plan import Plan
from rnn_tui.lab.training.record.events import divergence_event, reached_events
from rnn_tui.lab.training.record.run import Moment, TrainingRun
from rnn_tui.lab.training.record.samples import Sample
from rnn_tui.lab.training.settings.train_settings import Live

FEWEST_FRESH, MOST_FRESH = 200, 1000  # sequences of one evaluation
AT_ONCE = 2**24  # numbers of all gates at all their steps that an evaluation should not exceed
LARGEST = sys.float_info.max


class Stepper:
    """Makes steps of one run in arrays of its own; `run` hands out what came of them. Thrown away after one call."""

    def __init__(self, run: TrainingRun) -> None:
        settings, self._run = run.plan.settings, run
        self._at, self._state, self._optimiser = copied_model(run.model), run.moment.state(), run.moment.optimiser
        self._before = self._at.flat.copy(), self._state.copy()
        self._room = workspace(run.plan.architecture, self._at, steps=run.plan.task.length, batch=settings.batch)
        self._rows: list[tuple[float, ...]] = []
        self.step = run.step

    @property
    def stopped(self) -> bool:
        """Whether it has diverged."""
        return self._run.diverged is not None

    def make(self, batch: Batch, live: Live) -> None:
        """One step on the batch; where it goes too far, it is not made and the run stops before it."""
        if live.optimiser != self._optimiser:
            self._optimiser, self._state = live.optimiser, fresh_state(len(self._at.flat))
            self._before = self._before[0], self._state.copy()
        self._remember()
        found = train_step(self._at, self._state, batch, room=self._room, recipe=recipe(self._run.plan, live))
        if found.diverged is not None or not math.isfinite(found.loss):
            self._stop(found)
            return
        self._rows.append(_row(found))
        self.step += 1
        if self.step % self._run.plan.settings.eval_every == 0:
            self._run = sampled(self.run())
        if self.step % self._run.every == 0:
            self._run = self.run().keeping()

    def run(self) -> TrainingRun:
        """The run as it is now."""
        if self.step == self._run.step:
            return self._run
        moment = Moment(
            step=self.step,
            flat=_frozen(self._at.flat),
            optimiser=self._optimiser,
            updates=self._state.steps,
            first=_frozen(self._state.first),
            second=_frozen(self._state.second),
        )
        curves = self._run.curves.recorded(np.array(self._rows).T)
        self._rows = []
        self._run = replace(self._run, moment=moment, curves=curves)
        return self._run

    def _remember(self) -> None:
        flat, state = self._before
        np.copyto(flat, self._at.flat)
        state.steps = self._state.steps
        if self._optimiser != "sgd":
            np.copyto(state.first, self._state.first)
            np.copyto(state.second, self._state.second)

    def _stop(self, found: TrainStepResult) -> None:
        flat, state = self._before
        np.copyto(self._at.flat, flat)
        self._state = state
        clip = found.clip
        here = found.diverged or Divergence(0, "not-finite", clip.norm_after, found.weights, "loss")
        here = here._replace(step=self.step + 1)  # the engine counts the updates of one optimiser
        run = self.run()
        self._run = replace(run, diverged=here, events=(*run.events, divergence_event(here)))


def recipe(plan: Plan, live: Live) -> Recipe:
    """How a step is made under these settings."""
    return Recipe(
        optimiser=live.optimiser,
        lr=live.lr,
        clip=live.clip,
        threshold=live.threshold,
        truncate=plan.settings.experiment.truncate,
    )


def sampled(run: TrainingRun) -> TrainingRun:
    """The run with a sample of the network as it is, and what that shows for the first time."""
    found, parts = evaluated(run), next_parts(run)
    sample = Sample(
        step=run.step,
        loss=found.loss,
        error=found.error,
        standard_error=found.standard_error,
        rho=spectral_radius(candidate(run.plan.architecture.network(run.model))),
        log10_parts=_frozen(parts.weight_hh),
        log10_hidden=_frozen(parts.hidden),
    )
    events = (*run.events, *reached_events(run.events, sample, run.plan.task))
    return replace(run, samples=run.samples.with_one(sample), events=events)


def evaluated(run: TrainingRun) -> Evaluation:
    """The loss and the error on `fresh_size` fresh sequences, others after every step."""
    return evaluate(run.plan.task, run.plan.architecture, run.model, size=fresh_size(run.plan), draw=run.step)


def fresh_size(plan: Plan) -> int:
    """How many fresh sequences the network is tried on: 1,000, and fewer where it is large."""
    gates = int(plan.start.parameters.weight_hh_l0.shape[-2])
    return max(FEWEST_FRESH, min(MOST_FRESH, AT_ONCE // (gates * plan.task.length)))


def next_parts(run: TrainingRun) -> Contributions:
    """Each time step's part in the gradient of the batch that comes next, before clipping."""
    plan, at = run.plan, run.model
    batch, truncate = plan.task.batch(run.step + 1, plan.settings.batch), plan.settings.experiment.truncate
    room = workspace(plan.architecture, at, steps=batch.steps, batch=batch.size)
    with np.errstate(over="ignore", invalid="ignore"):
        each = loss_and_gradient(at, batch, room=room, truncate=truncate, each_step=True).each
        assert each is not None  # it was asked for
        return contributions(each, architecture=plan.architecture, at=at, batch=batch, truncate=truncate)


def _row(found: TrainStepResult) -> tuple[float, ...]:
    """The numbers of one step, in the order of `curves.QUANTITIES`; a norm beyond float64 as its largest number."""
    clip, share = found.clip, found.update / found.weights if found.weights else 0.0
    norm = clip.norm_before if math.isfinite(clip.norm_before) else LARGEST
    scale = clip.scale if math.isfinite(clip.scale) else 0.0
    return found.loss, norm, scale, float(clip.touched > 0.0), clip.touched, share


def _frozen(array: FloatArray) -> FloatArray:
    copy = array.copy()
    protect(copy)
    return copy
