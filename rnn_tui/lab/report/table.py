"""A measurement as a table for the terminal: the summary in words, then a row a step, in 80 columns."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from rnn_tui.engine.kinds import CELLS, GATED, GATES
from rnn_tui.lab.compare.report import compare_lines
from rnn_tui.lab.ensemble.report import ensemble_lines
from rnn_tui.lab.powers.report import powers_lines
from rnn_tui.lab.report.views import NONE, Views
from rnn_tui.lab.spectrum.report import spectrum_lines
from rnn_tui.lab.text.numbers import (
    apart_text,
    log10_text,
    number_text,
    of_whole_text,
    scale_text,
    setting_text,
    short_text,
)
from rnn_tui.lab.text.printed import write_lines
from rnn_tui.lab.text.tables import Column, grid, listed, wrapped

if TYPE_CHECKING:
    from rnn_tui.engine.dynamics.lyapunov import Lyapunov
    from rnn_tui.engine.numbers.arrays import FloatArray
    from rnn_tui.lab.ensemble.ensemble import Ensemble
    from rnn_tui.lab.experiment.experiment import Experiment
    from rnn_tui.lab.measurement.measurement import ClipReport, Measurement, TruncationReport

MOST_STATE = 256  # numbers in the whole state up to which its Lyapunov exponents take no more than some seconds
CANDIDATES = frozenset({"g", "n"})  # new content, not how far a gate is open


def write_table(
    measurement: "Measurement", out: TextIO, *, ensemble: "Ensemble | None" = None, views: Views = NONE
) -> None:
    """Writes the summary, the steps, the ensemble and the views where there are any, and the notes."""
    write_lines(_lines(measurement, ensemble, views), out)


def _lines(found: "Measurement", ensemble: "Ensemble | None", views: Views) -> Iterator[str]:
    from rnn_tui.engine.dynamics.state_maps import state_size
    from rnn_tui.lab.measurement.lyapunov import lyapunov
    from rnn_tui.lab.measurement.verdict.verdict import WORDS

    untrained = ["untrained: guesses are luck"] if found.experiment.trained is None else []
    yield from listed([*network_words(found.experiment, found.largest_singular_value), *untrained])
    yield from listed(
        [
            f"Loss ({found.experiment.loss}) {log10_text(found.log10_loss)}{_unit(found)}",
            f"‖g‖ {log10_text(found.log10_grad_norm)} over {found.parameters:,} parameters",
            _clip_words(found.clip),
        ]
    )
    yield ""
    yield from wrapped(f"{WORDS[found.verdict].upper()}  {found.verdict_sentence}")
    allowed = found.bound_sentence
    yield from wrapped(f"{allowed[0].upper()}{allowed[1:]}." if found.bound is None else f"In theory it {allowed}.")
    if found.memory_lag_90 is not None:
        words = "the last word" if found.memory_lag_90 == 1 else f"the last {found.memory_lag_90:,} words"
        yield from wrapped(f"90 % of what words do to the last state comes from {words}{_word_words(found)}.")
    if found.triangle is not None and state_size(found.trace.back) <= MOST_STATE:
        rates = lyapunov(found)
        yield from () if rates is None else wrapped(_rates_words(rates))
    if found.truncation is not None:
        yield from wrapped(_truncation_words(found.truncation))
    if found.triangle is not None and found.triangle.integrated_residual is not None:
        yield from wrapped(_residual_words(found.triangle.integrated_residual, found.triangle.unresolved))
    yield ""
    yield from grid(found.words, _hidden_columns(found))
    if found.gates:
        yield ""
        yield from grid(found.words, _gate_columns(found))
    if ensemble is not None:
        yield ""
        yield from ensemble_lines(ensemble)
    yield from _view_lines(views)
    if found.notes:
        yield ""
    for note in found.notes:
        yield from wrapped(f"- {note}", indent="  ")


def _word_words(found: "Measurement") -> str:
    """How much the first word moves the last state, beside the last one."""
    log10 = found.log10_word_to_state
    return "" if log10 is None else f"; the first word moves it ×{short_text(log10)} as much as the last"


def _view_lines(views: Views) -> Iterator[str]:
    if views.powers is not None and views.bands is not None:
        yield ""
        yield from powers_lines(views.powers, views.tanh, views.bands)
    if views.compare is not None:
        yield ""
        yield from compare_lines(views.compare)
    if views.spectrum is not None:
        yield ""
        yield from spectrum_lines(views.spectrum)


def _unit(found: "Measurement") -> str:
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


def _hidden_columns(found: "Measurement") -> Sequence[Column]:
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
        columns.append(Column(f"on {of}_T", 7, lambda t: _percent(float(shares[t]))))
    return columns


def _gate_columns(found: "Measurement") -> Sequence[Column]:
    """How open each gate is, what the cell's own skip carries to the end, and the gradient on the cell's way."""
    columns = [_means(gate, found.gates[gate]) for gate in GATES[found.experiment.cell] if gate not in CANDIDATES]
    if found.log10_carry is not None:
        columns.append(_logs("carried", found.log10_carry))
    if found.log10_grad_cell is not None:
        columns.append(_logs("‖∂L/∂c_t‖", found.log10_grad_cell))
    if found.log10_jacobian_cell is not None:
        columns.append(_logs("‖∂h_T/∂c_t‖", found.log10_jacobian_cell))
    return columns


def _logs(head: str, log10: "FloatArray") -> Column:
    return Column(head, max(9, len(head)), lambda t: log10_text(float(log10[t])))


def _means(gate: str, values: "FloatArray") -> Column:
    means = values.mean(axis=1)
    return Column(f"mean {gate}", 6, lambda t: f"{means[t]:.2f}")


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.1f} %"
