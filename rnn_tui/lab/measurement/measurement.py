"""Measurement: all that a panel may show of one experiment, each measure declared where its type is.

A new measure is a field here and, under the same name, its computation in `measures`: from the two come its place in
the JSON, the CSV, the table, the ensembles and the manual.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rnn_tui.engine.kinds import SHARES_WITHIN, Bound
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.report.fields import LOG10, declared, report_field

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
    from rnn_tui.engine.numbers.exponents import Scaled
    from rnn_tui.lab.experiment.trace import Trace

Verdict = Literal["vanishing", "steady", "exploding", "dead", "undefined"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipReport:
    """What clipping does to the gradient g of all parameters together."""

    mode: str = report_field("`off`, `norm`, `value` or `step`")
    threshold: float = report_field("θ")
    scale: float | None = report_field("min(1, θ/‖g‖) of `norm`, 1 of `off`; else null, as outside float64's range")
    norm_before: float | None = report_field("‖g‖ before", log10="log10_norm_before")
    norm_after: float | None = report_field("‖g‖ after", log10="log10_norm_after")
    log10_norm_before: float = report_field("log10 ‖g‖ before", unit=LOG10)
    log10_norm_after: float = report_field("log10 ‖g‖ after", unit=LOG10)
    cosine: float | None = report_field("between the two gradients; null where one of them is zero")
    touched: int = report_field("entries (`value`) or steps (`step`) that were limited; 1 or 0 of `norm`, 0 of `off`")
    touched_of: int = report_field("how many entries or steps there are")


@dataclass(frozen=True, slots=True, kw_only=True)
class TruncationReport:
    """What backpropagation loses by going back no more than K steps from every L_t."""

    steps: int = report_field("K")
    log10_norm_full: float = report_field("log10 ‖g‖ of the whole gradient", unit=LOG10)
    log10_norm_cut: float = report_field("log10 ‖g_cut‖ of the truncated one", unit=LOG10)
    log10_norm_lost: float = report_field("log10 ‖g − g_cut‖", unit=LOG10)
    lost: float | None = report_field("‖g − g_cut‖ / ‖g‖; null where g is zero or unknown")
    cosine: float | None = report_field("between the two; null where one of them is zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateReport:
    """`W ← W − η g` for the weight of `weight_hh_l0` that is largest in size, and what float32 makes of it."""

    layer: int | None = report_field("of a feed-forward net the step whose own W_hh it is, from 1; else null")
    row: int = report_field("its row in `weight_hh_l0` with all its gates, from 0 as the places in `vocabulary` are")
    column: int = report_field("its column, from 0")
    before: float = report_field("the weight")
    gradient: float | None = report_field("its (clipped) gradient; null outside float64's range")
    after: float | None = report_field("`before` − η · `gradient`; null outside float64's range")
    unmoved_hh: float = report_field("the share of the entries of `weight_hh_l0` that float32 leaves where they are")
    unmoved: float = report_field("the same share of all parameters")
    row_from_1: int = report_field("`row` counted from 1, as steps, layers and `--edit` are")
    column_from_1: int = report_field("`column` counted from 1")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Triangle:
    """The measures over pairs of steps for the steps `start … stop − 1` (0-based), n of them. Compared by identity.

    Row i is step t = start + i, column j is word k = start + j; entries with k > t are 0 in `shares` and NaN in
    the logarithms. A log10 of a true zero is −inf. `…` is an ensemble's S, or nothing.

    Attributes:
        shares: (…, n, n) influence of word k on h_t over the sum over all k ≤ t; NaN in a row where all are zero, and
            in one that is `unresolved`.
        earlier: (…, n) the shares of all words before `start` together; NaN where the measure leaves them out.
        influence_log10: (…, n, n) the influence itself, on h_t or, by the experiment's `influence_on`, on y_t.
        integrated_residual: (…, n) for `integrated`, how far the words' parts are from adding up to the whole,
            h_t − h_t(all words zero): Σ ‖Σ_k parts − change‖ over the pieces of the path, over ‖whole‖, NaN where
            that is zero; else None.
        itemised_log10: (…, n, n) log10 ‖C[t,k]‖, the gradient of L_t with respect to the copy of W_hh used at step k.
    """

    start: int
    stop: int
    shares: "FloatArray"
    earlier: "FloatArray"
    influence_log10: "FloatArray"
    itemised_log10: "FloatArray"
    integrated_residual: "FloatArray | None"

    @property
    def unresolved(self) -> Mapping[int, float]:
        """The rows whose integrated gradients are too far from adding up to have shares, and their residual."""
        if self.integrated_residual is None:
            return {}
        return {row: one for row, one in enumerate(self.integrated_residual.tolist()) if one > SHARES_WITHIN}


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Measurement:
    """The result of `measure`, in the order of the JSON. Compared by identity, its arrays read-only.

    Index 0 over time is step 1; T steps, H units, V tokens. In arrays of log10, −inf is a true zero and NaN is
    unknown, with its reason in `notes`. A number is None where the network has none, where it is unknown, and
    where it leaves float64's range.
    """

    # the text and its loss
    experiment: Experiment = report_field(
        "every setting, named as its flag, with `_` for `-`; `trained`: what the network was trained on, or null",
        of=lambda found: found.experiment.reported(),
    )
    words: tuple[str, ...] = report_field("the tokens", "T")
    vocabulary: tuple[str, ...] = report_field("the distinct tokens in order of appearance, `<eos>` among them", "V")
    targets: "IntArray" = report_field("what each step should predict, as a place in `vocabulary`", "T")
    loss: float | None = report_field("L", unit="nats", log10="log10_loss")
    log10_loss: float = report_field("log10 L", unit=LOG10, seeds=True)
    step_losses: "FloatArray" = report_field("L_t", "T", "nats", log10="log10_step_losses", csv="step_loss")
    log10_step_losses: "FloatArray" = report_field(
        "log10 L_t", "T", LOG10, csv="log10_step_loss", head="L_t", seeds=True
    )
    target_probability: "FloatArray" = report_field(
        "the probability of the true next token, exp(−L_t)", "T", "probability"
    )
    predicted: "IntArray" = report_field("the likeliest next token, as a place in `vocabulary`", "T")
    predicted_probability: "FloatArray" = report_field("its probability", "T", "probability")

    # by step
    log10_hidden_norm: "FloatArray" = report_field("log10 ‖h_t‖", "T", LOG10, csv=True, seeds=True)
    log10_grad_hidden: "FloatArray" = report_field(
        "log10 ‖∂L/∂h_t‖ before clipping, as truncated; of an LSTM with c_t held",
        "T",
        LOG10,
        csv=True,
        head="‖∂L/∂h_t‖",
        seeds=True,
    )
    log10_grad_hidden_full: "FloatArray" = report_field(
        "log10 ‖∂L/∂h_t‖ without truncation", "T", LOG10, csv=True, head="uncut", seeds=True
    )
    log10_grad_hidden_last: "FloatArray" = report_field(
        "log10 ‖∂L_T/∂h_t‖, L_T the loss of the last step alone; as truncated: under `--truncate K` it is null but for "
        "the last K steps. With `--loss last`, `log10_grad_hidden_full` is the same without truncation",
        "T",
        LOG10,
    )
    log10_grad_hidden_clipped: "FloatArray | None" = report_field(
        "log10 ‖∂L/∂h_t‖ as clipped: `norm` scaled as a whole, `step` on the way back; `value` null, it acts on "
        "parameters only",
        "T",
        LOG10,
        csv=True,
        head="clipped",
    )
    log10_grad_cell: "FloatArray | None" = report_field(
        "of an LSTM log10 ‖∂L/∂c_t‖, as truncated, the way from c_t to h_t included",
        "T",
        LOG10,
        csv=True,
        head="‖∂L/∂c_t‖",
        seeds=True,
    )
    log10_arriving: "FloatArray" = report_field(
        "log10 ‖∂L_T/∂q_t‖, of the last step's loss and without truncation whatever is set; of an LSTM the way from "
        "c_t to h_t included",
        "T",
        LOG10,
        csv=True,
    )
    log10_input_jacobian: "FloatArray" = report_field(
        "log10 ‖∂h_T/∂x_t‖_F, how much each word moves the last state", "T", LOG10, csv=True
    )
    log10_jacobian: "FloatArray" = report_field(
        "log10 ‖∂h_T/∂h_t‖₂, of an LSTM with c_t held; 0 at t = T", "T", LOG10, csv=True, head="‖∂h_T/∂h_t‖", seeds=True
    )
    log10_jacobian_cell: "FloatArray | None" = report_field(
        "of an LSTM log10 ‖∂h_T/∂c_t‖₂, the way from c_t to h_t included",
        "T",
        LOG10,
        csv=True,
        head="‖∂h_T/∂c_t‖",
        seeds=True,
    )
    log10_carry: "FloatArray | None" = report_field(
        "of a gated cell, log10 of the largest unit's product of f (LSTM) or z (GRU) over the steps after t",
        "T",
        LOG10,
        csv=True,
        head="carried",
        seeds=True,
    )
    saturation: "FloatArray" = report_field(
        "the share of units with |φ′(a_t)| < .01, of a gated cell over all gates", "T", "share", csv=True, seeds=True
    )
    gate_saturation: Mapping[str, "FloatArray"] = report_field(
        "of a gated cell, by the gate's name (i f g o, or r z n), the share of units with a slope below .01",
        "gate,T",
        "share",
    )

    # of the whole text
    grad_norms: Mapping[str, float | None] = report_field(
        "‖∂L/∂p‖ of each parameter p, by its name in the saved weights", "parameter", log10="log10_grad_norms"
    )
    log10_grad_norms: Mapping[str, float] = report_field("log10 ‖∂L/∂p‖", "parameter", LOG10)
    grad_norm: float | None = report_field("‖g‖ of all parameters together, before clipping", log10="log10_grad_norm")
    log10_grad_norm: float = report_field("log10 ‖g‖", unit=LOG10, seeds=True)
    clip: ClipReport = report_field("what clipping does to g", fields=declared(ClipReport))
    truncation: TruncationReport | None = report_field(
        "what truncation loses of g; null where there is none", fields=declared(TruncationReport)
    )
    update: UpdateReport = report_field("W ← W − η g for the largest entry of W_hh", fields=declared(UpdateReport))
    spectral_radius: float = report_field(
        "ρ of W_hh; of a gated cell's candidate block (g or n), of a feed-forward net's first layer"
    )
    largest_singular_value: float = report_field("σ₁ of the same matrix")
    growth_per_step: float | None = report_field("‖∂h_T/∂h_1‖₂^(1/(T−1))", log10="log10_growth_per_step")
    log10_growth_per_step: float | None = report_field(
        "its log10; of an LSTM that of the whole state (h, c): the most that any error could get a step; null at T = 1",
        unit=LOG10,
        seeds=True,
    )
    arrives_of: Literal["h", "c"] = report_field("q, whose gradient the verdict follows: `h`, of an LSTM `c`")
    log10_arrives: float | None = report_field(
        "log10 r, r = ‖∂L_T/∂q_1‖ / ‖∂L_T/∂q_T‖; null at T = 1 and where there is no error to send",
        unit=LOG10,
        seeds=True,
    )
    arrives_per_step: float | None = report_field(
        "r^(1/(T−1)), the geometric mean of the factors from step to step", log10="log10_arrives"
    )
    log10_word_to_state: float | None = report_field(
        "log10 of `word_to_state`; null at T = 1 and where the last word moves nothing", unit=LOG10, seeds=True
    )
    word_to_state: float | None = report_field("‖∂h_T/∂x_1‖_F / ‖∂h_T/∂x_T‖_F", log10="log10_word_to_state")
    memory_lag_90: int | None = report_field(
        "the fewest last words that hold 90 % of the gradient measure on h_T; null where it is zero",
        unit="words",
        seeds=True,
    )
    verdict: Verdict = report_field("`vanishing` `steady` (on screen: holding) `exploding` `dead` `undefined`")
    verdict_sentence: str = report_field("the verdict in words")
    bound: Bound | None = report_field(
        "`must-vanish` `must-explode` `may-explode` `may-grow` `cannot-explode`; null for gated and skip networks"
    )
    bound_sentence: str = report_field("the bound in words")
    parameters: int = report_field("how many there are")
    itemised_sum_log10: float = report_field(
        "log10 Σ ‖w_t C[t,k]‖, w_t being the weight of L_t in L: what it exceeds `log10_grad_norms.weight_hh_l0` by "
        "cancels",
        unit=LOG10,
    )

    # by step and unit
    gates: Mapping[str, "FloatArray"] = report_field(
        "of a gated cell, each gate's values by its name (i f g o, or r z n)", "gate,T,H"
    )
    cell_state: "FloatArray | None" = report_field("the LSTM's c_t", "T,H")
    notes: tuple[str, ...] = report_field(
        "sentences: why something is null, and what a number must not be taken for", json=False
    )

    # for the panels alone
    hidden_state: "FloatArray" = report_field("h_t = `hidden_state` · 2^`hidden_exponent`", "T,H", json=False)
    hidden_exponent: "IntArray" = report_field("the power of two of h_t", "T", json=False)
    triangle: Triangle | None = report_field(
        "the measures over pairs of steps of the whole text; None above `MOST_PAIRED_STEPS` steps unless asked for "
        "(`measure_triangle` gives any window of them)",
        json=False,
    )
    grad_weight_hh: "Scaled" = report_field("∂L/∂W_hh, as truncated", "H,H", json=False)
    grad_weight_hh_clipped: "Scaled" = report_field("the same as clipped", "H,H", json=False)
    trace: "Trace" = report_field("the forward pass and the parameters, for `measure_triangle` and saving", json=False)

    @property
    def steps(self) -> int:
        """T."""
        return len(self.words)
