"""The fields of a measurement's report: those that `Measurement` declares, and what is read or found for it alone."""

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.report.fields import LOG10, RATE, Field, declared, inserted

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray


def _shares(found: Measurement) -> "Iterator[FloatArray | None] | None":
    """The rows of the influence; None for one without shares, which are known for all words of a step or none."""
    if found.triangle is None:
        return None
    return (None if math.isnan(row[t]) else row for t, row in enumerate(found.triangle.shares))


def _state_pairs(found: Measurement) -> "FloatArray | None":
    from rnn_tui.lab.measurement.pair_measures import state_pairs_log10

    return None if found.triangle is None else state_pairs_log10(found)


def _pairs(name: str, meaning: str, *, of: "Callable[[Measurement], object] | str") -> Field:
    return Field(name, f"{meaning}, row t, column k; null after the diagonal", "T,T", LOG10, of, seeds=True)


def _on_last(found: Measurement) -> "FloatArray | None":
    return None if found.triangle is None else found.triangle.shares[-1]


RESIDUAL = Field(
    "integrated_residual",
    "of `integrated`, how far the words' parts are from adding up to Δ = h_t − h_t(no words): Σ ‖Σ_k parts − change‖ "
    "over the pieces of the path, over ‖Δ‖. Above 1e-3 the step's row of `influence` is null, and so is all of that of "
    "`influence_log10`",
    "T",
    of="triangle.integrated_residual",
    csv=True,
    seeds=True,
)
# of the Lyapunov exponents, which are found for the report alone
RATES = (
    Field(
        "lyapunov",
        "the Lyapunov exponents, descending, null for −∞. A step is a factor of the whole state: with a skip shared "
        "over D steps that is the window of the last D states, D·H numbers (of an LSTM (D + 1)·H), so there are as "
        "many exponents, and the directions that the window merely moves on count among them; null for the whole field "
        "with a pinned skip or with D ≥ T",
        "N",
        RATE,
        of="exponents",
        seeds=True,
    ),
    Field("lyapunov_convergence", "how far λ₁ is from that of the last half of the text", "", RATE, "convergence"),
)
PAIRS = (
    Field(
        "influence",
        "the share of word k in the influence on step t, zeros after the diagonal; null in place of a row where all "
        "are zero, or whose integral was not found (see `integrated_residual`)",
        "T,T",
        "share",
        of=_shares,
        seeds=True,
    ),
    _pairs("influence_log10", "log10 of the influence itself", of="triangle.influence_log10"),
    _pairs("itemised_log10", "log10 ‖C[t,k]‖ of L_t itself, unweighted", of="triangle.itemised_log10"),
    _pairs("state_pairs_log10", "log10 ‖∂h_t/∂h_k‖_F", of=_state_pairs),
)
FIELDS = inserted(declared(Measurement), {"gate_saturation": (RESIDUAL,), "bound_sentence": RATES, "cell_state": PAIRS})
ON_LAST = Field("influence_on_last", "the words' shares in the last state", "T", "share", _on_last, csv=True)
# the first columns of the CSV; what is declared later follows
COLUMNS = (
    "step_losses",
    "log10_step_losses",
    "log10_hidden_norm",
    "saturation",
    "log10_grad_hidden",
    "log10_grad_hidden_clipped",
    "log10_jacobian",
    "influence_on_last",
    "log10_grad_hidden_full",
    "log10_grad_cell",
    "log10_jacobian_cell",
    "log10_carry",
    "integrated_residual",
)
