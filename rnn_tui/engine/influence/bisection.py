"""Where the integral along the path from no words to all needs its nodes: bisection, for every step on its own.

Over any piece [a, b] of the path the words' parts must add up to h_t(b) − h_t(a), and what a Gauss–Legendre sum makes
of them together is that of dh_t/dα, one row a run. So a piece's own error is known before its words are separated, at
1/T of the cost. Pieces that miss by too much are halved. That finds the few places where the path is steep, or has a
kink, which more nodes all along the path do not: at ρ = 3 and 19 words 1,200 nodes come to 1e-6, and 4,096 of one sum
are off by as much as the whole. With relu the gradient is constant between two kinks, so that a piece with one kink
says where it is: it is cut there.
"""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.influence.word_path import WordPath
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.arithmetic import add, sum_first_axis
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import Scaled, ldexp
from rnn_tui.engine.progress import Watch, report, unwatched

SMOOTH_NODES = 16  # of the sum over a piece
KINKED_NODES = 2  # where the gradient is constant but for its jumps
ROUNDS = 45  # of halving, after which the ends of a piece are next to each other in float64
KINKS = 1e6  # pieces in all of which a step may miss together what is allowed
FAR = 1000  # powers of two beyond which the smaller of two numbers is nothing
EDGE = 0.05  # of a piece, from either end, within which it is not cut


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

    def from_step(self, first: int) -> "Pieces":
        """The same without the steps before `first`."""
        return self._replace(of_step=self.of_step[first:], residual=self.residual[first:])

    def replaced(self, others: "Pieces", steps: AnyArray, *, first: int) -> "Pieces":
        """The pieces of the `steps` (n,) from others, which begin at step `first`; those of the rest as they are."""
        within, residual = slice(first, first + len(others.residual)), self.residual.copy()
        of_others = np.zeros((len(steps), len(others.low)), dtype=np.bool_)
        of_others[within] = others.of_step & steps[within, None]
        residual[within] = np.where(steps[within], others.residual, residual[within])
        return Pieces(
            np.concatenate([self.low, others.low]),
            np.concatenate([self.width, others.width]),
            np.concatenate([self.of_step & ~steps[:, None], of_others], axis=1),
            residual,
            self.nodes,
        )


class _Found(NamedTuple):
    """The pieces that are kept, one array a level, and what each step has."""

    low: list[FloatArray]
    width: list[FloatArray]
    of_step: list[AnyArray]
    residual: FloatArray
    done: AnyArray
    pieces: IntArray

    def keep(self, low: FloatArray, width: FloatArray, mask: AnyArray, missed: FloatArray) -> None:
        """Adds the pieces that `mask` (n, P) marks to their steps."""
        used = mask.any(axis=0)
        self.low.append(low[used])
        self.width.append(width[used])
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
    size = exponents.block_norm(Scaled(whole.mantissa[:, 0], whole.exponent[:, 0]))
    still = size.mantissa == 0
    found = _Found([], [], [], np.zeros(steps), still.copy(), np.zeros(steps, dtype=np.int64))
    low, width, live = np.zeros(1), np.ones(1), np.ones((steps, 1), dtype=np.bool_)
    for level in range(ROUNDS):
        stop = int(np.flatnonzero(live.any(axis=1))[-1]) + 1
        missed, cuts = np.zeros(live.shape), np.full(len(low), 0.5)
        pieces_at_once = max(1, at_once // nodes)
        for begin in range(0, len(low), pieces_at_once):
            here = slice(begin, begin + pieces_at_once)
            places = low[here, None] + width[here, None] * at
            each = _Sums(
                _slopes(path, places.ravel(), start=start, stop=start + stop, at_once=at_once),
                width[here, None] * weights,
                whole
                if level == 0
                else path.changes(low[here], low[here] + width[here], start=start, stop=start + stop),
            )
            missed[:stop, here] = each.missed(Scaled(size.mantissa[:stop], size.exponent[:stop]))
            if path.has_kinks:
                cuts[here] = each.kinks(live[:stop, here] & (missed[:stop, here] > within / KINKS))
            report(watch, 1.0 - 0.5 ** (level + min(1.0, (begin + pieces_at_once) / len(low))))
        cut = _cut(found, missed, live, most // nodes, within=within, last=level == ROUNDS - 1)
        found.keep(low, width, live & ~cut, missed)
        used = cut.any(axis=0)
        if not used.any():
            break
        middle, end = low[used] + width[used] * cuts[used], low[used] + width[used]
        low, width = np.concatenate([low[used], middle]), np.concatenate([middle - low[used], end - middle])
        live = np.concatenate([cut[:, used]] * 2, axis=1)
    return Pieces(
        np.concatenate(found.low),
        np.concatenate(found.width),
        np.concatenate(found.of_step, axis=1),
        np.where(still, np.nan, found.residual),
        nodes,
    )


def _cut(found: _Found, missed: FloatArray, live: AnyArray, most: IntArray, *, within: float, last: bool) -> AnyArray:
    """(n, P): which of the live pieces of every step are cut in two.

    All is well where what a step's pieces miss together is below `within`. Else those that miss least are kept, until
    they have taken half of what is still allowed: a piece with a jump of the gradient in it gets better only as its
    width does, and its neighbours need nothing more.
    """
    own = np.where(live, missed, 0.0)
    found.done[:] |= found.residual + own.sum(axis=1) <= within
    order = np.argsort(np.where(live, missed, np.inf), axis=1, kind="stable")
    allowed = (within - found.residual) / 2
    in_order = np.take_along_axis(own, order, axis=1).cumsum(axis=1) > allowed[:, None]
    cut = np.empty_like(live)
    np.put_along_axis(cut, order, in_order, axis=1)
    cut &= live & ~found.done[:, None]
    beyond = found.pieces + live.sum(axis=1) + cut.sum(axis=1) > most
    cut[beyond | last] = False
    return cut


def _slopes(path: WordPath, at: FloatArray, *, start: int, stop: int, at_once: int) -> Scaled:
    """dh_t/dα at every α, no more than `at_once` of which are made together: (n, N, ·)."""
    each = [path.slopes(at[k : k + at_once], start=start, stop=stop) for k in range(0, len(at), at_once)]
    return Scaled(*(np.concatenate(part, axis=1) for part in zip(*each, strict=True)))


class _Sums(NamedTuple):
    """The terms of the sum over every piece, n steps, P pieces.

    Attributes:
        slopes: dh_t/dα at the nodes of all pieces, (n, P · nodes, ·).
        weights: of the nodes, (P, nodes).
        change: of h_t over every piece, (n, P, ·).
    """

    slopes: Scaled
    weights: FloatArray
    change: Scaled

    def _by_node(self) -> Scaled:
        """Each node's part of the sums, (nodes, n, P, ·)."""
        shape = (*self.change.exponent.shape, self.weights.shape[-1])
        mantissa = self.slopes.mantissa.reshape(*shape, -1) * self.weights[..., None]
        return Scaled(np.moveaxis(mantissa, 2, 0), np.moveaxis(self.slopes.exponent.reshape(shape), 2, 0))

    def missed(self, size: Scaled) -> FloatArray:
        """‖Σ_k parts − change‖ of every piece over the size (n,) of the whole change of the step: (n, P)."""
        negative = Scaled(-self.change.mantissa, self.change.exponent)
        rest = exponents.block_norm(add(sum_first_axis(self._by_node()), negative))
        over = np.where(size.mantissa == 0, 1.0, size.mantissa)[:, None]
        return ldexp(rest.mantissa / over, rest.exponent - size.exponent[:, None])

    def kinks(self, wanted: AnyArray) -> FloatArray:
        """Where the gradient of the first wanted step jumps, as a share of every piece, (P,); ½ where it does not say.

        With slopes u and v before and after one jump at the share f, the change is f u + (1 − f) v. What comes later
        has the kinks of what came before.
        """
        first, pieces = wanted.argmax(axis=0), np.arange(wanted.shape[1])
        parts = self._by_node()
        three = [*parts.mantissa[:, first, pieces], self.change.mantissa[first, pieces]]
        powers = np.stack([*parts.exponent[:, first, pieces], self.change.exponent[first, pieces]])
        shift = np.where(powers.max(axis=0) - powers < FAR, powers - powers.max(axis=0), -FAR)
        u, v, change = (ldexp(one, power[:, None]) for one, power in zip(three, shift, strict=True))
        jump = 2.0 * (u - v)  # either node has half of the piece
        square = (jump * jump).sum(axis=-1)
        share = ((change - 2.0 * v) * jump).sum(axis=-1) / np.where(square == 0, 1.0, square)
        return np.where((square > 0) & (share > EDGE) & (share < 1.0 - EDGE), share, 0.5)


def gauss(nodes: int) -> tuple[FloatArray, FloatArray]:
    """The nodes and weights of Gauss and Legendre on [0, 1]."""
    at, weights = np.polynomial.legendre.leggauss(nodes)
    return (at + 1.0) / 2.0, weights / 2.0
