"""The causes of the gradient's size, each only where it was measured; and what it must not be taken for."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.backprop.jacobians import last_carry, log10_carried
from rnn_tui.engine.dynamics.powers import log10_power_growth
from rnn_tui.engine.kinds import CELLS, GATED
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import to_float
from rnn_tui.lab.experiment.trace import Trace
from rnn_tui.lab.measurement.verdict.arrival import per_step
from rnn_tui.lab.measurement.verdict.verdict import Finding, verdict
from rnn_tui.lab.measurement.verdict.words import quoted_word
from rnn_tui.lab.text.numbers import number_text, short_text

SATURATED_SHARE = 0.1  # from this share of saturated units on, saturation is named as a cause
NEARLY_RIGHT = 0.01  # of the squared error of the best constant answer: what is below is as good as right


def causes(finding: Finding, run: Trace, *, saturation: FloatArray) -> Iterator[str]:
    """Whole sentences, none where nothing was measured.

    Args:
        saturation: (T,) share of units with |φ'| < .01.
    """
    if finding.steps == 1 or finding.log10_arrives is None:
        return
    if finding.log10_arrives == -np.inf:
        yield from _of_zero(finding, run)
    yield from _of_slopes(finding, run, saturation)
    carry = last_carry(run.maps)
    if carry is not None:
        kind = CELLS[finding.experiment.cell]
        gate = f"{kind.carry} gate {kind.carry_gate}"
        kept = per_step(float(log10_carried(carry)[0]), finding.steps)
        yield f"The {gate} alone, at its most open unit, keeps ×{short_text(kept or 0.0)} a step."
    if finding.kind in ("vanishing", "dead"):
        yield from latching_sentences(finding, run)


def _of_zero(finding: Finding, run: Trace) -> Iterator[str]:
    """Why nothing arrives, where that can be said of the whole way."""
    experiment, weight = finding.experiment, run.network.parameters.weight_hh_l0
    if experiment.cell in GATED:
        return
    skip = experiment.skip != "none"
    if not weight.any():
        yield "W is zero: only the skip carries anything on." if skip else "W is zero."
    elif skip:
        return
    elif run.network.layered and not weight[1:].any(axis=(-2, -1)).all():
        layers = np.flatnonzero(~weight[1:].any(axis=(-2, -1))) + 2
        yield f"The W of layer {layers[-1]:,} is zero."
    elif experiment.activation == "relu" and not run.maps.factors.slopes[1:].any(axis=(-2, -1)).all():
        step = int(np.flatnonzero(~run.maps.factors.slopes[1:].any(axis=(-2, -1)))[-1]) + 1
        word = quoted_word(experiment.words[step])
        yield f"At step {step + 1:,} ({word}) every relu unit is off: that shuts every path."
    elif finding.log10_any == -np.inf:
        if experiment.activation == "relu":
            yield "No step shuts every path alone: W and the relu units that are off do it together."
        else:
            yield "The product of W over these steps is zero."


def _of_slopes(finding: Finding, run: Trace, saturation: FloatArray) -> Iterator[str]:
    """The sentence that the slopes of φ make any error vanish which W alone would not."""
    experiment, steps = finding.experiment, finding.steps
    if experiment.cell != "rnn" or experiment.skip != "none" or finding.any_kind != "vanishing":
        return
    alone = log10_power_growth(run.weight_hh, steps - 1)
    if verdict(alone * (steps - 1), steps) == "vanishing":
        return
    said = f"W alone would leave any error up to ×{short_text(alone)} a step: the slopes of {experiment.activation} "
    said += "take it"
    saturated = float(saturation[1:].mean())
    if saturated >= SATURATED_SHARE:
        state = "off" if experiment.activation == "relu" else "saturated (|φ'| < .01)"
        said += f", with {100 * saturated:.0f} % of the units {state}"
    yield f"{said}."


def latching_sentences(finding: Finding, run: Trace) -> Iterator[str]:
    """The sentence that a trained network does its task all the same, where that was measured."""
    found = achievement(finding, run)
    if found is not None:
        yield (
            f"Yet {found.sentence}: a network that has learned its task may latch what it needs, and then little "
            "gradient comes back. A small gradient is no failure."
        )


class Achievement(NamedTuple):
    """What a trained network does right, measured: as a sentence with its number, and in few words."""

    sentence: str
    brief: str


def achievement(finding: Finding, run: Trace) -> Achievement | None:
    """That it solves its task on fresh sequences, else that it answers right here; None where neither was seen.

    A right answer does not count where it is known to do no better than its current input allows: it may be luck.
    """
    trained = finding.experiment.trained
    if trained is None:
        return None
    if trained.result is not None and trained.result.solved:
        return Achievement(trained.result.sentence, "it solves its task")
    right = answers_right(finding, run)
    if not right or (trained.result is not None and not trained.result.below_current_input):
        return None
    return Achievement(f"it answers right ({right})", "it answers right")


def answers_right(finding: Finding, run: Trace) -> str:
    """How sure, or how near, a trained network's right answer at the last step is; empty where it is not right."""
    trained, each = finding.experiment.trained, run.losses.each
    if trained is None:
        return ""
    if run.wanted is None:
        if each.predicted[-1] != run.targets[-1]:
            return ""
        return f"with {100 * float(each.target_probability[-1]):.3g} %"
    from rnn_tui.lab.experiment.trained.reading import trained_task

    squared = float(to_float(each.losses)[-1])
    if squared > NEARLY_RIGHT * trained_task(trained).guessing.loss:
        return ""
    return f"off by {number_text(squared**0.5)}"
