"""A measurement as JSON, written row by row. The names of its fields are a contract: add freely, rename never."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from math import isnan
from typing import TYPE_CHECKING, TextIO

from rnn_tui.lab.compare.report import compare_json
from rnn_tui.lab.ensemble.report import ensemble_json
from rnn_tui.lab.powers.report import powers_json
from rnn_tui.lab.report.views import NONE, Views
from rnn_tui.lab.spectrum.report import spectrum_json
from rnn_tui.lab.text.json_numbers import Nulls, numbers
from rnn_tui.lab.text.safe_text import json_text

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray
    from rnn_tui.lab.ensemble.ensemble import Ensemble
    from rnn_tui.lab.measurement.measurement import Measurement


def write_json(
    measurement: "Measurement", out: TextIO, *, ensemble: "Ensemble | None" = None, views: Views = NONE
) -> None:
    """Writes the measurement as one strict JSON object, a field a line and a row of a matrix a line.

    Numbers are written in full: reading them gives back the same float64. What is no number in JSON is null: a log10
    of a true zero and a value outside float64's range, each with its reason in `notes`.
    """
    nulls = Nulls()
    out.write("{\n")
    for fields in (_text, _over_time, _summary):
        out.writelines(f'  "{name}": {json_text(value)},\n' for name, value in fields(measurement, nulls))
    for name, rows in (*_states(measurement), *_pairs(measurement, nulls)):
        out.write(f'  "{name}": ')
        if rows is None:
            out.write("null")
        else:
            _write_rows(rows, out)
        out.write(",\n")
    if ensemble is not None:
        out.write(f'  "ensemble": {json_text(ensemble_json(ensemble, nulls))},\n')
    out.writelines(f'  "{name}": {json_text(value)},\n' for name, value in _views(views, nulls))
    out.write(f'  "notes": {json_text([*measurement.notes, *nulls.reasons()])}\n}}\n')


def _text(found: "Measurement", nulls: Nulls) -> Iterator[tuple[str, object]]:
    yield "experiment", found.experiment.told()
    yield "words", found.words
    yield "vocabulary", found.vocabulary
    yield "targets", found.targets.tolist()
    yield "loss", nulls.plain("loss", found.loss, found.log10_loss)
    yield "log10_loss", nulls.log10("log10_loss", found.log10_loss)
    yield "step_losses", nulls.plain_row("step_losses", found.step_losses, found.log10_step_losses)
    yield "log10_step_losses", nulls.log10_row("log10_step_losses", found.log10_step_losses)
    yield "target_probability", numbers(found.target_probability)
    yield "predicted", found.predicted.tolist()
    yield "predicted_probability", numbers(found.predicted_probability)


def _over_time(found: "Measurement", nulls: Nulls) -> Iterator[tuple[str, object]]:
    """A number a step; null for the whole row where the network has none."""
    logs: Mapping[str, FloatArray | None] = {
        "log10_hidden_norm": found.log10_hidden_norm,
        "log10_grad_hidden": found.log10_grad_hidden,
        "log10_grad_hidden_full": found.log10_grad_hidden_full,
        "log10_grad_hidden_last": found.log10_grad_hidden_last,
        "log10_grad_hidden_clipped": found.log10_grad_hidden_clipped,
        "log10_grad_cell": found.log10_grad_cell,
        "log10_arriving": found.log10_arriving,
        "log10_input_jacobian": found.log10_input_jacobian,
        "log10_jacobian": found.log10_jacobian,
        "log10_jacobian_cell": found.log10_jacobian_cell,
        "log10_carry": found.log10_carry,
    }
    for name, row in logs.items():
        yield name, None if row is None else nulls.log10_row(name, row)
    yield "saturation", numbers(found.saturation)
    yield "gate_saturation", {gate: numbers(row) for gate, row in found.gate_saturation.items()}
    residual = None if found.triangle is None else found.triangle.integrated_residual
    yield "integrated_residual", None if residual is None else numbers(residual)


def _summary(found: "Measurement", nulls: Nulls) -> Iterator[tuple[str, object]]:
    from rnn_tui.lab.measurement.lyapunov import lyapunov, why_none

    logs = found.log10_grad_norms
    yield "grad_norms", {name: nulls.plain("grad_norms", found.grad_norms[name], logs[name]) for name in logs}
    yield "log10_grad_norms", {name: nulls.log10("log10_grad_norms", logs[name]) for name in logs}
    yield "grad_norm", nulls.plain("grad_norm", found.grad_norm, found.log10_grad_norm)
    yield "log10_grad_norm", nulls.log10("log10_grad_norm", found.log10_grad_norm)
    yield "clip", _clip(found, nulls)
    yield "truncation", _truncation(found, nulls)
    update = found.update
    yield "update", asdict(update)
    yield "spectral_radius", found.spectral_radius
    yield "largest_singular_value", found.largest_singular_value
    yield "growth_per_step", nulls.plain("growth_per_step", found.growth_per_step, found.log10_growth_per_step)
    yield "log10_growth_per_step", nulls.log10("log10_growth_per_step", found.log10_growth_per_step)
    yield "arrives_of", found.arrives_of
    yield "log10_arrives", nulls.log10("log10_arrives", found.log10_arrives)
    yield "arrives_per_step", nulls.plain("arrives_per_step", found.arrives_per_step, found.log10_arrives)
    yield "log10_word_to_state", nulls.log10("log10_word_to_state", found.log10_word_to_state)
    yield "word_to_state", nulls.plain("word_to_state", found.word_to_state, found.log10_word_to_state)
    yield "memory_lag_90", found.memory_lag_90
    yield "verdict", found.verdict
    yield "verdict_sentence", found.verdict_sentence
    yield "bound", found.bound
    yield "bound_sentence", found.bound_sentence
    exponents = lyapunov(found)
    if exponents is None:
        nulls.say(why_none(found))
    yield "lyapunov", None if exponents is None else nulls.rates("lyapunov", exponents.exponents)
    yield "lyapunov_convergence", None if exponents is None else exponents.convergence
    yield "parameters", found.parameters
    yield "itemised_sum_log10", nulls.log10("itemised_sum_log10", found.itemised_sum_log10)


def _views(views: Views, nulls: Nulls) -> Iterator[tuple[str, object]]:
    if views.powers is not None and views.bands is not None:
        yield "powers", powers_json(views.powers, views.tanh, views.bands, nulls)
    if views.compare is not None:
        yield "compare", compare_json(views.compare, nulls)
    if views.spectrum is not None:
        yield "spectrum", spectrum_json(views.spectrum, nulls)


def _clip(found: "Measurement", nulls: Nulls) -> dict[str, object]:
    clip = found.clip
    return {
        **asdict(clip),
        "norm_before": nulls.plain("clip.norm_before", clip.norm_before, clip.log10_norm_before),
        "norm_after": nulls.plain("clip.norm_after", clip.norm_after, clip.log10_norm_after),
        "log10_norm_before": nulls.log10("clip.log10_norm_before", clip.log10_norm_before),
        "log10_norm_after": nulls.log10("clip.log10_norm_after", clip.log10_norm_after),
    }


def _truncation(found: "Measurement", nulls: Nulls) -> dict[str, object] | None:
    if found.truncation is None:
        return None
    values = asdict(found.truncation)
    logs = [name for name in values if name.startswith("log10_")]
    return {**values, **{name: nulls.log10(f"truncation.{name}", values[name]) for name in logs}}


Rows = Iterable[object] | Mapping[str, Iterable[object]] | None


def _states(found: "Measurement") -> Iterator[tuple[str, Rows]]:
    """The fields with a row of H numbers a step."""
    yield "gates", {gate: map(numbers, values) for gate, values in found.gates.items()}
    yield "cell_state", None if found.cell_state is None else map(numbers, found.cell_state)


def _pairs(found: "Measurement", nulls: Nulls) -> Iterator[tuple[str, Rows]]:
    """The fields over pairs of steps."""
    from rnn_tui.lab.measurement.pairs import state_pairs_log10

    triangle = found.triangle
    if triangle is None:
        yield from ((name, None) for name in ("influence", "influence_log10", "itemised_log10", "state_pairs_log10"))
        return
    # Shares are known for all words of a step or for none.
    yield "influence", (None if isnan(row[t]) else row.tolist() for t, row in enumerate(triangle.shares))
    yield "influence_log10", (nulls.log10_row("influence_log10", row) for row in triangle.influence_log10)
    yield "itemised_log10", (nulls.log10_row("itemised_log10", row) for row in triangle.itemised_log10)
    yield "state_pairs_log10", (nulls.log10_row("state_pairs_log10", row) for row in state_pairs_log10(found))


def _write_rows(rows: Iterable[object] | Mapping[str, Iterable[object]], out: TextIO, indent: str = "  ") -> None:
    """A matrix, a row a line, or several by their names; they are made as they are written."""
    if isinstance(rows, Mapping):
        out.write("{")
        for i, (name, matrix) in enumerate(rows.items()):
            out.write(f'{"," if i else ""}\n{indent}  "{name}": ')
            _write_rows(matrix, out, f"{indent}  ")
        out.write(f"\n{indent}}}" if rows else "}")
        return
    out.write("[")
    for i, row in enumerate(rows):
        out.write(f"{',' if i else ''}\n{indent}  {json_text(row)}")
    out.write(f"\n{indent}]")
