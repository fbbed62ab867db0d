"""The comparison of networks in the reports."""

from collections.abc import Iterator, Sequence
from math import isnan
from typing import TYPE_CHECKING

from rnn_tui.lab.text.json_numbers import Nulls
from rnn_tui.lab.text.numbers import log10_text, number_text
from rnn_tui.lab.text.safe_text import csv_cell
from rnn_tui.lab.text.tables import wrapped

if TYPE_CHECKING:
    from rnn_tui.lab.compare.compare import Comparison, Row
    from rnn_tui.lab.compare.figures import Figures

ALONE = ("parameters", "verdict", "memory_lag_90", "lyapunov", "shares_weights", "lowest_word")
LOGS = (
    "log10_growth_per_step",
    "log10_first_against_last",
    "log10_cell_first_against_last",
    "log10_arrives",
    "log10_word_to_state",
    "log10_lowest_word",
)


def compare_json(found: "Comparison", nulls: Nulls) -> dict[str, object]:
    """What the field `compare` of the JSON holds."""
    from rnn_tui.lab.ensemble.ensemble import LEVELS

    return {
        "seeds": found.seeds,
        "levels": LEVELS if found.seeds else None,
        "sentence": found.sentence,
        "networks": [_row_json(row, nulls) for row in found.rows],
    }


def _row_json(row: "Row", nulls: Nulls) -> dict[str, object]:
    figures = row.figures
    settings = None if row.experiment is None else row.experiment.reported()
    known: dict[str, object] = {"name": row.name, "experiment": settings, "problem": row.problem}
    if figures is None:
        return known
    for name in ("log10_grad_hidden", "log10_grad_cell"):
        values = getattr(figures, name)
        known[name] = None if values is None else nulls.log10_row(f"compare.{name}", values)
    bands = figures.bands
    known["bands"] = None if bands is None else [nulls.log10_row("compare.bands", level) for level in bands]
    known |= {name: nulls.log10(f"compare.{name}", getattr(figures, name)) for name in LOGS}
    known |= {name: _plain(getattr(figures, name)) for name in ALONE}
    return {**known, "refuses_longer": figures.lengths.longer, "refuses_shorter": figures.lengths.shorter}


def _plain(value: object) -> object:
    return None if value == float("-inf") else value


def compare_rows(found: "Comparison") -> Iterator[Sequence[object]]:
    """The CSV: a heading, then a row for every network and step; what is unknown or is not there is empty."""
    from rnn_tui.lab.ensemble.ensemble import LEVELS

    levels = [f"log10_grad_hidden_q{100 * q:02.0f}" for q in LEVELS] if found.seeds else []
    heads = (*levels, *LOGS, *ALONE, "refuses_longer", "refuses_shorter")
    yield ("network", "t", "word", "log10_grad_hidden", "log10_grad_cell", *heads)
    for row in found.rows:
        if row.figures is None:
            continue
        figures = row.figures
        alone = [_cell(getattr(figures, name)) for name in (*LOGS, *ALONE)]
        for t, word in enumerate(found.experiment.words):
            own = [
                figures.log10_grad_hidden[t],
                None if figures.log10_grad_cell is None else figures.log10_grad_cell[t],
            ]
            bands = [] if figures.bands is None else [level[t] for level in figures.bands]
            cells = [_cell(None if value is None else float(value)) for value in (*own, *bands)]
            lengths = (csv_cell(each or "") for each in figures.lengths)
            yield (row.name, t + 1, csv_cell(word), *cells, *alone, *lengths)


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    return repr(value) if isinstance(value, float) else str(value)


def compare_lines(found: "Comparison") -> Iterator[str]:
    """The section of the table: a row a network, then why some refuse another length."""
    yield from wrapped(f"The same text, seed and scale through other networks. {found.sentence}")
    yield ""
    yield from wrapped(
        "word→h_T: how much the first word moves the last state, against the last word, ‖∂h_T/∂x₁‖ / ‖∂h_T/∂x_T‖; "
        "lowest: the least of a word in between; gradient: that of the last loss at the first word against the last."
    )
    yield ""
    wide = max(len(row.name) for row in found.rows)
    heads = f"{'word→h_T':>10} {'lowest':>10} {'gradient':>10} lag₉₀ {'λ₁':>6} {'numbers':>7} any T"
    yield f"{'':<{wide}}  {heads}"
    for row in found.rows:
        yield f"{row.name:<{wide}}  {'–' if row.figures is None else _figures(row.figures)}"
    yield ""
    for row in found.rows:
        if row.figures is not None and row.figures.log10_cell_first_against_last is not None:
            yield from wrapped(
                f"- {row.name}: the gradient is that of its cell state c; that of h is ×"
                f"{log10_text(row.figures.log10_first_against_last)}.",
                indent="  ",
            )
        if row.problem is not None:
            yield from wrapped(f"- {row.name}: {row.problem}.", indent="  ")
        elif row.figures is not None and (reason := row.figures.lengths.longer or row.figures.lengths.shorter):
            yield from wrapped(f"- {row.name}, a text of another length: {reason}.", indent="  ")


def _figures(figures: "Figures") -> str:
    arrives = figures.log10_arrives
    cells = [
        f"{'–' if isnan(figures.log10_word_to_state) else log10_text(figures.log10_word_to_state):>10}",
        f"{'–' if isnan(figures.log10_lowest_word) else log10_text(figures.log10_lowest_word):>10}",
        f"{'–' if arrives is None else log10_text(arrives):>10}",
        f"{'–' if figures.memory_lag_90 is None else f'{figures.memory_lag_90:,}':>5}",
        f"{exponent_text(figures.lyapunov):>6}",
        f"{count_text(figures.parameters):>7}",
        "yes" if figures.lengths.any else "no",
    ]
    return " ".join(cells)


def exponent_text(value: float | None) -> str:
    """A Lyapunov exponent with its sign: `−0.35`, `+0.22`, `−∞`; `–` where there is none."""
    if value is None:
        return "–"
    if value == float("-inf"):
        return "−∞"
    if abs(value) >= 100:
        return f"{'+' if value > 0 else ''}{number_text(value)}"
    return f"{value:+.2f}".replace("-", "−")


def count_text(numbers: int) -> str:
    """A number of parameters: `621`, `3,636`, `1.2 M`."""
    return f"{numbers:,}" if numbers < 10**6 else f"{numbers / 10**6:.1f} M"
