"""A measurement as a table for the terminal: the summary in words, then a row a step, in 80 columns."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, TextIO

from wcwidth import width, wrap

from rnn_tui.engine.kinds import GATED, GATES
from rnn_tui.lab.glyphs import LEFT_TO_RIGHT, cut, runs_right_to_left, word_width
from rnn_tui.lab.numbers import log10_text, number_text, setting_text

if TYPE_CHECKING:
    from rnn_tui.engine.arrays import FloatArray
    from rnn_tui.lab.experiment import Experiment
    from rnn_tui.lab.measurement import ClipReport, Measurement, TruncationReport

COLUMNS = 80
WIDEST_WORD = 18
GAP = 2
CANDIDATES = frozenset({"g", "n"})  # new content, not how far a gate is open


def write_table(measurement: "Measurement", out: TextIO) -> None:
    """Writes the summary, the steps and the notes."""
    out.writelines(f"{line.rstrip()}\n" for line in _lines(measurement))


def _lines(found: "Measurement") -> Iterator[str]:
    yield from _listed(_network_words(found.experiment, found.largest_singular_value))
    yield from _listed(
        [
            f"Loss ({found.experiment.loss}) {log10_text(found.log10_loss)} nats",
            f"‖g‖ {log10_text(found.log10_grad_norm)} over {found.parameters:,} parameters",
            _clip_words(found.clip),
        ]
    )
    yield ""
    yield from _wrapped(f"{found.verdict.upper()}  {found.verdict_sentence}")
    allowed = found.bound_sentence
    yield from _wrapped(f"{allowed[0].upper()}{allowed[1:]}." if found.bound is None else f"In theory it {allowed}.")
    if found.memory_lag_90 is not None:
        words = "the last word" if found.memory_lag_90 == 1 else f"the last {found.memory_lag_90:,} words"
        yield from _wrapped(f"90 % of the gradient's memory is in {words}.")
    if found.truncation is not None:
        yield from _wrapped(_truncation_words(found.truncation))
    if found.triangle is not None and found.triangle.integrated_residual is not None:
        yield from _wrapped(_residual_words(found.triangle.integrated_residual))
    yield ""
    yield from _grid(found.words, _hidden_columns(found))
    if found.gates:
        yield ""
        yield from _grid(found.words, _gate_columns(found))
    if found.notes:
        yield ""
    for note in found.notes:
        yield from _wrapped(f"- {note}", indent="  ")


def _network_words(experiment: "Experiment", sigma: float) -> Sequence[str]:
    e = experiment
    parts: list[str] = [e.cell]
    if e.cell in GATED:
        bias = ("forget", e.forget_bias) if e.cell == "lstm" else ("update", e.update_bias)
        parts += [f"{bias[0]} bias {setting_text(bias[1])}" if e.chrono is None else f"chrono {e.chrono:,}"]
    else:
        parts += [e.activation]
    parts += [f"{e.hidden:,} unit{'s' if e.hidden > 1 else ''}", f"{e.init} W"]
    parts += [f"transient {setting_text(e.transient)}"] if e.init == "nonnormal" else []
    parts += [f"ρ(W) {setting_text(e.rho)}" if e.rho is not None else "ρ(W) as σ₁ makes it", f"σ₁ {number_text(sigma)}"]
    parts += [f"skip {e.skip}"] if e.skip != "none" else []
    return [*parts, f"seed {e.seed}"]


def _clip_words(clip: "ClipReport") -> str:
    if clip.mode == "off":
        return "clipping off"
    return (
        f"clipping by {clip.mode}, θ {setting_text(clip.threshold)}: ‖g‖ {log10_text(clip.log10_norm_before)} → "
        f"{log10_text(clip.log10_norm_after)}"
    )


def _truncation_words(cut: "TruncationReport") -> str:
    steps = f"{cut.steps:,} step{'s' if cut.steps > 1 else ''}"
    said = (
        f"Truncated after {steps}: of ‖g‖ {log10_text(cut.log10_norm_full)} the cut leaves "
        f"{log10_text(cut.log10_norm_cut)}"
    )
    said += "" if cut.lost is None else f" and loses {_percent(cut.lost)}"
    said += "" if cut.cosine is None else f"; the cosine between the two is {cut.cosine:.3f}"
    return f"{said}."


def _residual_words(residual: "FloatArray") -> str:
    known = [(value, t) for t, value in enumerate(residual.tolist(), 1) if not math.isnan(value)]
    if not known:
        return "No state differs from that of a text without words, so integrated gradients have nothing to share out."
    worst, t = max(known)
    return f"Integrated gradients add up to the whole but for {number_text(worst)} of it at most (t = {t:,})."


class _Column(NamedTuple):
    """A heading and what stands under it at each step, both set to the right in `width` cells."""

    head: str
    width: int
    text: Callable[[int], str]


def _grid(words: Sequence[str], columns: Sequence[_Column]) -> Iterator[str]:
    """The steps with their words and these columns; the words take what is left of the width."""
    last = len(str(len(words)))
    left = COLUMNS - last - GAP - sum(GAP + column.width for column in columns)
    wide = min(max(4, *map(word_width, set(words))), WIDEST_WORD, left)
    gap = " " * GAP
    yield gap.join([f"{'t':>{last}}", _cell("word", wide), *(f"{c.head:>{c.width}}" for c in columns)])
    for t, word in enumerate(words):
        yield gap.join([f"{t + 1:>{last}}", _cell(word, wide), *(f"{c.text(t):>{c.width}}" for c in columns)])


def _hidden_columns(found: "Measurement") -> Sequence[_Column]:
    """Each step's loss, and the gradient on the way of the hidden state."""
    columns = [_logs("L_t", found.log10_step_losses), _logs("‖∂L/∂h_t‖", found.log10_grad_hidden)]
    if found.truncation is not None:
        columns.append(_logs("uncut", found.log10_grad_hidden_full))
    if found.clip.mode == "step" and found.log10_grad_hidden_clipped is not None:
        columns.append(_logs("clipped", found.log10_grad_hidden_clipped))
    columns.append(_logs("‖∂h_T/∂h_t‖", found.log10_jacobian))
    if found.triangle is not None:
        shares = found.triangle.shares[-1]
        of = "y" if found.experiment.influence_on == "output" else "h"
        columns.append(_Column(f"on {of}_T", 7, lambda t: _percent(float(shares[t]))))
    return columns


def _gate_columns(found: "Measurement") -> Sequence[_Column]:
    """How open each gate is, what the cell's own skip carries to the end, and the gradient on the cell's way."""
    columns = [_means(gate, found.gates[gate]) for gate in GATES[found.experiment.cell] if gate not in CANDIDATES]
    if found.log10_carry is not None:
        columns.append(_logs("carried", found.log10_carry))
    if found.log10_grad_cell is not None:
        columns.append(_logs("‖∂L/∂c_t‖", found.log10_grad_cell))
    if found.log10_jacobian_cell is not None:
        columns.append(_logs("‖∂h_T/∂c_t‖", found.log10_jacobian_cell))
    return columns


def _logs(head: str, log10: "FloatArray") -> _Column:
    return _Column(head, max(9, len(head)), lambda t: log10_text(float(log10[t])))


def _means(gate: str, values: "FloatArray") -> _Column:
    means = values.mean(axis=1)
    return _Column(f"mean {gate}", 6, lambda t: f"{means[t]:.2f}")


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.1f} %"


def _cell(word: str, wide: int) -> str:
    """A word in exactly `wide` cells; the mark after it keeps a right-to-left word from moving its neighbours."""
    parts = cut(word, wide)
    mark = LEFT_TO_RIGHT if runs_right_to_left(word) else ""
    return "".join(part for part, _ in parts) + mark + " " * (wide - sum(cells for _, cells in parts))


def _listed(parts: Sequence[str]) -> Iterator[str]:
    """The parts with a dot between them, as many to a line as it holds; one that is longer is wrapped."""
    line = ""
    for part in parts:
        joined = f"{line} · {part}" if line else part
        if line and width(joined) > COLUMNS:
            yield from _wrapped(line)
            joined = part
        line = joined
    yield from _wrapped(line)


def _wrapped(text: str, indent: str = "") -> list[str]:
    return wrap(text, COLUMNS, subsequent_indent=indent)
