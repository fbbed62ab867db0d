"""An ensemble in the reports: the quantiles over its seeds."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING

from rnn_tui.engine.kinds import SHARES_WITHIN
from rnn_tui.lab.text.json_numbers import Nulls
from rnn_tui.lab.text.numbers import log10_text
from rnn_tui.lab.text.tables import Column, grid, wrapped

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
    from rnn_tui.lab.ensemble.ensemble import Ensemble
    from rnn_tui.lab.measurement.measurement import Verdict

SINGLE = (
    "log10_loss",
    "log10_grad_norm",
    "truncation_lost",
    "unmoved",
    "log10_growth_per_step",
    "log10_arrives",
    "log10_word_to_state",
    "memory_lag_90",
)
BY_STEP = (
    "log10_step_losses",
    "log10_hidden_norm",
    "saturation",
    "log10_grad_hidden",
    "log10_grad_hidden_full",
    "log10_grad_cell",
    "log10_jacobian",
    "log10_jacobian_cell",
    "log10_carry",
    "integrated_residual",
)
PAIRS = ("influence_log10", "itemised_log10", "state_pairs_log10")
SHOWN = (0.05, 0.5, 0.95)
WIDTH = 9


def ensemble_json(found: "Ensemble", nulls: Nulls) -> dict[str, object]:
    """What the field `ensemble` of the JSON holds: the quantiles of every measure, a row (or matrix) a level."""
    from rnn_tui.lab.ensemble.ensemble import LEVELS

    measures: dict[str, object] = {}
    names = {name: name for name in (*SINGLE, *BY_STEP, "lyapunov")} | {"influence": "shares"}
    for name, attribute in (names | {name: name for name in PAIRS}).items():
        members: FloatArray | None = getattr(found, attribute)
        measures[name] = None if members is None else _quantiles_json(f"ensemble.{name}", members, nulls)
    left_out = without_shares(found)
    measures["without_shares"] = None if left_out is None else left_out.tolist()
    return {"seeds": found.seeds, "levels": LEVELS, "verdicts": verdicts(found), **measures}


def without_shares(found: "Ensemble") -> "IntArray | None":
    """(T,) how many members have no shares at a step, their integrated gradients being too far off; else None."""
    if found.integrated_residual is None:
        return None
    result: IntArray = (found.integrated_residual > SHARES_WITHIN).sum(axis=0)
    return result


def _quantiles_json(name: str, members: "FloatArray", nulls: Nulls) -> object:
    from rnn_tui.lab.ensemble.ensemble import quantiles

    made = nulls.rates if name == "ensemble.lyapunov" else nulls.log10_row
    levels = quantiles(members)
    if levels.ndim == 3:
        return [[made(name, row) for row in level] for level in levels]
    return made(name, levels) if levels.ndim == 1 else [made(name, row) for row in levels]


def ensemble_columns(found: "Ensemble") -> Mapping[str, "FloatArray"]:
    """The quantiles of what has a number a step, by the name of their CSV column, like `log10_jacobian_q05`."""
    from rnn_tui.lab.ensemble.ensemble import LEVELS, quantiles

    columns: dict[str, FloatArray] = {}
    for name in BY_STEP:
        members: FloatArray | None = getattr(found, name)
        if members is not None:
            columns |= {f"{name}_q{100 * q:02.0f}": row for q, row in zip(LEVELS, quantiles(members), strict=True)}
    return columns


def ensemble_lines(found: "Ensemble") -> Iterator[str]:
    """The section of the table: how often each verdict was met, and the middle 90 % of the main measures."""
    from rnn_tui.lab.ensemble.ensemble import quantiles
    from rnn_tui.lab.measurement.verdict.verdict import WORDS

    count, first = len(found.seeds), found.experiment.seed
    met = ", ".join(f"{WORDS[kind]} {times:,}" for kind, times in verdicts(found).items())
    gain = f"; all scaled by the factor of seed {first}" if count > 1 else ""
    if found.experiment.edits:
        yield from wrapped("The edits of W are made in every member, its scale by the same factor.")
    yield from wrapped(f"Over {count:,} seed{'s' if count > 1 else ''} from {first} on{gain}: {met}.")
    yield ""
    names = {
        "loss in nats": found.log10_loss,
        "‖g‖": found.log10_grad_norm,
        "gradient that arrives": found.log10_arrives,
        "any error, at most a step": found.log10_growth_per_step,
        "word 1 → last state": found.log10_word_to_state,
    }
    wide = max(len("words with 90 % of the memory"), *map(len, names))
    yield " " * wide + "".join(f"  {head:>{WIDTH}}" for head in _heads())
    for name, members in names.items():
        cells = ["–" if isnan(value) else log10_text(float(value)) for value in quantiles(members, SHOWN)]
        yield f"{name:<{wide}}" + "".join(f"  {cell:>{WIDTH}}" for cell in cells)
    lags = ["–" if isnan(value) else f"{value:,.0f}" for value in quantiles(found.memory_lag_90, SHOWN)]
    yield "words with 90 % of the memory".ljust(wide) + "".join(f"  {cell:>{WIDTH}}" for cell in lags)
    yield ""
    left_out = without_shares(found)
    if left_out is not None and left_out.any():
        yield from wrapped(
            f"Up to {left_out.max():,} of the {count:,} networks have no shares at a step (most at t = "
            f"{left_out.argmax() + 1:,}): their integrated gradients are too far off, and the quantiles of the "
            "influence are those of the others."
        )
        yield ""
    columns = [*_columns(found.log10_grad_hidden), *_columns(found.log10_jacobian)]
    yield from grid(found.experiment.words, columns, groups=(("‖∂L/∂h_t‖", 3), ("‖∂h_T/∂h_t‖", 3)))


def verdicts(found: "Ensemble") -> "Mapping[Verdict, int]":
    """How many of the seeds met each verdict, the most frequent first."""
    from rnn_tui.lab.measurement.verdict.verdict import verdict

    steps = len(found.experiment.words)
    return dict(Counter(verdict(arrives, steps) for arrives in found.log10_arrives.tolist()).most_common())


def _columns(members: "FloatArray") -> Sequence[Column]:
    from rnn_tui.lab.ensemble.ensemble import quantiles

    return [_column(head, level) for head, level in zip(_heads(), quantiles(members, SHOWN), strict=True)]


def _column(head: str, level: "FloatArray") -> Column:
    return Column(head, WIDTH, lambda t: log10_text(float(level[t])))


def _heads() -> Sequence[str]:
    return ["median" if level == 0.5 else f"{100 * level:.0f} %" for level in SHOWN]
