"""Notices: what a change did, in numbers, from the measurement before and the one after."""

import math
from collections.abc import Callable, Mapping, Sequence

from rnn_tui.engine.kinds import CELLS
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.text.numbers import log10_text, number_text, of_whole_text, short_text
from rnn_tui.ui.state.dials import DIALS


def setting_label(name: str) -> str:
    """What a notice calls a setting."""
    return DIALS[name].symbol if name in DIALS else name.replace("_", " ")


def differences(before: Experiment, after: Experiment) -> tuple[str, ...]:
    """The settings in which two experiments differ, each as `seed 7 → 8`."""
    changes = []
    old, new = before.settings(), after.settings()
    for name in old:
        if old[name] == new[name]:
            continue
        if name == "edits":
            changes.append(_edits(before.edits, after.edits))
        elif name == "text":
            changes.append("text" if before.tokens == after.tokens else f"text by {after.tokens}")
        elif name != "tokens" and not (name in ("rho", "sigma") and new[name] is None):
            changes.append(f"{setting_label(name)} {_setting(before, name)} → {_setting(after, name)}")
    return tuple(changes)


def _edits(before: Sequence[str], after: Sequence[str]) -> str:
    """What was done to W, or taken back: `W 3,4=0.5`, `W without 3,4=0.5`."""
    shared = next((at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), None)
    if shared is None:
        shared = min(len(before), len(after))
    new = ", ".join(after[shared:])
    return f"W {new}" if new else f"W without {', '.join(before[shared:])}"


def _setting(experiment: Experiment, name: str) -> str:
    if name == "trained":
        return "none" if experiment.trained is None else str(experiment.trained)
    return DIALS[name].value_text(experiment) if name in DIALS else str(getattr(experiment, name))


def change_notice(before: Measurement | None, after: Measurement, *, opening: str = "") -> str:
    """One sentence: what was changed and what that did.

    `opening` comes first, as in `undid: seed 8 → 7`. Without a measurement before, only what is there now is named.
    """
    if before is None:
        return opening or f"measured: {_growth(after)}"
    changes = differences(before.experiment, after.experiment)
    if not changes:
        return opening or "nothing changed"
    if not opening and before.experiment.cell != after.experiment.cell and len(changes) == 1:
        return cell_notice(after)
    what = ", ".join(changes)
    did = effect(before, after)
    if opening:
        return f"{opening}: {what}; {did}"
    if what.startswith("clip ") and len(changes) == 1:
        return did
    return f"{what}: {did}" if did else what


def cell_notice(measurement: Measurement) -> str:
    """What another cell keeps of the gradient: `LSTM, forget bias 1: the gradient gets ×0.65 a step on c`."""
    experiment = measurement.experiment
    kind = CELLS[experiment.cell]
    if measurement.steps == 1:
        return f"{kind.name}: one step has nothing to keep"
    bias = _bias(experiment)
    carry, factor = measurement.log10_carry, _factor(measurement)
    if carry is not None and factor is not None:
        alone = float(carry[0]) / (measurement.steps - 1)
        way = " on c" if measurement.arrives_of == "c" else ""
        return f"{kind.name}, {bias}: gradient {factor} a step{way}; {kind.carry_gate} alone keeps ×{short_text(alone)}"
    own = "" if kind.shares_weights else ", a W for every layer"
    return f"{kind.name}{own}: {_growth(measurement)}"


def _bias(experiment: Experiment) -> str:
    if experiment.chrono is not None:
        return f"chrono {experiment.chrono:,}"
    return f"{CELLS[experiment.cell].carry} bias {experiment.carry_bias:g}"


def effect(before: Measurement, after: Measurement) -> str:
    """What the change did to the numbers that it is about: `×0.43 → ×0.47 a step, vanishing`."""
    changed = {
        name for name, value in before.experiment.settings().items() if value != after.experiment.settings()[name]
    }
    for name, said in _EFFECTS.items():
        if changed == {name}:
            return said(before, after)
    if "text" in changed:
        count = _steps(after) if after.steps == before.steps else f"{before.steps:,} → {_steps(after)}"
        return f"{count}; {_growths(before, after)}"
    return _growths(before, after)


def _steps(measurement: Measurement) -> str:
    return f"{measurement.steps:,} {'step' if measurement.steps == 1 else 'steps'}"


def _factor(measurement: Measurement) -> str | None:
    """What a step makes of the gradient on average: `×0.46`; None where it has no way to go, or nothing is sent."""
    log10 = measurement.log10_arrives
    return None if log10 is None or measurement.steps == 1 else f"×{short_text(log10 / (measurement.steps - 1))}"


def _word(measurement: Measurement) -> str:
    from rnn_tui.lab.measurement.verdict.verdict import WORDS

    return "too short to judge" if measurement.verdict == "undefined" else WORDS[measurement.verdict]


def _growth(measurement: Measurement) -> str:
    factor = _factor(measurement)
    return "no gradient to judge" if factor is None else f"{factor} a step, {_word(measurement)}"


def _growths(before: Measurement, after: Measurement) -> str:
    """`×0.43 → ×0.47 a step, vanishing`; the loss where no gradient travels at all."""
    old, new = _factor(before), _factor(after)
    if new is None:
        return f"L {_loss(before)} → {_loss(after)}"
    if old is None:
        return _growth(after)
    return f"{old} → {new} a step, {_word(after)}"


def _loss(measurement: Measurement) -> str:
    return log10_text(measurement.log10_loss)


def _clip(_: Measurement, after: Measurement) -> str:
    """`clipping on: ‖g‖ 14.2 → 1.00`, and by which kind where it is not the norm's."""
    clip = after.clip
    if clip.mode == "off":
        return f"clipping off: ‖g‖ {log10_text(clip.log10_norm_before)} as it is"
    kind = {"norm": "on", "value": "by value", "step": "at every step"}[clip.mode]
    norms = f"‖g‖ {log10_text(clip.log10_norm_before)} → {log10_text(clip.log10_norm_after)}"
    if clip.touched == 0:
        return f"clipping {kind}: nothing exceeds θ = {number_text(clip.threshold)}; {norms}"
    if clip.mode == "norm":
        return f"clipping {kind}: {norms}"
    what = "entries" if clip.mode == "value" else "steps"
    return f"clipping {kind}: {norms}, {clip.touched:,} of {clip.touched_of:,} {what} limited"


def _threshold(before: Measurement, after: Measurement) -> str:
    if after.clip.mode == "off":
        return "no effect while clipping is off; `c` turns it on"
    old, new = (log10_text(clip.log10_norm_after) for clip in (before.clip, after.clip))
    return f"clipped ‖g‖ {old} → {new}"


def _rate(_: Measurement, after: Measurement) -> str:
    update = after.update
    if update.after is None:
        return "the update leaves float64's range"
    moved = number_text(update.after - update.before)
    return f"one update moves the largest weight {number_text(update.before)} by {moved}"


def _loss_kind(before: Measurement, after: Measurement) -> str:
    return f"L {_loss(before)} → {_loss(after)}"


def _influence(before: Measurement, after: Measurement) -> str:
    off = None if after.triangle is None else after.triangle.unresolved.get(after.steps - 1)
    if off is not None:
        return f"no shares of the last step: its integral is off by {of_whole_text(off)}"
    old, new = (_first_share(measurement) for measurement in (before, after))
    if old is None or new is None:
        return ""
    return f"the first word's share {old} → {new}"


def _first_share(measurement: Measurement) -> str | None:
    if measurement.triangle is None:
        return None
    share = float(measurement.triangle.shares[-1, 0])
    return None if math.isnan(share) else f"{number_text(100 * share)} %"


def _gate(before: Measurement, after: Measurement) -> str:
    """What the gate that keeps does now: `f 0.68 → 0.79; ×0.72 → ×0.78 a step, vanishing`."""
    name = CELLS[after.experiment.cell].carry_gate
    if name is None or name not in before.gates or name not in after.gates:
        return "this cell has no such gate"
    old, new = (number_text(float(measurement.gates[name].mean())) for measurement in (before, after))
    grown, now = _factor(before), _factor(after)
    # The verdict is shown above: the line is for what led to it.
    return f"{name} {old} → {new}" + (f"; {grown} → {now} a step" if grown is not None and now is not None else "")


def _edit(before: Measurement, after: Measurement) -> str:
    """`ρ 0.900 → 0.912, σ₁ 1.30 → 1.31; ×0.70 → ×0.71 a step`."""
    radii = (number_text(each.spectral_radius) for each in (before, after))
    largest = (number_text(each.largest_singular_value) for each in (before, after))
    growths = _growths(before, after)
    return f"ρ {' → '.join(radii)}, σ₁ {' → '.join(largest)}; {growths}"


def _truncation(_: Measurement, after: Measurement) -> str:
    cut = after.truncation
    if cut is None:
        return "the whole gradient"
    if cut.lost is None:
        return f"the gradient is cut after {cut.steps:,}"
    aligned = "" if cut.cosine is None else f", cosine {cut.cosine:.3f}"
    return f"{number_text(100 * cut.lost)} % of g is lost{aligned}"


_EFFECTS: Mapping[str, Callable[[Measurement, Measurement], str]] = {
    "edits": _edit,
    "clip": _clip,
    "threshold": _threshold,
    "lr": _rate,
    "loss": _loss_kind,
    "influence": _influence,
    "influence_on": _influence,
    "forget_bias": _gate,
    "update_bias": _gate,
    "chrono": _gate,
    "truncate": _truncation,
}
