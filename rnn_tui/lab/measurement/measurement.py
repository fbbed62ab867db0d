"""Measurement: all that a panel may show of one experiment, frozen, its arrays read-only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rnn_tui.engine.kinds import SHARES_WITHIN, Bound
from rnn_tui.lab.experiment.experiment import Experiment

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
    from rnn_tui.engine.numbers.exponents import Scaled
    from rnn_tui.lab.experiment.trace import Trace

Verdict = Literal["vanishing", "steady", "exploding", "dead", "undefined"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipReport:
    """What clipping does to the gradient g of all parameters together.

    Attributes:
        scale: min(1, θ/‖g‖); None unless the mode is `off` (1) or `norm`, or outside float64's range.
        norm_before, norm_after: ‖g‖ before and after; None outside float64's range.
        log10_norm_before, log10_norm_after: their log10; −inf for a true zero.
        cosine: between the two gradients; None where one of them is zero.
        touched: entries (value) or steps (step) that were limited; 1 or 0 for norm; 0 for off.
        touched_of: how many entries or steps there are.
    """

    mode: str
    threshold: float
    scale: float | None
    norm_before: float | None
    norm_after: float | None
    log10_norm_before: float
    log10_norm_after: float
    cosine: float | None
    touched: int
    touched_of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateReport:
    """`W ← W − η g` for the weight of `weight_hh_l0` that is largest in size, and what float32 makes of it.

    Attributes:
        layer: the step whose own W_hh it is, from 1, of a feed-forward net; else None.
        row, column: where the weight stands, from 0.
        before, gradient, after: its value, its (clipped) gradient, and `before − lr · gradient`; the last two
            None outside float64's range.
        unmoved_hh, unmoved: the share of the entries of `weight_hh_l0`, and of all parameters, that the same
            update leaves where they were in float32 arithmetic.
    """

    layer: int | None
    row: int
    column: int
    before: float
    gradient: float | None
    after: float | None
    unmoved_hh: float
    unmoved: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TruncationReport:
    """What backpropagation loses by going back no more than K steps from every L_t.

    Attributes:
        steps: K.
        log10_norm_full, log10_norm_cut: log10 ‖g‖ of the whole gradient and of the truncated one.
        log10_norm_lost: log10 ‖g_full − g_cut‖.
        lost: ‖g_full − g_cut‖ / ‖g_full‖; None where the whole gradient is zero or unknown.
        cosine: between the two; None where one of them is zero.
    """

    steps: int
    log10_norm_full: float
    log10_norm_cut: float
    log10_norm_lost: float
    lost: float | None
    cosine: float | None


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Triangle:
    """The measures over pairs of steps for the steps `start … stop − 1` (0-based), n of them. Compared by identity.

    Row i is step t = start + i, column j is word k = start + j; entries with k > t are 0 in `shares` and NaN in
    the logarithms. A log10 of a true zero is −inf.

    Attributes:
        shares: (n, n) influence of word k on h_t over the sum over all k ≤ t; NaN in a row where all are zero, and in
            one that is `unresolved`.
        earlier: (n,) the shares of all words before `start` together; NaN where the measure leaves them out.
        influence_log10: (n, n) the influence itself, on h_t or, by the experiment's `influence_on`, on y_t.
        integrated_residual: (n,) for `integrated`, how far the words' parts are from adding up to the whole,
            h_t − h_t(all words zero): Σ ‖Σ_k parts − change‖ over the pieces of the path, over ‖whole‖, NaN where
            that is zero; else None.
        itemised_log10: (n, n) log10 ‖C[t,k]‖, the gradient of L_t with respect to the copy of W_hh used at step k.
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
    """What `measure` found. Compared by identity. Index 0 over time is step 1; T steps, H units, V tokens.

    In arrays of log10, −inf is a true zero and NaN is unknown, with its reason in `notes`.

    Attributes:
        vocabulary: the V distinct tokens in order of appearance, `<eos>` among them; `targets` (T,) indexes it.
        hidden_state, hidden_exponent: h_t = hidden_state[t] · 2**hidden_exponent[t], (T, H) and (T,).
        log10_hidden_norm: (T,) log10 ‖h_t‖.
        saturation: (T,) the share of units with |φ'(a_t)| < .01; of a gated cell, of the units of all its gates.
        gates: of a gated cell, each gate's values by its name (LSTM i f g o, GRU r z n), (T, H); else empty.
        gate_saturation: (T,) of each gate by its name.
        cell_state: (T, H) the LSTM's c_t; else None.
        log10_carry: (T,) of a gated cell, log10 of what its own skip alone still carries at the end of a change at
            step t: the largest unit's ∏ f_s (LSTM) or ∏ z_s (GRU) over s > t; 0 at t = T; else None.
        predicted, predicted_probability: (T,) the likeliest next token (an index of `vocabulary`) and its probability.
        target_probability: (T,) the probability given to the true next token, exp(−L_t).
        step_losses, log10_step_losses: (T,) L_t in nats; NaN outside float64's range, and its log10.
        loss, log10_loss: L; None outside float64's range.
        log10_grad_hidden: (T,) log10 ‖∂L/∂h_t‖ before clipping; of an LSTM with c_t held; where the gradient is
            truncated, of what is left of it.
        log10_grad_hidden_full: (T,) the same without truncation; the same array where there is none.
        log10_grad_cell: (T,) of an LSTM log10 ‖∂L/∂c_t‖, the way from c_t to h_t included; else None.
        log10_grad_hidden_last: (T,) log10 ‖∂L_T/∂h_t‖; the same array where the loss is `last`.
        log10_grad_hidden_clipped: (T,) the same as clipped; None where clipping acts on parameters only (`value`).
        log10_jacobian: (T,) log10 ‖∂h_T/∂h_t‖₂, of an LSTM with c_t held; 0 at t = T.
        log10_jacobian_cell: (T,) of an LSTM log10 ‖∂h_T/∂c_t‖₂, the way from c_t to h_t included; else None.
        triangle: the measures over pairs of steps for the whole text; None above `MOST_PAIRED_STEPS` steps unless
            asked for. `measure_triangle` gives any window of it.
        itemised_sum_log10: log10 Σ_{t,k} ‖w_t C[t,k]‖ over the loss's own weights w_t, beside the log10 norm of the
            whole gradient of W_hh (`log10_grad_norms["weight_hh_l0"]`): what the first exceeds the second by cancels.
            NaN where `triangle` is None.
        grad_norms, log10_grad_norms: by parameter name; None outside float64's range.
        grad_norm, log10_grad_norm: of all parameters together.
        grad_weight_hh, grad_weight_hh_clipped: ∂L/∂W_hh before and after clipping, truncated where that is set.
        log10_growth_per_step, growth_per_step: any error, ‖∂h_T/∂h_1‖₂^{1/(T−1)}, of an LSTM that of the whole state
            (h, c): the most that any error could get a step; None at T = 1 or outside float64's range.
        arrives_of: q, whose gradient the verdict follows: `h`, of an LSTM `c`.
        log10_arriving: (T,) log10 ‖∂L_T/∂q_t‖, L_T the last step's loss whatever the experiment's is, nothing
            truncated; of an LSTM the way from c_t to h_t included.
        log10_arrives: log10 r = log10 ‖∂L_T/∂q_1‖ / ‖∂L_T/∂q_T‖; None at T = 1, and where there is no error to send.
        arrives_per_step: r^{1/(T−1)}, the geometric mean of the factors from step to step; None as above or outside
            float64's range.
        log10_input_jacobian: (T,) log10 ‖∂h_T/∂x_t‖_F, how much each word moves the last state.
        log10_word_to_state, word_to_state: ‖∂h_T/∂x_1‖_F / ‖∂h_T/∂x_T‖_F; None at T = 1, where the last word moves
            nothing, and the plain number outside float64's range.
        truncation: what truncated backpropagation loses; None where there is none.
        memory_lag_90: the fewest last words that hold 90 % of the gradient measure on h_T; None where it is zero.
        verdict, verdict_sentence, bound, bound_sentence: in words; no bound for gated and skip networks.
        spectral_radius, largest_singular_value: of W_hh; of a gated cell's candidate block (LSTM g, GRU n); of a
            feed-forward net's first layer.
        parameters: how many there are.
        trace: the forward pass and the parameters, for `measure_triangle` and for saving.
    """

    experiment: Experiment
    words: tuple[str, ...]
    vocabulary: tuple[str, ...]
    targets: "IntArray"
    hidden_state: "FloatArray"
    hidden_exponent: "IntArray"
    log10_hidden_norm: "FloatArray"
    saturation: "FloatArray"
    gates: Mapping[str, "FloatArray"]
    gate_saturation: Mapping[str, "FloatArray"]
    cell_state: "FloatArray | None"
    log10_carry: "FloatArray | None"
    predicted: "IntArray"
    predicted_probability: "FloatArray"
    target_probability: "FloatArray"
    step_losses: "FloatArray"
    log10_step_losses: "FloatArray"
    loss: float | None
    log10_loss: float
    log10_grad_hidden: "FloatArray"
    log10_grad_hidden_full: "FloatArray"
    log10_grad_cell: "FloatArray | None"
    log10_grad_hidden_last: "FloatArray"
    log10_grad_hidden_clipped: "FloatArray | None"
    log10_jacobian: "FloatArray"
    log10_jacobian_cell: "FloatArray | None"
    triangle: Triangle | None
    itemised_sum_log10: float
    grad_norms: Mapping[str, float | None]
    log10_grad_norms: Mapping[str, float]
    grad_norm: float | None
    log10_grad_norm: float
    clip: ClipReport
    truncation: TruncationReport | None
    update: UpdateReport
    spectral_radius: float
    largest_singular_value: float
    growth_per_step: float | None
    log10_growth_per_step: float | None
    arrives_of: Literal["h", "c"]
    log10_arriving: "FloatArray"
    log10_arrives: float | None
    arrives_per_step: float | None
    log10_input_jacobian: "FloatArray"
    log10_word_to_state: float | None
    word_to_state: float | None
    memory_lag_90: int | None
    verdict: Verdict
    verdict_sentence: str
    bound: Bound | None
    bound_sentence: str
    parameters: int
    notes: tuple[str, ...]
    trace: "Trace"
    grad_weight_hh: "Scaled"
    grad_weight_hh_clipped: "Scaled"

    @property
    def steps(self) -> int:
        """T."""
        return len(self.words)
