"""Rows on their way through all steps, back or forward, with what every skip brings.

Every measure over time is some set of rows carried through the same steps: δ_t is one row, ∂h_T/∂h_t is H of them, all
itemised gradients are T of them.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from rnn_tui.engine.backprop.adjoint import pull_back_rows, push_forward_rows
from rnn_tui.engine.backprop.linear_maps import LinearMaps
from rnn_tui.engine.network import skips
from rnn_tui.engine.numbers.scaled_rows import ScaledRows, add_rows, zeros_above, zeros_below

Inject: TypeAlias = Callable[[int, ScaledRows | None], ScaledRows | None]
"""From the step (from 0) and the rows that came to it, or None where there are none yet, to the rows that go on."""

RowStep: TypeAlias = Callable[[ScaledRows, LinearMaps, int], ScaledRows]
"""From the rows of one step to those of the next, of that index."""


def walk_back(maps: LinearMaps, inject: Inject, *, last: int, first: int = 0) -> Iterator[tuple[int, ScaledRows]]:
    """Yields (t, rows of ∂/∂s_t) for t = last … first, with what every skip brings.

    `inject` adds to the rows that came back to a step those that begin there; new rows are above the others.
    """
    kept: dict[int, ScaledRows] = {}
    rows: ScaledRows | None = None
    for t in range(last, first - 1, -1):
        if rows is not None:
            rows = pull_back_rows(rows, maps, t + 1)
        later = skips.receiver(maps.skip, t, last + 1)
        if later is not None and later in kept and rows is not None:
            brought = _h_only(kept.pop(later), maps)
            rows = add_rows(rows, zeros_above(brought, rows.mantissa.shape[-2]))
        rows = inject(t, rows)
        if rows is None:
            continue
        source = skips.source(maps.skip, t)
        if source is not None and source >= first:
            kept[t] = rows
        yield t, rows


def walk_forward(
    maps: LinearMaps, inject: Inject, *, first: int = 0, last: int, step: RowStep = push_forward_rows
) -> Iterator[tuple[int, ScaledRows]]:
    """Yields (t, rows of ds_t) for t = first … last, with what every skip brings; new rows are below the others.

    `step` takes rows over a step without skips.
    """
    kept: dict[int, ScaledRows] = {}
    rows: ScaledRows | None = None
    for t in range(first, last + 1):
        if rows is not None:
            rows = step(rows, maps, t)
        earlier = skips.source(maps.skip, t)
        if earlier is not None and earlier in kept and rows is not None:
            rows = add_rows(rows, zeros_below(_h_only(kept.pop(earlier), maps), rows.mantissa.shape[-2]))
        rows = inject(t, rows)
        if rows is None:
            continue
        if skips.receiver(maps.skip, t, last + 1) is not None:
            kept[t] = rows
        yield t, rows


def _h_only(rows: ScaledRows, maps: LinearMaps) -> ScaledRows:
    if maps.parts == 1:
        return rows
    mantissa = rows.mantissa.copy()
    mantissa[..., maps.hidden :] = 0.0
    return rows._replace(mantissa=mantissa)
