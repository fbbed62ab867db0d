"""A measurement as a table for the terminal: the summary in words, then a row a step, in 80 columns."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from wcwidth import wrap

from rnn_tui.lab.glyphs import LEFT_TO_RIGHT, cut, runs_right_to_left, word_width
from rnn_tui.lab.numbers import log10_text, number_text, setting_text

if TYPE_CHECKING:
    from rnn_tui.lab.experiment import Experiment
    from rnn_tui.lab.measurement import ClipReport, Measurement

COLUMNS = 80
WIDEST_WORD = 18


def write_table(measurement: "Measurement", out: TextIO) -> None:
    """Writes the summary, the steps and the notes."""
    out.writelines(f"{line.rstrip()}\n" for line in _lines(measurement))


def _lines(found: "Measurement") -> Iterator[str]:
    yield from _wrapped(_experiment_line(found.experiment, found.largest_singular_value))
    yield from _wrapped(
        f"Loss ({found.experiment.loss}) {log10_text(found.log10_loss)} nats · "
        f"‖g‖ {log10_text(found.log10_grad_norm)} over {found.parameters:,} parameters · {_clip_words(found.clip)}"
    )
    yield ""
    yield from _wrapped(f"{found.verdict.upper()}  {found.verdict_sentence}")
    yield from _wrapped(f"In theory it {found.bound_sentence}.")
    if found.memory_lag_90 is not None:
        words = "the last word" if found.memory_lag_90 == 1 else f"the last {found.memory_lag_90:,} words"
        yield from _wrapped(f"90 % of the gradient's memory is in {words}.")
    yield ""
    yield from _steps(found)
    if found.notes:
        yield ""
    for note in found.notes:
        yield from _wrapped(f"- {note}", indent="  ")


def _experiment_line(experiment: "Experiment", sigma: float) -> str:
    scale = f"ρ(W) {setting_text(experiment.rho)}" if experiment.rho is not None else "ρ(W) as σ₁ makes it"
    units = f"{experiment.hidden:,} unit{'s' if experiment.hidden > 1 else ''}"
    return (
        f"{experiment.cell} · {experiment.activation} · {units} · {experiment.init} W · {scale} · "
        f"σ₁ {number_text(sigma)} · seed {experiment.seed}"
    )


def _clip_words(clip: "ClipReport") -> str:
    if clip.mode == "off":
        return "clipping off"
    return (
        f"clipping by {clip.mode}, θ {setting_text(clip.threshold)}: ‖g‖ {log10_text(clip.log10_norm_before)} → "
        f"{log10_text(clip.log10_norm_after)}"
    )


def _steps(found: "Measurement") -> Iterator[str]:
    wide = min(max(4, *map(word_width, set(found.words))), WIDEST_WORD)
    last = len(str(found.steps))
    clipped = found.log10_grad_hidden_clipped if found.clip.mode == "step" else None
    shares = None if found.triangle is None else found.triangle.shares[-1]
    heads = [f"{'t':>{last}}", _cell("word", wide), f"{'L_t':>9}", f"{'‖∂L/∂h_t‖':>11}"]
    heads += [f"{'clipped':>11}"] if clipped is not None else []
    heads += [f"{'‖∂h_T/∂h_t‖':>11}"]
    heads += [f"{'on h_T':>7}"] if shares is not None else []
    yield "  ".join(heads)
    for t, word in enumerate(found.words):
        cells = [f"{t + 1:>{last}}", _cell(word, wide), f"{log10_text(float(found.log10_step_losses[t])):>9}"]
        cells.append(f"{log10_text(float(found.log10_grad_hidden[t])):>11}")
        if clipped is not None:
            cells.append(f"{log10_text(float(clipped[t])):>11}")
        cells.append(f"{log10_text(float(found.log10_jacobian[t])):>11}")
        if shares is not None:
            cells.append(f"{_share(float(shares[t])):>7}")
        yield "  ".join(cells)


def _share(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.1f} %"


def _cell(word: str, wide: int) -> str:
    """A word in exactly `wide` cells; the mark after it keeps a right-to-left word from moving its neighbours."""
    parts = cut(word, wide)
    mark = LEFT_TO_RIGHT if runs_right_to_left(word) else ""
    return "".join(part for part, _ in parts) + mark + " " * (wide - sum(cells for _, cells in parts))


def _wrapped(text: str, indent: str = "") -> list[str]:
    return wrap(text, COLUMNS, subsequent_indent=indent)
