"""The numbers of one step, each with its name and what it means."""

import math

from rnn_tui.engine.kinds import CELLS
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.text.numbers import log10_text, number_text, short_text
from rnn_tui.ui.panels.facts import Fact
from rnn_tui.ui.panels.steps import log10_ratio, subscript


def facts(measurement: Measurement, step: int) -> list[Fact]:
    """All that is known of a step but the shares of the words."""
    return [
        *_output(measurement, step),
        *_state(measurement, step),
        *_gates(measurement, step),
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
    verdict = "right" if predicted == target else "wrong"
    if math.isnan(measurement.predicted_probability[step]):
        return _number_said(measurement, step)
    given = _percent(float(measurement.target_probability[step]))
    trained = measurement.experiment.trained
    label, right = ("true next", "next word")
    if trained is not None and trained.task != "next-word":
        label, right = ("right", "right answer")
    chance = _percent(float(measurement.predicted_probability[step]))
    return [
        Fact(
            f"L{index}",
            (f"{log10_text(float(measurement.log10_step_losses[step]))} nats",),
            (
                f"the {'true ' * (label != 'right')}{right} got {given}; this is −ln of it",
                f"= −ln of the {given} given to the {right}",
                f"{right} got {given}",
            ),
            9,
            0,
        ),
        Fact("predicted", (), (f"{chance}, {verdict}", chance), 8, 0, measurement.vocabulary[predicted]),
        Fact(label, (), (f"{given}",), 6 if measurement.gates else 7, 0, measurement.vocabulary[target]),
    ]


def _number_said(measurement: Measurement, step: int) -> list[Fact]:
    """The output of a network that was trained to say numbers, and what it should say."""
    predicted, target = int(measurement.predicted[step]), int(measurement.targets[step])
    loss = float(measurement.log10_step_losses[step])
    off = f"off by {log10_text(0.5 * loss)}"
    return [
        Fact(f"L{subscript(step)}", (log10_text(loss),), ("the square of what it is off by", "squared error"), 9, 0),
        Fact("says", (), (off,), 8, 0, measurement.vocabulary[predicted]),
        Fact("right", (), ("to two digits",), 6 if measurement.gates else 7, 0, measurement.vocabulary[target]),
    ]


def _state(measurement: Measurement, step: int) -> list[Fact]:
    hidden = measurement.hidden_state.shape[1]
    saturated = round(float(measurement.saturation[step]) * hidden)
    if measurement.gates:
        return [_length(measurement, step)]
    return [
        _length(measurement, step),
        Fact(
            "saturated",
            (f"{saturated:,} of {hidden:,}",),
            ("units with |φ'| < .01: hardly any gradient passes them", "units with |φ'| < .01"),
            5,
            1,
        ),
    ]


def _length(measurement: Measurement, step: int) -> Fact:
    """The length of h_t, and of an LSTM's c_t."""
    index, hidden = subscript(step), measurement.hidden_state.shape[1]
    length = log10_text(float(measurement.log10_hidden_norm[step]))
    notes = f"the state's length, over {hidden:,} units", f"{hidden:,} units"
    if measurement.cell_state is not None:
        of_cell = math.hypot(*measurement.cell_state[step].tolist())
        length = _both(length, math.log10(of_cell) if of_cell else -math.inf, step)
        notes = f"the states' lengths, over {hidden:,} units", f"{hidden:,} units"
    return Fact(f"‖h{index}‖", (length,), notes, 7 if measurement.gates else 6, 1)


def _both(of_hidden: str, log10_of_cell: float, step: int) -> str:
    """What is known of h_t, and the same of c_t."""
    return f"{of_hidden}  c{subscript(step)} {log10_text(log10_of_cell)}"


def _gates(measurement: Measurement, step: int) -> list[Fact]:
    """How far every gate is open, over which range, how many of its units are saturated, and what it still carries."""
    kind = CELLS[measurement.experiment.cell]
    if not kind.meanings or measurement.log10_carry is None:
        return []
    opened = {name: measurement.gates[name][step] for name in kind.meanings}
    hidden = measurement.hidden_state.shape[1]
    stuck = {name: round(float(measurement.gate_saturation[name][step]) * hidden) for name in kind.meanings}
    means = "  ".join(f"{name} {float(units.mean()):.3f}" for name, units in opened.items())
    counts = ", ".join(f"{count:,}" for count in stuck.values())
    gate, state = kind.carry_gate, kind.state[-1]
    carried = log10_text(float(measurement.log10_carry[step]))
    of = f"of a change of {state}{subscript(step)}"
    kept = f"the most {of} that {gate} alone keeps to the end", f"{gate} alone keeps to the end", f"by {gate} alone"
    return [
        Fact("gates", (means,), (f"{counts} of {hidden:,} units saturated", f"{counts} saturated"), 8, 1),
        Fact("carry", (f"×{carried}",), kept, 7, 1),
        *(
            Fact(f"  {name}", (f"{units.min():.2f} to {units.max():.2f}",), (kind.meanings[name],), 3, 1)
            for name, units in opened.items()
        ),
    ]


def _gradient(measurement: Measurement, step: int) -> list[Fact]:
    index = subscript(step)
    raw = measurement.log10_grad_hidden
    value = float(raw[step])
    shown, of_cell = log10_text(value), measurement.log10_grad_cell
    if of_cell is not None:
        shown = _both(shown, float(of_cell[step]), step)
    found = [Fact(f"‖∂L/∂h{index}‖", (shown,), _factor(measurement, step), 9, 2)]
    clipped = measurement.log10_grad_hidden_clipped
    notes: tuple[str, ...]
    if measurement.clip.mode != "off":
        if clipped is None:
            found.append(
                Fact("  clipped", ("–",), ("value clipping acts on the entries of g alone", "acts on g alone"), 6, 2)
            )
        else:
            notes = {
                "norm": ("all of the gradient scaled by one number", "all scaled by one number", "scaled as a whole"),
                "step": ("limited to θ at every step on the way back", "limited at every step", "limited to θ"),
            }[measurement.clip.mode]
            found.append(Fact("  clipped", (log10_text(float(clipped[step])),), notes, 6, 2))
    if measurement.experiment.loss != "last":
        last = log10_text(float(measurement.log10_grad_hidden_last[step]))
        notes = ("of the last step's loss alone: the sum hides how it fades", "of the last loss alone", "of L_T alone")
        found.append(Fact(f"‖∂L_T/∂h{index}‖", (last,), notes, 6, 2))
    if measurement.truncation is not None:
        whole = log10_text(float(measurement.log10_grad_hidden_full[step]))
        notes = f"without the cut after {measurement.truncation.steps:,} steps", "without the cut"
        found.append(Fact("  uncut", (whole,), notes, 6, 2))
    jacobian = log10_text(float(measurement.log10_jacobian[step]))
    weight = 4
    if measurement.log10_jacobian_cell is not None:
        jacobian, weight = _both(jacobian, float(measurement.log10_jacobian_cell[step]), step), 7
    notes = ("the most that a change here changes the last state", "of a change here on h_T")
    found.append(Fact(f"‖∂h_T/∂h{index}‖", (jacobian,), notes, weight, 2))
    return found


def _factor(measurement: Measurement, step: int) -> tuple[str, ...]:
    if step + 1 >= measurement.steps:
        return ("where the way back begins", "the way back begins")
    raw = measurement.log10_grad_hidden
    ratio = log10_ratio(float(raw[step]), float(raw[step + 1]))
    if math.isnan(ratio):
        return ("no gradient comes back",)
    return (f"×{short_text(ratio)} of what the next step has", f"×{short_text(ratio)} of the next")


def _entry(value: float, digits: int) -> str:
    """A weight, to so many decimals; one too large for them to mean anything is short."""
    return f"{value:.{digits}f}".replace("-", "−") if abs(value) < 1e6 else number_text(value)


def _gradient_text(value: float, digits: int) -> str:
    """The weight's gradient with the digits that make the sum beside it right to so many decimals."""
    return f"{value:.{digits}g}".replace("-", "−") if 1e-4 <= abs(value) < 1e6 else number_text(value)


def _sums(before: float, rate: float, gradient: float, after: float) -> tuple[str, ...]:
    """One weight's update as a sum, to ever fewer decimals; at last what it comes to."""
    sums = (
        f"{_entry(before, digits)} − {rate:g}·({_gradient_text(gradient, digits)}) = {_entry(after, digits)}"
        for digits in (6, 4, 3)
    )
    return (*sums, f"{_entry(before, 4)} → {_entry(after, 4)}", f"→ {_entry(after, 3)}")


def _update(measurement: Measurement) -> list[Fact]:
    update, clip = measurement.update, measurement.clip
    norm = log10_text(clip.log10_norm_before)
    if clip.mode != "off":
        norm += f" → {log10_text(clip.log10_norm_after)}"
    layer = "" if update.layer is None else subscript(update.layer - 1)
    name = f"W{layer}[{update.row + 1},{update.column + 1}]"
    sums: tuple[str, ...]
    notes: tuple[str, ...]
    if update.gradient is None or update.after is None:
        sums, notes = (), ("its gradient does not fit a float64: no update can be written",)
    else:
        sums = _sums(update.before, measurement.experiment.lr, update.gradient, update.after)
        notes = ("W ← W − η g, the largest weight", "W ← W − η g")
    lost = f"{_percent(update.unmoved_hh)} of W, {_percent(update.unmoved)} of all"
    return [
        Fact("‖g‖", (norm,), ("the gradient of all parameters together", "of all parameters"), 7, 3),
        Fact(name, sums, notes, 8, 3),
        Fact("unmoved", (lost,), ("by this update, in float32", "in float32"), 7, 3),
    ]
