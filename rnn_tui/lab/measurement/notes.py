"""The sentences that go with a measurement: why a number is missing, and what it must not be taken for."""

from dataclasses import replace

import numpy as np

from rnn_tui.engine.influence.integrated import WORK
from rnn_tui.lab.experiment.memory import MOST_PAIRED_STEPS
from rnn_tui.lab.experiment.trained.reading import ASKED_AT_THE_END
from rnn_tui.lab.measurement.measurement import Measurement, Triangle
from rnn_tui.lab.measurement.verdict.words import steps_named
from rnn_tui.lab.text.numbers import of_whole_text


def notes(measurement: Measurement) -> Measurement:
    """The measurement with its notes."""
    found = [
        *_about_pairs(measurement),
        *_about_loss(measurement),
        *_about_zeros(measurement),
        *_about_clipping(measurement),
        *_about_training(measurement),
    ]
    return replace(measurement, notes=tuple(found))


def _about_pairs(m: Measurement) -> list[str]:
    if m.steps == 1:
        return ["One step: no gradient has to travel, and no step before it to forget."]
    if m.triangle is None:
        left_out = f"The fields over pairs of steps are left out above {MOST_PAIRED_STEPS} steps; "
        return [left_out + f"`measure --full` computes all {m.steps:,} × {m.steps:,}."]
    return _about_integrals(m.triangle)


def _about_integrals(triangle: Triangle) -> list[str]:
    """Which steps have no integrated gradients, and how far off they are."""
    if not triangle.unresolved:
        return []
    rows = np.isin(np.arange(triangle.stop - triangle.start), list(triangle.unresolved))
    worst = max(triangle.unresolved.values())
    off = (
        f"Integrated gradients of step {steps_named(rows)}: the path from no words to all of them is too steep for the "
        f"{WORK:,} multiplications that a step may take, and the words' parts are off by up to "
        f"{of_whole_text(worst)}. So these steps have no influence and no shares; `integrated_residual` is how far "
        "each is off."
    )
    return [off]


def _about_loss(m: Measurement) -> list[str]:
    found = []
    unknown = np.isnan(m.log10_step_losses)
    if unknown.any():
        found.append(
            f"The softmax of step {steps_named(unknown)} has saturated beyond any exponent: its loss and its error are "
            "smaller than any number that is kept here, so they are unknown, not zero."
        )
    if m.loss is None and not np.isnan(m.log10_loss):
        found.append(f"The loss leaves float64's range; its log10 is {m.log10_loss:.4f}.")
    if m.experiment.loss != "last" and m.steps > 1:
        found.append(
            f"The {m.experiment.loss} of the losses feeds gradient in at every step and so hides vanishing: "
            "the verdict follows the last step's loss alone (`log10_arriving`)."
        )
    return found


def _about_zeros(m: Measurement) -> list[str]:
    found = []
    if not m.trace.h_0.any():
        found.append(
            "h_0 = 0, so the copy of W_hh used at step 1 gets no gradient: "
            "the first column of the itemised gradient is a true zero, its log10 is left out."
        )
    dead = np.isneginf(m.log10_jacobian)
    if dead.any():
        found.append(f"∂h_T/∂h_t is a true zero for t = {steps_named(dead)}: its log10 is −∞ and is left out.")
    silent = np.isneginf(m.log10_grad_hidden)
    cut = silent & ~np.isneginf(m.log10_grad_hidden_full)
    if cut.any():
        found.append(
            f"Backpropagation goes back {m.experiment.truncate} step{'s' if m.experiment.truncate != 1 else ''} from "
            f"every loss, so ∂L/∂h_t is cut to zero for t = {steps_named(cut)}: its log10 is −∞ and is left out."
        )
    if (silent & ~cut).any():
        found.append(f"∂L/∂h_t is a true zero for t = {steps_named(silent & ~cut)}: its log10 is −∞ and is left out.")
    if m.triangle is not None:
        lost = np.isnan(m.triangle.shares[:, 0])
        lost[list(m.triangle.unresolved)] = False
        if lost.any():
            found.append(f"No word has any influence on the state of step {steps_named(lost)}: it has no shares.")
    zero = [name for name, value in m.log10_grad_norms.items() if np.isneginf(value)]
    if zero:
        found.append(f"The gradient of {', '.join(zero)} is a true zero.")
    return found


def _about_clipping(m: Measurement) -> list[str]:
    if m.experiment.clip == "value":
        return ["Value clipping acts on the parameters' gradients only: there is no clipped ∂L/∂h_t."]
    return []


def _about_training(m: Measurement) -> list[str]:
    trained = m.experiment.trained
    if trained is None:
        return []
    found = [f"The network was trained on {trained.about}; the text is one that this task reads."]
    if m.trace.wanted is not None:
        found.append(
            "Its outputs are numbers, so the loss is the squared error and there are no probabilities: `vocabulary` "
            "holds, to two digits, the numbers that it says and should say."
        )
    if trained.task in ASKED_AT_THE_END:
        found.append("The task asks at the end alone; here L_t asks at every step for what is right at the end.")
    return found
