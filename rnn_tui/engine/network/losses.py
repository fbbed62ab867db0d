"""The cross-entropy of every step, and the error it sends back, exact also where the softmax has saturated."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.kinds import Loss
from rnn_tui.engine.numbers.arithmetic import add, outer_sum, sum_first_axis
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponential import below_all_exponents, exponential
from rnn_tui.engine.numbers.exponents import Scaled, from_floats, ldexp, rescale, to_float
from rnn_tui.engine.numbers.products import matvec_of_steps
from rnn_tui.engine.progress import Watch, report, unwatched

CHUNK = 2**20  # logits held at once


class Readout(NamedTuple):
    """y_t = W_hy h_t + b_y: `weight` (…, V, H) and `bias` (…, V)."""

    weight: FloatArray
    bias: FloatArray


class LossAtEachStep(NamedTuple):
    """The loss L_t = −log softmax(y_t)[target_t] of every step, in nats, and what it asks of the state.

    Attributes:
        losses: L_t, (T, …) with an exponent each.
        unknown: (T, …) where the softmax has saturated beyond any exponent, so that L_t and its gradient are too
            small to be known; they are 0 in the other fields.
        direct: ∂L_t/∂h_t at h_t itself, W_hyᵀ (softmax(y_t) − onehot), (T, …, H) with an exponent a step.
        predicted: (T, …) the index of the likeliest token.
        predicted_probability: (T, …).
        target_probability: (T, …) exp(−L_t).
    """

    losses: Scaled
    unknown: AnyArray
    direct: Scaled
    predicted: IntArray
    predicted_probability: FloatArray
    target_probability: FloatArray


class StepLosses(NamedTuple):
    """The losses of all steps, and the gradient of the readout.

    Attributes:
        each: of every step.
        readout_weight, readout_bias: Σ_t w_t ∂L_t/∂W_hy, (…, V, H), and Σ_t w_t ∂L_t/∂b_y, (…, V): one exponent each.
    """

    each: LossAtEachStep
    readout_weight: Scaled
    readout_bias: Scaled


def step_weights(loss: Loss, steps: int) -> FloatArray:
    """w_t of L = Σ_t w_t L_t, (T,): the last step alone, all of them, or their mean."""
    if loss == "last":
        weights = np.zeros(steps)
        weights[-1] = 1.0
        return weights
    return np.full(steps, 1.0 if loss == "sum" else 1.0 / steps)


def step_losses(
    h: Scaled, readout: Readout, *, targets: IntArray, weights: FloatArray, watch: Watch = unwatched
) -> StepLosses:
    """Cross-entropy at every step, with the logits of `CHUNK` entries held at a time.

    With y the logits, D = max_{v≠target} (y_v − y_target) and s = Σ_{v≠target} exp(y_v − y_target − D), the loss is
    log(1 + s e^D) and every error is exp(·) times e^{D − L}: nothing is subtracted from 1, so the error of a nearly
    certain prediction keeps all its digits.

    Args:
        h: states, (T, H) with an exponent a step.
        targets: (T,) indices of the V tokens.
        weights: w_t, (T,).
        watch: called with the share of the steps that is done: a long text of many different tokens has T·V logits.

    Raises:
        CancelledError: as `watch` asked.
    """
    rows = max(1, CHUNK // readout.bias.size)
    parts: list[LossAtEachStep] = []
    weight = from_floats(np.zeros_like(readout.weight), blocks=readout.weight.ndim - 2)
    bias = from_floats(np.zeros_like(readout.bias), blocks=readout.bias.ndim - 1)
    for begin in range(0, len(targets), rows):
        here = slice(begin, begin + rows)
        part, error = _chunk(Scaled(h.mantissa[here], h.exponent[here]), readout, targets=targets[here])
        parts.append(part)
        report(watch, (begin + len(part.unknown)) / len(targets))
        used = weights[here] != 0
        if used.any():
            counted = weights[here][used].reshape(-1, *(1,) * (error.mantissa.ndim - 1))
            weighted = Scaled(error.mantissa[used] * counted, error.exponent[used])
            states = Scaled(h.mantissa[here][used], h.exponent[here][used])
            weight, bias = add(weight, outer_sum(weighted, states)), add(bias, sum_first_axis(weighted))
    return StepLosses(each=_joined(parts), readout_weight=weight, readout_bias=bias)


def _joined(parts: list[LossAtEachStep]) -> LossAtEachStep:
    if len(parts) == 1:
        return parts[0]

    def together(values: list[Scaled]) -> Scaled:
        return Scaled(np.concatenate([v.mantissa for v in values]), np.concatenate([v.exponent for v in values]))

    return LossAtEachStep(
        losses=together([part.losses for part in parts]),
        unknown=np.concatenate([part.unknown for part in parts]),
        direct=together([part.direct for part in parts]),
        predicted=np.concatenate([part.predicted for part in parts]),
        predicted_probability=np.concatenate([part.predicted_probability for part in parts]),
        target_probability=np.concatenate([part.target_probability for part in parts]),
    )


def _chunk(h: Scaled, readout: Readout, *, targets: IntArray) -> tuple[LossAtEachStep, Scaled]:
    """Some steps' losses, and their errors softmax(y_t) − onehot, (n, …, V) with an exponent a step."""
    exponent = np.maximum(h.exponent, 0)  # logits on the state's exponent, unless the bias is the larger part
    state, bias = h.mantissa, readout.bias[None]
    scaled_up = bool(h.exponent.any())
    if scaled_up:
        state, bias = ldexp(state, (h.exponent - exponent)[..., None]), ldexp(bias, -exponent[..., None])
    logits = matvec_of_steps(readout.weight, state) + bias
    wanted = targets.reshape(-1, *(1,) * (logits.ndim - 1))
    logits -= np.take_along_axis(logits, wanted, axis=-1)
    np.put_along_axis(logits, wanted, -np.inf, axis=-1)
    rival = logits.argmax(axis=-1)
    lead = np.take_along_axis(logits, rival[..., None], axis=-1)[..., 0]  # D, on the exponent
    alone = np.isneginf(lead)  # a vocabulary of the target alone
    logits -= np.where(alone, 0.0, lead)[..., None]
    share = np.exp(ldexp(logits, exponent[..., None]) if scaled_up else logits)
    s = share.sum(axis=-1)
    D = ldexp(lead, exponent)

    # L = log(1 + s e^D), and c = D − L, the log of what every error is a multiple of
    ahead = D > 0
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        small = s * np.exp(np.minimum(D, 0.0))
        c = np.where(ahead, -np.log(s + np.exp(-np.maximum(D, 0.0))), D - np.log1p(small))
    unknown = below_all_exponents(c) & ~alone
    factor = exponential(np.where(alone | unknown, -np.inf, c))
    losses = _losses(s=s, D=D, lead=Scaled(lead, exponent), factor=factor, known=~(alone | unknown))

    np.put_along_axis(share, wanted, -s[..., None], axis=-1)
    error = Scaled(share * factor.mantissa[..., None], factor.exponent)
    back = matvec_of_steps(np.swapaxes(readout.weight, -1, -2), error.mantissa)
    direct = rescale(Scaled(back, error.exponent))
    predicted = np.where(ahead, rival, wanted[..., 0])
    of_target = np.exp(-to_float(losses))
    leading = np.where(ahead, np.exp(np.maximum(c, -745.0)), of_target)
    part = LossAtEachStep(
        losses=losses,
        unknown=unknown,
        direct=direct,
        predicted=predicted.astype(np.int64),
        predicted_probability=leading,
        target_probability=of_target,
    )
    return part, error


def _losses(*, s: FloatArray, D: FloatArray, lead: Scaled, factor: Scaled, known: AnyArray) -> Scaled:
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        ordinary = np.where(D > 0, D + np.log(s + np.exp(-np.maximum(D, 0.0))), np.log1p(s * np.exp(np.minimum(D, 0))))
    huge, tiny = D > 1e300, D < -600.0
    mantissa = np.where(huge, lead.mantissa, np.where(tiny, s * factor.mantissa, ordinary))
    exponent = np.where(huge, lead.exponent, np.where(tiny, factor.exponent, 0))
    return rescale(Scaled(np.where(known, mantissa, 0.0), exponent))
