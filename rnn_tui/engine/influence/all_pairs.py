"""‖∂h_t/∂x_k‖_F, or ‖∂h_t/∂h_k‖_F, for all pairs k ≤ t at once, by divide and conquer over time.

Cut the steps at m. Then ∂h_t/∂x_k = A_t B_k with A_t = ∂h_t/∂s_{m−1} for t ≥ m and B_k = ∂s_{m−1}/∂x_k for k < m, and

    ‖A_t B_k‖²_F = ⟨A_tᵀ A_t, B_k B_kᵀ⟩,

so all pairs across the cut come from one product of the two lists of Gram matrices; the pairs on either side are cut
again. O(T log T) products of (H, H) matrices and O(T² H²) for the pairs, where pulling every Jacobian back takes
O(T² H³). Memory: O(T² + T H²).
"""

import math
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.backprop.adjoint_floats import gate_adjoint_floats, pull_back_floats, push_forward_floats
from rnn_tui.engine.backprop.linear_maps import LinearMaps
from rnn_tui.engine.influence.gradient import InfluenceOf, StepPairs, carried_influence, pulled_back_influence
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import LOG10_2, Scaled
from rnn_tui.engine.numbers.products import rows_times
from rnn_tui.engine.numbers.scaled_rows import SAFE_SQUARE
from rnn_tui.engine.progress import Watch, part_of, report, unwatched

LEAF = 16  # steps below which carrying few directions, and half of which pulling all, is quicker than cutting
ALLOWANCE = 400.0  # powers of two that a matrix may drift before it is divided by its own
CANCELLED = 1e-4  # below this share of ‖A‖²‖B‖² a Gram product has lost digits, and A B is formed itself
IN_CACHE = 2**17  # entries of the rows that are pulled back through leaves side by side
BLOCKS_AT_ONCE = 2**20  # entries of the Jacobians of a long text that are held at once
PAIRS_AT_ONCE = 2**17  # entries of the products that are formed themselves: a MiB is not paged in anew each time


def can_be_cut(maps: LinearMaps) -> bool:
    """Whether every matrix may have one exponent, and the state of one step says all of what came before it."""
    return maps.shares_exponents and maps.skip is None


def all_pairs_influence(
    pairs: StepPairs, *, of: InfluenceOf = "word", start: int = 0, stop: int | None = None, watch: Watch = unwatched
) -> FloatArray:
    """log10 ‖∂h_t/∂x_k‖_F for all words k ≤ t and the steps start ≤ t < stop (0-based; all of them by default).

    Every matrix here has one exponent, and a cut sees one state: `can_be_cut`. For a few steps of a long text, one
    Jacobian is pulled back over all that came before them, not one for each step.

    Args:
        of: measure ‖(∂h_t/∂x_k) x_k‖₂ or ‖∂h_t/∂h_k‖_F instead.

    Returns:
        (…, stop − start, stop): row i is step start + i, column k is word k; NaN where k > t, −inf for a true zero.

    Raises:
        CancelledError: as `watch` asked.
    """
    maps = pairs.maps
    stop = maps.steps if stop is None else stop
    found = np.full((*maps.ensemble_shape, stop - start, stop), np.nan)
    found[..., start:] = _triangle(pairs, of, start=start, stop=stop, watch=part_of(watch, 0.0, 0.5 if start else 1.0))
    if start:
        at_once = max(1, BLOCKS_AT_ONCE // (maps.size * max(maps.hidden, pairs.trajectory.inputs.shape[-1])))
        room = _Room.of(pairs, of, later=stop - start, earlier=min(at_once, start))
        later = _later(pairs.gathered(np.arange(start, stop)[:, None]), room)
        later = Scaled(later.mantissa[:, 0], later.exponent[:, 0])
        end, carried = start, _identity(maps)
        while end:
            begin = max(0, end - at_once)
            earlier, carried = _earlier(pairs, of, room, begin=begin, end=end, carried=carried)
            found[..., begin:end] = _log10_norms_of_products(later, earlier, room)
            report(watch, 0.5 + 0.5 * (1.0 - begin / start))
            end = begin
    return found


def _triangle(pairs: StepPairs, of: InfluenceOf, *, start: int, stop: int, watch: Watch) -> FloatArray:
    """All pairs of the steps from `start` to `stop`: (…, n, n).

    The steps are dealt out to 2^m leaves of one length; the cuts of one level are worked on side by side, so that a
    text of T steps takes about 2T products one after the other, not T log T. What the last leaf lacks is filled up
    with copies of the last step, and thrown away.
    """
    count, ahead = stop - start, pairs.maps.ensemble_shape
    few = of == "word-input" or (of == "word" and pairs.trajectory.inputs.shape[-1] < pairs.maps.hidden)
    levels = max(0, math.ceil(math.log2(count / (LEAF if few else LEAF // 2))))
    leaf = -(-count // 2**levels)
    found = np.full((*ahead, leaf * 2**levels, leaf * 2**levels), np.nan)

    def pieces(offset: int, length: int, apart: int) -> StepPairs:
        starts = np.arange(start + offset, start + leaf * 2**levels, apart)
        return pairs.gathered(np.minimum(starts + np.arange(length)[:, None], stop - 1))

    rows = leaf * pairs.maps.hidden * math.prod(ahead)
    at_once = 2**levels if few else max(1, IN_CACHE // (rows * pairs.maps.size))
    for first in range(0, 2**levels, at_once):
        starts = start + leaf * np.arange(first, min(first + at_once, 2**levels))
        leaves = pairs.gathered(np.minimum(starts + np.arange(leaf)[:, None], stop - 1))
        there = carried_influence(leaves, of=of) if few else pulled_back_influence(leaves, of=of, start=0, stop=leaf)
        for i, block in enumerate(there, first):
            here = slice(i * leaf, (i + 1) * leaf)
            found[..., here, here] = block
    room = _Room.of(pairs, of, later=leaf * 2**levels // 2, earlier=leaf * 2**levels // 2)
    for level in range(levels):
        half = leaf * 2**level
        later, earlier = pieces(half, half, 2 * half), pieces(0, half, 2 * half)
        across, _ = _earlier(earlier, of, room, begin=0, end=half, carried=_identity(earlier.maps))
        for i, block in enumerate(_log10_norms_of_products(_later(later, room), across, room)):
            cut = (2 * i + 1) * half
            found[..., cut : cut + half, cut - half : cut] = block
        report(watch, (level + 1) / levels)
    return found[..., :count, :count]


class _Room(NamedTuple):
    """Memory for the matrices of one cut after the other: to take it anew for each costs as much as a product.

    Attributes:
        later, earlier: the matrices A_tᵀ and B_k, one after the other.
        gram_later, gram_earlier: their Gram matrices.
    """

    later: FloatArray
    earlier: FloatArray
    gram_later: FloatArray
    gram_earlier: FloatArray

    @classmethod
    def of(cls, pairs: StepPairs, of: InfluenceOf, *, later: int, earlier: int) -> "_Room":
        """Room for so many matrices of every member."""
        size, members = pairs.maps.size, math.prod(pairs.maps.ensemble_shape)
        seen = pairs.maps.hidden if pairs.probe is None else pairs.probe.shape[-2]
        later, earlier = later * members, earlier * members
        entries = (later * seen, earlier * pairs.columns(of), later * size, earlier * size)
        return cls(*(np.empty(each * size) for each in entries))


def _view(room: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    return room[: math.prod(shape)].reshape(shape)


def _identity(maps: LinearMaps) -> tuple[FloatArray, IntArray]:
    """∂s_t/∂s_t and its power of two."""
    identity = np.broadcast_to(np.eye(maps.size), (*maps.ensemble_shape, maps.size, maps.size))
    return identity, np.zeros(maps.ensemble_shape, dtype=np.int64)


def _later(pairs: StepPairs, room: _Room) -> Scaled:
    """A_tᵀ = (∂h_t/∂s_{−1})ᵀ, of the probe if there is one, for all steps t: (n, …, P·H, Q), an exponent each."""
    maps, probe = pairs.maps, pairs.probe
    right = None if probe is None else np.swapaxes(probe, -1, -2)
    columns = maps.hidden if right is None else right.shape[-1]
    blocks = _view(room.later, (maps.steps, *maps.ensemble_shape, maps.size, columns))
    powers = np.empty((maps.steps, *maps.ensemble_shape), dtype=np.int64)
    matrix, power = _identity(maps)
    drift = 0.0
    for t in range(maps.steps):
        if drift + maps.drift[t] > ALLOWANCE:
            (matrix, power), drift = _rescaled(matrix, power), 0.0
        matrix = push_forward_floats(matrix, maps, t)
        drift += float(maps.drift[t])
        seen = matrix[..., : maps.hidden]
        blocks[t], powers[t] = seen if right is None else rows_times(seen, right), power
    return _near_unit_norm(blocks, powers)


def _earlier(
    pairs: StepPairs, of: InfluenceOf, room: _Room, *, begin: int, end: int, carried: tuple[FloatArray, IntArray]
) -> tuple[Scaled, tuple[FloatArray, IntArray]]:
    """B_k = (∂s_m/∂s_{end−1}) ∂s_{end−1}/∂x_k for begin ≤ k < end: (n, …, P·H, D), each with an exponent.

    Args:
        carried: ∂s_m/∂s_{end−1} and its power of two; what comes back beside the blocks is ∂s_m/∂s_{begin−1}.
    """
    maps = pairs.maps
    matrix, power = carried
    columns = pairs.columns(of)
    blocks = _view(room.earlier, (end - begin, *maps.ensemble_shape, maps.size, columns))
    powers = np.empty((end - begin, *maps.ensemble_shape), dtype=np.int64)
    drift = 0.0
    for k in range(end - 1, begin - 1, -1):
        if drift + maps.drift[k] > ALLOWANCE:
            (matrix, power), drift = _rescaled(matrix, power), 0.0
        if of == "state":
            blocks[k - begin] = matrix[..., : maps.hidden]
        else:
            gates = gate_adjoint_floats(matrix, maps.factors.to_inputs.mantissa[k])
            blocks[k - begin] = rows_times(gates, pairs.right(of, k))
        powers[k - begin] = power
        matrix = pull_back_floats(matrix, maps, k)
        drift += float(maps.drift[k])
    return _near_unit_norm(blocks, powers), _rescaled(matrix, power)


def _near_unit_norm(blocks: FloatArray, powers: IntArray) -> Scaled:
    """The matrices, in place, divided by powers of two near their Frobenius norms: their squares keep to float64."""
    squares = np.einsum("...ij,...ij->...", blocks, blocks)
    if squares.size and SAFE_SQUARE < squares.min() <= squares.max() < 1.0 / SAFE_SQUARE:
        shift = np.frexp(np.sqrt(squares))[1].astype(np.int64)
        blocks *= np.ldexp(1.0, -shift)[..., None, None]
        return Scaled(blocks, powers + shift)
    # one steep step alone may take a matrix so far that its squares are none
    shift = np.frexp(np.maximum(blocks.max(axis=(-2, -1)), -blocks.min(axis=(-2, -1))))[1].astype(np.int64)
    np.ldexp(blocks, -shift[..., None, None], out=blocks)
    return Scaled(blocks, powers + shift)


def _rescaled(matrix: FloatArray, power: IntArray) -> tuple[FloatArray, IntArray]:
    """The matrices divided by the powers of two of their largest entries, and their powers of two."""
    largest = np.maximum(matrix.max(axis=(-2, -1)), -matrix.min(axis=(-2, -1)))
    shift = np.frexp(largest)[1]
    if int(np.abs(shift).max()) > 1000:  # 2.0**-shift may not be a float64
        return np.ldexp(matrix, -shift[..., None, None]), power + shift
    return matrix * np.ldexp(1.0, -shift)[..., None, None], power + shift


def _log10_norms_of_products(later: Scaled, earlier: Scaled, room: _Room) -> FloatArray:
    """log10 ‖A_t B_k‖_F for all pairs, from A_tᵀ (n, …, N, Q) and B_k (m, …, N, D): (…, n, m)."""
    a, b = np.moveaxis(later.mantissa, 0, -3), np.moveaxis(earlier.mantissa, 0, -3)
    size = a.shape[-2]
    gram_a, gram_b = _gram(a, room.gram_later), _gram(b, room.gram_earlier)
    squares = np.matmul(gram_a, np.swapaxes(gram_b, -1, -2))
    whole = gram_a[..., :: size + 1].sum(axis=-1)[..., :, None] * gram_b[..., :: size + 1].sum(axis=-1)[..., None, :]
    _replace_cancelled(squares, (squares < CANCELLED * whole) & (whole > 0), a, b)
    power = np.moveaxis(later.exponent, 0, -1)[..., :, None] + np.moveaxis(earlier.exponent, 0, -1)[..., None, :]
    with np.errstate(divide="ignore"):
        log: FloatArray = 0.5 * np.log10(squares) + LOG10_2 * power
    return np.where(squares > 0, log, -np.inf)


def _gram(matrices: FloatArray, room: FloatArray) -> FloatArray:
    """A Aᵀ of every matrix, (…, N²)."""
    ahead, size = matrices.shape[:-2], matrices.shape[-2]
    grams = _view(room, (*ahead, size, size))
    return np.matmul(matrices, np.swapaxes(matrices, -1, -2), out=grams).reshape(*ahead, size * size)


def _replace_cancelled(squares: FloatArray, cancelled: AnyArray, a: FloatArray, b: FloatArray) -> None:
    """Puts ‖A_t B_k‖² of the product itself where the product of Gram matrices has lost digits."""
    *members, rows, columns = np.nonzero(cancelled)
    at_once = max(1, PAIRS_AT_ONCE // (a.shape[-1] * b.shape[-1]))
    for i in range(0, len(rows), at_once):
        here = tuple(member[i : i + at_once] for member in members)
        t, k = rows[i : i + at_once], columns[i : i + at_once]
        products = np.matmul(np.swapaxes(a[(*here, t)], -1, -2), b[(*here, k)])
        squares[(*here, t, k)] = np.square(products).sum(axis=(-2, -1))
