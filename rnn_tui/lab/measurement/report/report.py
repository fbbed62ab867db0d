"""A measurement in the reports: its fields, a row a step, and the summary in words."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rnn_tui.engine.kinds import CELLS, GATED, GATES
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.measurement.report.fields import COLUMNS, FIELDS, ON_LAST, RATES
from rnn_tui.lab.report.fields import LOG10, Field, in_order
from rnn_tui.lab.report.layout import ByStep, Item, Note, Parts, StepColumn
from rnn_tui.lab.text.numbers import (
    apart_text,
    log10_text,
    number_text,
    of_whole_text,
    scale_text,
    setting_text,
    short_text,
)

if TYPE_CHECKING:
    from rnn_tui.engine.dynamics.lyapunov import Lyapunov
    from rnn_tui.engine.numbers.arrays import FloatArray
    from rnn_tui.lab.experiment.experiment import Experiment
    from rnn_tui.lab.measurement.measurement import ClipReport, TruncationReport
    from rnn_tui.lab.report.csv import Block
    from rnn_tui.lab.report.json import Part

MOST_STATE = 256  # numbers in the whole state up to which its Lyapunov exponents take no more than some seconds
OF_CELL = ("log10_carry", "log10_grad_cell", "log10_jacobian_cell")  # columns of the table of the gates
CANDIDATES = frozenset({"g", "n"})  # new content, not how far a gate is open


def measurement_parts(found: Measurement) -> "tuple[Sequence[Part], Sequence[str]]":
    """The JSON's fields and notes."""
    from rnn_tui.lab.measurement.lyapunov import lyapunov, why_none
    from rnn_tui.lab.report.json import Part

    rates = lyapunov(found)
    begin, end = FIELDS.index(RATES[0]), FIELDS.index(RATES[-1]) + 1
    parts = Part(found, FIELDS[:begin]), Part(rates, RATES), Part(found, FIELDS[end:])
    return parts, [*found.notes, *([why_none(found)] if rates is None else [])]


def measurement_block(found: Measurement) -> "Block":
    """The CSV: a row a step; a gated cell adds two columns a gate, its mean over the units and its saturation."""
    by_step = in_order([one for one in (*FIELDS, ON_LAST) if one.csv], COLUMNS)
    gates: dict[str, object] = {}
    for gate, values in found.gates.items():
        gates |= {f"gate_{gate}": values.mean(axis=1), f"gate_{gate}_saturation": found.gate_saturation[gate]}
    return {
        "t": range(1, found.steps + 1),
        "word": found.words,
        "target": [found.vocabulary[place] for place in found.targets],
        "predicted": [found.vocabulary[place] for place in found.predicted],
        **{one.column: one.value(found) for one in by_step},
        **gates,
    }


def summary(found: Measurement) -> Iterator[Item]:
    """The table's first part: the network, the loss, the verdict and what was measured beside it."""
    from rnn_tui.engine.dynamics.state_maps import state_size
    from rnn_tui.lab.measurement.lyapunov import lyapunov
    from rnn_tui.lab.measurement.verdict.verdict import WORDS

    untrained = ["untrained: guesses are luck"] if found.experiment.trained is None else []
    yield Parts([*network_words(found.experiment, found.largest_singular_value), *untrained])
    yield Parts(
        [
            f"Loss ({found.experiment.loss}) {log10_text(found.log10_loss)}{_unit(found)}",
            f"‖g‖ {log10_text(found.log10_grad_norm)} over {found.parameters:,} parameters",
            _clip_words(found.clip),
        ]
    )
    yield ""
    yield f"{WORDS[found.verdict].upper()}  {found.verdict_sentence}"
    allowed = found.bound_sentence
    yield f"{allowed[0].upper()}{allowed[1:]}." if found.bound is None else f"In theory it {allowed}."
    if found.memory_lag_90 is not None:
        words = "the last word" if found.memory_lag_90 == 1 else f"the last {found.memory_lag_90:,} words"
        yield f"90 % of what words do to the last state comes from {words}{_word_words(found)}."
    if found.triangle is not None and state_size(found.trace.maps) <= MOST_STATE:
        rates = lyapunov(found)
        yield from () if rates is None else [_rates_words(rates)]
    if found.truncation is not None:
        yield _truncation_words(found.truncation)
    if found.triangle is not None and found.triangle.integrated_residual is not None:
        yield _residual_words(found.triangle.integrated_residual, found.triangle.unresolved)
    yield ""
    yield ByStep(found.words, _hidden_columns(found))
    if found.gates:
        yield ""
        yield ByStep(found.words, _gate_columns(found))


def note_items(found: Measurement) -> Iterator[Item]:
    """The table's last part: the notes."""
    if found.notes:
        yield ""
    yield from map(Note, found.notes)


def _word_words(found: Measurement) -> str:
    """How much the first word moves the last state, beside the last one."""
    log10 = found.log10_word_to_state
    return "" if log10 is None else f"; the first word moves it ×{short_text(log10)} as much as the last"


def _unit(found: Measurement) -> str:
    return " nats" if found.trace.wanted is None else ", a squared error"


def network_words(experiment: "Experiment", sigma: float) -> Sequence[str]:
    """The network in a few words each, with the σ₁ of its W."""
    e = experiment
    parts: list[str] = [e.cell]
    if e.cell in GATED:
        bias = f"{CELLS[e.cell].carry} bias {setting_text(e.carry_bias)}"
        parts += [bias if e.chrono is None else f"chrono {e.chrono:,}"]
    else:
        parts += [e.activation]
    parts += [f"{e.hidden:,} unit{'s' if e.hidden > 1 else ''}", f"{e.init} W"]
    parts += [f"transient {setting_text(e.transient)}"] if e.init == "nonnormal" else []
    rho, follows = e.scale("rho"), "its edits make" if e.edits and e.scale("sigma") is None else "σ₁ makes"
    follows = "training made" if e.trained is not None and not e.edits else follows
    parts += [f"ρ(W) as {follows} it" if rho is None else f"ρ(W) {scale_text(rho)}", f"σ₁ {apart_text(sigma, 1.0)}"]
    parts += [f"W edited: {', '.join(e.edits)}"] if e.edits else []
    parts += [f"skip {e.skip}"] if e.skip != "none" else []
    if e.trained is not None:
        return [*parts, f"trained on {e.trained.about}"]
    return [*parts, f"seed {e.seed}"]


def _clip_words(clip: "ClipReport") -> str:
    if clip.mode == "off":
        return "clipping off"
    return (
        f"clipping by {clip.mode}, θ {setting_text(clip.threshold)}: ‖g‖ {log10_text(clip.log10_norm_before)} → "
        f"{log10_text(clip.log10_norm_after)}"
    )


def _rates_words(rates: "Lyapunov") -> str:
    shown = [f"{rate:+.2f}".replace("-", "−") if math.isfinite(rate) else "−∞" for rate in rates.exponents.tolist()]
    most = ", ".join(shown[:4]) + (f" … {shown[-1]}" if len(shown) > 4 else "")
    said = f"Lyapunov exponents along this text, in nats a step: {most}"
    if rates.convergence is not None:
        said += f"; by the last half of the text alone, the first is {number_text(rates.convergence)} off"
    return f"{said}."


def _truncation_words(cut: "TruncationReport") -> str:
    steps = f"{cut.steps:,} step{'s' if cut.steps > 1 else ''}"
    said = (
        f"Truncated after {steps}: of ‖g‖ {log10_text(cut.log10_norm_full)} the cut leaves "
        f"{log10_text(cut.log10_norm_cut)}"
    )
    said += "" if cut.lost is None else f"; what is lost is {_percent(cut.lost)} as large as g"
    said += "" if cut.cosine is None else f"; the cosine between the two is {cut.cosine:.3f}"
    return f"{said}."


def _residual_words(residual: "FloatArray", unresolved: Mapping[int, float]) -> str:
    """How far integrated gradients are from adding up, of the steps that have shares and of those that have none."""
    each = enumerate(residual.tolist())
    known = [(value, row + 1) for row, value in each if not (math.isnan(value) or row in unresolved)]
    said = []
    if known:
        worst, t = max(known)
        said.append(f"Integrated gradients add up to the whole but for {number_text(worst)} of it at most (t = {t:,}).")
    if unresolved:
        off = ", ".join(f"t = {row + 1:,} by {of_whole_text(value)}" for row, value in [*unresolved.items()][-3:])
        more = "the last of which are " if len(unresolved) > 3 else ""
        count = f"{len(unresolved):,} step{'s have' if len(unresolved) > 1 else ' has'} no shares"
        said.append(f"{count}, {more}off: {off}.")
    if not said:
        return "No state differs from that of a text without words, so integrated gradients have nothing to share out."
    return " ".join(said)


def _hidden_columns(found: Measurement) -> Sequence[StepColumn]:
    """Each step's loss, and the gradient on the way of the hidden state."""
    columns = _columns(found, [one for one in FIELDS if one.head and one.name not in OF_CELL])
    if found.triangle is not None:
        shares = found.triangle.shares[-1]
        of = "y" if found.experiment.influence_on == "output" else "h"
        columns.append(StepColumn(f"on {of}_T", 7, lambda t: _percent(float(shares[t]))))
    return columns


def _gate_columns(found: Measurement) -> Sequence[StepColumn]:
    """How open each gate is, what the cell's own skip carries to the end, and the gradient on the cell's way."""
    gates = [gate for gate in GATES[found.experiment.cell] if gate not in CANDIDATES]
    means = [_column(f"mean {gate}", found.gates[gate].mean(axis=1), "{:.2f}".format, least=6) for gate in gates]
    return [*means, *_columns(found, in_order([one for one in FIELDS if one.name in OF_CELL], OF_CELL))]


def _columns(found: Measurement, fields: Iterable[Field]) -> list[StepColumn]:
    """The columns of what this network has."""
    left_out = {
        "log10_grad_hidden_full": found.truncation is None,
        "log10_grad_hidden_clipped": found.clip.mode != "step",
    }
    return [
        _column(one.head, values, log10_text if one.unit == LOG10 else number_text)
        for one in fields
        if isinstance(values := one.value(found), np.ndarray) and not left_out.get(one.name)
    ]


def _column(head: str, values: "FloatArray", text: Callable[[float], str], *, least: int = 9) -> StepColumn:
    return StepColumn(head, max(least, len(head)), lambda t: text(float(values[t])))


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.1f} %"
