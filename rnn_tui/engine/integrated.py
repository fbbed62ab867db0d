"""Integrated gradients (Sundararajan, Taly & Yan 2017): what each word adds on the way from no words to all of them.

    IG[t, k, u] = Σ_i x_{k,i} ∫₀¹ ∂h_{t,u}/∂x_{k,i}(αx) dα,

all words together from zero, h_0 and c_0 as they are. The integral is a Gauss–Legendre sum. Completeness (their
Proposition 1): Σ_k IG[t, k] = h_t − h_t(all words zero); by how much a sum of so many nodes misses it is reported.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnn_tui.engine import exponents
from rnn_tui.engine.adjoint import of_h
from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.exponents import Scaled, ldexp, rescaled
from rnn_tui.engine.influence import Pairs, walk_words
from rnn_tui.engine.linear import linear
from rnn_tui.engine.network import Network
from rnn_tui.engine.parameters import Parameters
from rnn_tui.engine.products import applied, rows_times
from rnn_tui.engine.progress import Watch, report, unwatched
from rnn_tui.engine.rows import Rows, from_scaled, to_scaled
from rnn_tui.engine.unroll import Trajectory, unroll

NODES = 64
AT_ONCE = 2**18  # numbers of one step's gates, over words and nodes, that are carried together
CLOSE = 500  # powers of two between nodes up to which their sum may be taken as it stands


class Integrated(NamedTuple):
    """The influence of words by integrated gradients, for steps start ≤ t < stop (0-based).

    Attributes:
        log10: (…, stop − start, stop) log10 ‖IG[t, k]‖₂ over units, or over logits; NaN where k > t or k < first.
        residual: (…, stop − start) ‖Σ_k IG[t, k] − Δ_t‖ / ‖Δ_t‖, Δ_t being h_t less what it is without the words;
            NaN where Δ_t is zero.
    """

    log10: FloatArray
    residual: FloatArray


def integrated_influence(
    pairs: Pairs, *, first: int = 0, start: int, stop: int, nodes: int = NODES, watch: Watch = unwatched
) -> Integrated:
    """The influence of the words first ≤ k ≤ t on the steps start ≤ t < stop (0-based) by integrated gradients.

    The words before `first` stay as they are all along the path. One direction a word is carried forward at every
    node, O(nodes · T² H²); as many nodes at once as `AT_ONCE` allows.

    Args:
        nodes: of the Gauss–Legendre sum; where the network is linear its gradient is the same all along the path, and
            one is enough.

    Raises:
        CancelledError: as `watch` asked.
    """
    if first and (tail := _from(pairs, first)) is not None:
        return _at_end(
            integrated_influence(tail, start=start - first, stop=stop - first, nodes=nodes, watch=watch), first
        )
    network, back = pairs.network, pairs.back
    if network.cell in ("rnn", "feedforward") and network.activation == "linear":
        nodes = 1
    at, weights = np.polynomial.legendre.leggauss(nodes)
    at, weights = (at + 1.0) / 2.0, weights / 2.0
    change = _change(pairs, first=first, stop=stop)
    found = np.full((*back.ahead, stop - start, stop), np.nan)
    residual = np.full((*back.ahead, stop - start), np.nan)
    members = int(np.prod(back.ahead, dtype=np.int64))
    chunk = max(1, AT_ONCE // max(1, members * (stop - first) * network.parameters.gates * network.parameters.hidden))
    kept: dict[int, Scaled] = {}
    for begin in range(0, nodes, chunk):
        here = slice(begin, begin + chunk)
        # the rows are (∂s_t/∂x_k) (αx_k): α is divided out again
        for t, part in _of_nodes(pairs, at[here], weights[here] / at[here], first=first, start=start, stop=stop):
            so_far = _added(kept.pop(t), part) if t in kept else part
            if begin + chunk < nodes:
                kept[t] = so_far
            else:
                found[..., t - start, first : t + 1] = exponents.log10_norm(so_far)
                residual[..., t - start] = _missed(so_far, Scaled(change.mantissa[t], change.exponent[t]))
            report(watch, (begin + min(chunk, nodes - begin) * ((t + 1 - first) / (stop - first)) ** 2) / nodes)
    return Integrated(found, residual)


def _from(pairs: Pairs, first: int) -> Pairs | None:
    """The steps from `first` on as a text of their own; None where more of those before them counts than one state."""
    network, run = pairs.network, pairs.trajectory
    if network.skip is not None or run.h.exponent[first - 1].any():
        return None
    if network.layered:
        network = network._replace(parameters=Parameters(*(tensor[first:] for tensor in network.parameters)))
    c_0 = None if run.c is None else run.c[first - 1]
    rest = unroll(network, inputs=run.inputs[first:], h_0=run.h.mantissa[first - 1], c_0=c_0)
    return pairs._replace(network=network, trajectory=rest)


def _at_end(found: Integrated, first: int) -> Integrated:
    """The same, with columns for the words before `first`."""
    unknown = np.full((*found.log10.shape[:-1], first), np.nan)
    return found._replace(log10=np.concatenate([unknown, found.log10], axis=-1))


def _of_nodes(
    pairs: Pairs, at: FloatArray, coefficients: FloatArray, *, first: int, start: int, stop: int
) -> Iterator[tuple[int, Scaled]]:
    """Yields (t, Σ over nodes of coefficient · (∂h_t/∂x_k) (αx_k)), or of what the probe sees of it, a row a word."""
    network = _beside(pairs.network, stop)
    trajectory = _with_words(pairs, at, first=first, stop=stop)
    several = Pairs(network, trajectory, linear(network, trajectory), None)
    for t, rows in walk_words(several, of="word-input", first=first, stop=stop):
        if t >= start:
            found = _sum_of_nodes(of_h(rows, several.back), coefficients)
            if pairs.probe is not None:
                mantissa, exponent = rescaled(found)
                found = Scaled(rows_times(mantissa, np.swapaxes(pairs.probe, -1, -2)), exponent)
            yield t, found


def _beside(network: Network, stop: int) -> Network:
    """The network of `stop` steps, with an axis for the nodes where its layers have parameters of their own."""
    if not network.layered:
        return network
    return network._replace(parameters=Parameters(*(tensor[:stop, None] for tensor in network.parameters)))


def _with_words(pairs: Pairs, at: FloatArray, *, first: int, stop: int) -> Trajectory:
    """The runs with the words first ≤ k < stop times α, for every α: (stop, nodes, …, ·)."""
    trajectory, ahead = pairs.trajectory, pairs.back.ahead
    words = trajectory.inputs[:stop]
    words = words.reshape(stop, 1, *(1,) * (len(ahead) - (words.ndim - 2)), *words.shape[1:])
    share = np.where(np.arange(stop)[:, None] < first, 1.0, at).reshape(stop, -1, *(1,) * (len(ahead) + 1))
    return unroll(_beside(pairs.network, stop), inputs=words * share, h_0=trajectory.h_0, c_0=trajectory.c_0)


def _change(pairs: Pairs, *, first: int, stop: int) -> Scaled:
    """h_t less what it is without the words first ≤ k: (stop, …, H), or what the probe sees of it."""
    with_them = pairs.trajectory.h
    without = _with_words(pairs, np.zeros(1), first=first, stop=stop).h
    change = exponents.add(
        Scaled(with_them.mantissa[:stop], with_them.exponent[:stop]),
        Scaled(-without.mantissa[:, 0], without.exponent[:, 0]),
    )
    if pairs.probe is None:
        return change
    return Scaled(applied(pairs.probe, rescaled(change).mantissa), rescaled(change).exponent)


def _sum_of_nodes(rows: Rows, coefficients: FloatArray) -> Scaled:
    """The sum over the first axis of coefficient · row: (…, R, H) with an exponent a row."""
    if rows.wide:
        rows = from_scaled(to_scaled(rows))
    exponent = rows.exponent[..., 0]
    top = exponent.max(axis=0)
    if int((top - exponent).max(initial=0)) > CLOSE:
        weighted = rows.mantissa * coefficients.reshape(-1, *(1,) * (rows.mantissa.ndim - 1))
        return exponents.total(Scaled(weighted, exponent))
    share = coefficients.reshape(-1, *(1,) * (exponent.ndim - 1)) * np.ldexp(1.0, exponent - top)
    return Scaled(np.einsum("n...r,n...rh->...rh", share, rows.mantissa), top)


def _added(left: Scaled, right: Scaled) -> Scaled:
    top = np.maximum(left.exponent, right.exponent)
    if int(np.abs(left.exponent - right.exponent).max(initial=0)) > CLOSE:
        return exponents.add(left, right)
    mantissa = left.mantissa * np.ldexp(1.0, left.exponent - top)[..., None]
    mantissa += right.mantissa * np.ldexp(1.0, right.exponent - top)[..., None]
    return Scaled(mantissa, top)


def _missed(parts: Scaled, change: Scaled) -> FloatArray:
    """‖Σ_k parts_k − change‖ / ‖change‖, (…); NaN where nothing changes."""
    rows = Scaled(np.moveaxis(parts.mantissa, -2, 0), np.moveaxis(parts.exponent, -1, 0))
    rest = exponents.norm(exponents.add(exponents.total(rows), Scaled(-change.mantissa, change.exponent)))
    whole = exponents.norm(change)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = ldexp(rest.mantissa / whole.mantissa, rest.exponent - whole.exponent)
    return np.where(whole.mantissa == 0, np.nan, share)
