"""The numbers of one step, each with its name and what it means."""

import math
from typing import NamedTuple

from rnn_tui.lab.measurement import Measurement
from rnn_tui.lab.numbers import log10_text, number_text
from rnn_tui.ui.widgets.steps import log10_ratio, short_text, subscript


class Fact(NamedTuple):
    """One line of the inspector.

    Attributes:
        label: the symbol.
        value: the number.
        notes: what it means, said ever more briefly.
        weight: the facts of the largest weight stay where rows are few.
        group: facts of one group stand together.
        word: a person's word behind the value.
    """

    label: str
    value: str
    notes: tuple[str, ...]
    weight: int
    group: int
    word: str | None = None


def facts(measurement: Measurement, step: int) -> list[Fact]:
    """All that is known of a step but the shares of the words."""
    return [
        *_output(measurement, step),
        *_state(measurement, step),
        *_gradient(measurement, step),
        *_update(measurement),
    ]


def _percent(share: float) -> str:
    if math.isnan(share):
        return "?"
    return "<0.1 %" if 0 < share < 0.0005 else f"{100 * share:.3g} %"


def _output(measurement: Measurement, step: int) -> list[Fact]:
    index = subscript(step)
    predicted, target = int(measurement.predicted[step]), int(measurement.targets[step])
    given = _percent(float(measurement.target_probability[step]))
    verdict = "right" if predicted == target else "wrong"
    chance = _percent(float(measurement.predicted_probability[step]))
    return [
        Fact(
            f"L{index}",
            f"{log10_text(float(measurement.log10_step_losses[step]))} nats",
            (
                f"the true next word got {given}; this is −ln of it",
                f"= −ln of the {given} given to the next word",
                f"next word got {given}",
            ),
            9,
            0,
        ),
        Fact("predicted", "", (f"{chance}, {verdict}", chance), 8, 0, measurement.vocabulary[predicted]),
        Fact("true next", "", (f"{given}",), 7, 0, measurement.vocabulary[target]),
    ]


def _state(measurement: Measurement, step: int) -> list[Fact]:
    index = subscript(step)
    hidden = measurement.hidden_state.shape[1]
    saturated = round(float(measurement.saturation[step]) * hidden)
    return [
        Fact(
            f"‖h{index}‖",
            log10_text(float(measurement.log10_hidden_norm[step])),
            (f"the state's length, over {hidden:,} units", f"{hidden:,} units"),
            6,
            1,
        ),
        Fact(
            "saturated",
            f"{saturated:,} of {hidden:,}",
            ("units with |φ'| < .01: hardly any gradient passes them", "units with |φ'| < .01"),
            5,
            1,
        ),
    ]


def _gradient(measurement: Measurement, step: int) -> list[Fact]:
    index = subscript(step)
    raw = measurement.log10_grad_hidden
    value = float(raw[step])
    found = [Fact(f"‖∂L/∂h{index}‖", log10_text(value), _factor(measurement, step), 9, 2)]
    clipped = measurement.log10_grad_hidden_clipped
    notes: tuple[str, ...]
    if measurement.clip.mode != "off":
        if clipped is None:
            found.append(
                Fact("  clipped", "–", ("value clipping acts on the entries of g alone", "acts on g alone"), 6, 2)
            )
        else:
            notes = {
                "norm": ("all of the gradient scaled by one number", "all scaled by one number", "scaled as a whole"),
                "step": ("limited to θ at every step on the way back", "limited at every step", "limited to θ"),
            }[measurement.clip.mode]
            found.append(Fact("  clipped", log10_text(float(clipped[step])), notes, 6, 2))
    if measurement.experiment.loss != "last":
        last = log10_text(float(measurement.log10_grad_hidden_last[step]))
        notes = ("of the last step's loss alone: the sum hides how it fades", "of the last loss alone", "of L_T alone")
        found.append(Fact(f"‖∂L_T/∂h{index}‖", last, notes, 6, 2))
    jacobian = log10_text(float(measurement.log10_jacobian[step]))
    notes = ("the most that a change here changes the last state", "of a change here on h_T")
    found.append(Fact(f"‖∂h_T/∂h{index}‖", jacobian, notes, 4, 2))
    return found


def _factor(measurement: Measurement, step: int) -> tuple[str, ...]:
    if step + 1 >= measurement.steps:
        return ("where the way back begins", "the way back begins")
    raw = measurement.log10_grad_hidden
    ratio = log10_ratio(float(raw[step]), float(raw[step + 1]))
    if math.isnan(ratio):
        return ("no gradient comes back",)
    return (f"×{short_text(ratio)} of what the next step has", f"×{short_text(ratio)} of the next")


def _entry(value: float) -> str:
    """A weight, to six decimals; one too large for them to mean anything is short."""
    return f"{value:.6f}".replace("-", "−") if abs(value) < 1e6 else number_text(value)


def _gradient_text(value: float) -> str:
    """The weight's gradient with the digits that make the sum beside it right to six decimals."""
    return f"{value:.6g}".replace("-", "−") if 1e-4 <= abs(value) < 1e6 else number_text(value)


def _update(measurement: Measurement) -> list[Fact]:
    update, clip = measurement.update, measurement.clip
    rate = measurement.experiment.lr
    norm = log10_text(clip.log10_norm_before)
    if clip.mode != "off":
        norm += f" → {log10_text(clip.log10_norm_after)}"
    name = f"W[{update.row + 1},{update.column + 1}]"
    notes: tuple[str, ...]
    if update.gradient is None or update.after is None:
        step, notes = "", ("its gradient does not fit a float64: no update can be written",)
    else:
        step = f"{_entry(update.before)} − {rate:g}·({_gradient_text(update.gradient)}) = {_entry(update.after)}"
        notes = ("W ← W − η g, the largest weight", "W ← W − η g")
    lost = f"{_percent(update.unmoved_hh)} of W, {_percent(update.unmoved)} of all"
    return [
        Fact("‖g‖", norm, ("the gradient of all parameters together", "of all parameters"), 7, 3),
        Fact(name, step, notes, 8, 3),
        Fact("unmoved", lost, ("by this update, in float32", "in float32"), 7, 3),
    ]
