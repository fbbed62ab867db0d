"""An ensemble in the reports: the quantiles over its seeds."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING

from rnn_tui.engine.kinds import SHARES_WITHIN
from rnn_tui.lab.measurement.ensemble.fields import QUANTILE_LEVELS, SEED_FIELDS, SHOWN_LEVELS
from rnn_tui.lab.report.fields import Field
from rnn_tui.lab.report.layout import ByStep, CellRows, Item, StepColumn
from rnn_tui.lab.report.report import Section
from rnn_tui.lab.text.numbers import log10_text

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
    from rnn_tui.lab.measurement.ensemble.ensemble import Ensemble
    from rnn_tui.lab.measurement.measurement import Verdict
    from rnn_tui.lab.report.csv import Block

WIDTH = 9
SUMMARY = {
    "log10_loss": "loss in nats",
    "log10_grad_norm": "‖g‖",
    "log10_arrives": "gradient that arrives",
    "log10_growth_per_step": "any error, at most a step",
    "log10_word_to_state": "word 1 → last state",
    "memory_lag_90": "words with 90 % of the memory",
}


def without_shares(found: "Ensemble") -> "IntArray | None":
    """(T,) how many members have no shares at a step, their integrated gradients being too far off; else None."""
    residual = found.measures.get("integrated_residual")
    if residual is None:
        return None
    result: IntArray = (residual > SHARES_WITHIN).sum(axis=0)
    return result


def verdicts(found: "Ensemble") -> "Mapping[Verdict, int]":
    """How many of the seeds met each verdict, the most frequent first."""
    from rnn_tui.lab.measurement.verdict.verdict import verdict

    steps = len(found.experiment.words)
    met = Counter(verdict(arrives, steps) for arrives in found.measures["log10_arrives"].tolist())
    return dict(met.most_common())


def _levels(name: str) -> "Callable[[Ensemble], FloatArray | None]":
    """The quantiles of a measure, a row (or a matrix) a level."""

    def of(found: "Ensemble") -> "FloatArray | None":
        from rnn_tui.lab.measurement.ensemble.ensemble import quantiles

        members = found.measures.get(name)
        return None if members is None else quantiles(members)

    return of


QUANTILES = tuple(
    replace(one, shape=f"level,{one.shape}".removesuffix(","), of=_levels(one.name)) for one in SEED_FIELDS
)
FIELDS = (
    Field("seeds", "those of the networks", "S"),
    Field("levels", "of the quantiles", "level", of=lambda _: QUANTILE_LEVELS),
    Field("verdicts", "how often each verdict was met", "verdict", of=verdicts),
    *QUANTILES,
    Field(
        "without_shares",
        "of `integrated`, how many networks have no shares at each step and are left out of the quantiles",
        "T",
        of=without_shares,
    ),
)


def ensemble_table(found: "Ensemble") -> "Iterator[Block]":
    """The CSV: the quantiles of what has a number a step, in columns like `log10_jacobian_q05`."""
    from rnn_tui.lab.measurement.ensemble.ensemble import quantiles

    yield {
        f"{one.name}_q{100 * level:02.0f}": row
        for one in QUANTILES
        if one.shape == "level,T" and one.name in found.measures
        for level, row in zip(QUANTILE_LEVELS, quantiles(found.measures[one.name]), strict=True)
    }


def ensemble_items(found: "Ensemble") -> Iterator[Item]:
    """The section of the table: how often each verdict was met, and the middle 90 % of the main measures."""
    from rnn_tui.lab.measurement.verdict.verdict import WORDS

    count, first = len(found.seeds), found.experiment.seed
    met = ", ".join(f"{WORDS[kind]} {times:,}" for kind, times in verdicts(found).items())
    gain = f"; all scaled by the factor of seed {first}" if count > 1 else ""
    if found.experiment.edits:
        yield "The edits of W are made in every member, its scale by the same factor."
    yield f"Over {count:,} seed{'s' if count > 1 else ''} from {first} on{gain}: {met}."
    yield ""
    rows = [(head, *_cells(name, found.measures[name])) for name, head in SUMMARY.items()]
    widths = (-max(map(len, SUMMARY.values())), *[WIDTH] * len(SHOWN_LEVELS))
    yield CellRows(widths, [("", *_heads()), *rows])
    yield ""
    left_out = without_shares(found)
    if left_out is not None and left_out.any():
        yield (
            f"Up to {left_out.max():,} of the {count:,} networks have no shares at a step (most at t = "
            f"{left_out.argmax() + 1:,}): their integrated gradients are too far off, and the quantiles of the "
            "influence are those of the others."
        )
        yield ""
    columns = [*_columns(found.measures["log10_grad_hidden"]), *_columns(found.measures["log10_jacobian"])]
    yield ByStep(found.experiment.words, columns, groups=(("‖∂L/∂h_t‖", 3), ("‖∂h_T/∂h_t‖", 3)))


SECTION = Section(
    field=Field(
        "ensemble",
        "with `--seeds`: the quantiles of the measures over the networks, each the value of one of them",
        of=lambda found: found,
        fields=FIELDS,
    ),
    csv=ensemble_table,
    table=ensemble_items,
)


def _cells(name: str, members: "FloatArray") -> Sequence[str]:
    from rnn_tui.lab.measurement.ensemble.ensemble import quantiles

    shown: Callable[[float], str] = "{:,.0f}".format if name == "memory_lag_90" else log10_text
    return ["–" if isnan(value) else shown(float(value)) for value in quantiles(members, SHOWN_LEVELS)]


def _columns(members: "FloatArray") -> Sequence[StepColumn]:
    from rnn_tui.lab.measurement.ensemble.ensemble import quantiles

    return [_column(head, level) for head, level in zip(_heads(), quantiles(members, SHOWN_LEVELS), strict=True)]


def _column(head: str, level: "FloatArray") -> StepColumn:
    return StepColumn(head, WIDTH, lambda t: log10_text(float(level[t])))


def _heads() -> Sequence[str]:
    return ["median" if level == 0.5 else f"{100 * level:.0f} %" for level in SHOWN_LEVELS]
