"""Where the integral along the path from no words to all needs its nodes: bisection, for every step on its own.

Over any piece [a, b] of the path the words' parts must add up to h_t(b) − h_t(a), and what a Gauss–Legendre sum makes
of them together is that of dh_t/dα, one row a run. So a piece's own error is known before its words are told apart, at
1/T of the cost. Pieces that miss by too much are halved. That finds the few places where the path is steep, or has a
kink, which more nodes all along the path do not: at ρ = 3 and 19 words 1,200 nodes come to 1e-6, and 4,096 of one sum
are off by as much as the whole.
"""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine import exponents
from rnn_tui.engine.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.exponents import Scaled, ldexp
from rnn_tui.engine.progress import Watch, report, unwatched
from rnn_tui.engine.word_path import WordPath

SMOOTH_NODES = 16  # of the sum over a piece
KINKED_NODES = 2  # where the gradient is constant but for its jumps
HALVINGS = 45  # after which a piece is as short as float64 tells two α apart


class Pieces(NamedTuple):
    """The pieces [low, low + width] of the path that are summed, n steps and P pieces.

    Attributes:
        low, width: (P,).
        of_step: (n, P) whether a step's sum is made of the piece; the pieces of one step fill the path.
        residual: (n,) Σ over a step's pieces of ‖Σ_k parts − change‖ / ‖h_t − h_t(no words)‖, no less than what the
            parts of all the path miss; NaN where the words change nothing.
        nodes: of the sum over each piece.
    """

    low: FloatArray
    width: FloatArray
    of_step: AnyArray
    residual: FloatArray
    nodes: int


class _Found(NamedTuple):
    """The pieces that are kept, one array a level, and what each step has."""

    low: list[FloatArray]
    width: list[FloatArray]
    of_step: list[AnyArray]
    residual: FloatArray
    done: AnyArray
    pieces: IntArray

    def keep(self, low: FloatArray, width: float, mask: AnyArray, missed: FloatArray) -> None:
        """Adds the pieces that `mask` (n, P) marks to their steps."""
        used = mask.any(axis=0)
        self.low.append(low[used])
        self.width.append(np.full(int(used.sum()), width))
        self.of_step.append(mask[:, used])
        self.residual[:] += np.where(mask, missed, 0.0).sum(axis=1)
        self.pieces[:] += mask.sum(axis=1)


def bisected(
    path: WordPath, most: IntArray, *, start: int, within: float, at_once: int, watch: Watch = unwatched
) -> Pieces:
    """The pieces of the path that bring the completeness residual of every step below `within`.

    Args:
        most: (n,) nodes that the sum of each of the steps start … start + n − 1 may have. A step that would need more
            keeps the pieces that it has, and its residual says how far it is off.
        at_once: how many runs are made together.

    Raises:
        CancelledError: as `watch` asked.
    """
    nodes = KINKED_NODES if path.has_kinks else SMOOTH_NODES
    at, weights = gauss(nodes)
    steps, whole = len(most), path.changes(np.zeros(1), np.ones(1), start=start, stop=start + len(most))
    size = exponents.norm(Scaled(whole.mantissa[:, 0], whole.exponent[:, 0]))
    still = size.mantissa == 0
    found = _Found([], [], [], np.zeros(steps), still.copy(), np.zeros(steps, dtype=np.int64))
    low, live = np.zeros(1), np.ones((steps, 1), dtype=np.bool_)
    for level in range(HALVINGS):
        width, stop = 0.5**level, int(np.flatnonzero(live.any(axis=1))[-1]) + 1
        missed = np.zeros(live.shape)
        pieces_at_once = max(1, at_once // nodes)
        for begin in range(0, len(low), pieces_at_once):
            here = slice(begin, begin + pieces_at_once)
            change = whole if level == 0 else path.changes(low[here], low[here] + width, start=start, stop=start + stop)
            missed[:stop, here] = _missed(
                _slopes(path, (low[here, None] + width * at).ravel(), start=start, stop=start + stop, at_once=at_once),
                width * weights,
                change,
                Scaled(size.mantissa[:stop], size.exponent[:stop]),
            )
            report(watch, 1.0 - 0.5 ** (level + min(1.0, (begin + pieces_at_once) / len(low))))
        halved = _halved(found, missed, live, most // nodes, within=within, last=level == HALVINGS - 1)
        found.keep(low, width, live & ~halved, missed)
        used = halved.any(axis=0)
        if not used.any():
            break
        low = np.concatenate([low[used], low[used] + width / 2])
        live = np.concatenate([halved[:, used]] * 2, axis=1)
    return Pieces(
        np.concatenate(found.low),
        np.concatenate(found.width),
        np.concatenate(found.of_step, axis=1),
        np.where(still, np.nan, found.residual),
        nodes,
    )


def _halved(
    found: _Found, missed: FloatArray, live: AnyArray, most: IntArray, *, within: float, last: bool
) -> AnyArray:
    """(n, P): which of the live pieces of every step are halved.

    All is well where what a step's pieces miss together is below `within`. Else those that miss least are kept, until
    they have taken half of what is still allowed: a piece with a jump of the gradient in it gets better only as its
    width does, and its neighbours need nothing more.
    """
    own = np.where(live, missed, 0.0)
    found.done[:] |= found.residual + own.sum(axis=1) <= within
    order = np.argsort(np.where(live, missed, np.inf), axis=1, kind="stable")
    allowed = (within - found.residual) / 2
    in_order = np.take_along_axis(own, order, axis=1).cumsum(axis=1) > allowed[:, None]
    halved = np.empty_like(live)
    np.put_along_axis(halved, order, in_order, axis=1)
    halved &= live & ~found.done[:, None]
    beyond = found.pieces + live.sum(axis=1) + halved.sum(axis=1) > most
    halved[beyond | last] = False
    return halved


def _slopes(path: WordPath, at: FloatArray, *, start: int, stop: int, at_once: int) -> Scaled:
    """dh_t/dα at every α, no more than `at_once` of which are made together: (n, N, ·)."""
    each = [path.slopes(at[k : k + at_once], start=start, stop=stop) for k in range(0, len(at), at_once)]
    return Scaled(*(np.concatenate(part, axis=1) for part in zip(*each, strict=True)))


def _missed(slopes: Scaled, weights: FloatArray, change: Scaled, size: Scaled) -> FloatArray:
    """What every piece misses: ‖Σ_k parts − change‖ over the size of the whole change of the step, (n, P).

    Args:
        slopes: dh_t/dα at the nodes of all pieces, (n, P · nodes, ·).
        weights: of the nodes of a piece.
        change: of h_t over every piece, (n, P, ·).
        size: (n,).
    """
    shape = (*change.exponent.shape, len(weights))
    by_node = Scaled(
        np.moveaxis(slopes.mantissa.reshape(*shape, -1) * weights[:, None], 2, 0),
        np.moveaxis(slopes.exponent.reshape(shape), 2, 0),
    )
    rest = exponents.norm(exponents.add(exponents.total(by_node), Scaled(-change.mantissa, change.exponent)))
    over = np.where(size.mantissa == 0, 1.0, size.mantissa)[:, None]
    return ldexp(rest.mantissa / over, rest.exponent - size.exponent[:, None])


def gauss(nodes: int) -> tuple[FloatArray, FloatArray]:
    """The nodes and weights of Gauss and Legendre on [0, 1]."""
    at, weights = np.polynomial.legendre.leggauss(nodes)
    return (at + 1.0) / 2.0, weights / 2.0
