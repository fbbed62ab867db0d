"""The parts that the cells' batch kernels share: B sequences at once through one set of weights, in ordinary float64.

Kernels serve training, where speed counts and numbers stay ordinary; the measures of one text, which keep an exponent
for every step, are `unroll` and `bptt`. A pass writes into a workspace that its caller makes once and hands to every
call: it holds what the reverse needs, and the next forward pass overwrites it.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.cells.activations import sigmoid
from rnn_tui.engine.kinds import Activation
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.numbers.arrays import FloatArray

STEEP = 2.0**-12  # a slope 1 − tanh² above this has lost less than 12 of its 53 bits
IN_CACHE = 2**15  # entries of an elementwise pass that stay in the cache between one operation and the next
FUSED_BELOW = 2**11  # D·H up to which one fused product a step beats one for all steps and a sum in each


ONE = np.ones(())  # a ufunc takes an array sooner than a Python number
HALF = np.full((), 0.5)


class BatchGradient(NamedTuple):
    """The gradient of a loss L of B sequences.

    Attributes:
        parameters: ∂L/∂θ, summed over steps and sequences, in the parameters' own layout.
        h_0: ∂L/∂h_0, (B, H).
        hidden: δ_t = ∂L/∂h_t, total (of an LSTM with c_t held), (T, B, H); None unless asked for.
        inputs: ∂L/∂x_t, (T, B, D); None unless asked for.
        c_0: ∂L/∂c_0 of an LSTM, (B, H); else None.
    """

    parameters: Parameters
    h_0: FloatArray
    hidden: FloatArray | None
    inputs: FloatArray | None
    c_0: FloatArray | None = None


class Ask(NamedTuple):
    """Outputs of a reverse pass beside the parameters' gradients: δ_t for all steps, ∂L/∂x_t for all steps."""

    hidden: bool = False
    inputs: bool = False


NOTHING_MORE = Ask()


def empty_like(parameters: Parameters) -> Parameters:
    """Arrays of the parameters' shapes, for their gradients to be written into."""
    return Parameters(*(np.empty_like(part) for part in parameters))


def copied_into(found: Parameters, into: Parameters | None) -> Parameters:
    """The gradients found: copied into the arrays given, where some are."""
    if into is None:
        return found
    for target, part in zip(into, found, strict=True):
        target[...] = part
    return into


class InRows(NamedTuple):
    """Where a workspace keeps the states.

    Attributes:
        rows: [x_t, h_{t−1}, 1] of a single sequence, (T + 1, D + H + 1): one product with the fused weights is a step,
            and one product with all rows the gradient of every parameter; None of a batch.
        weights: room for the fused weights and biases, (D + H + 1, G·H), of a single sequence; else None.
        h_prev: h_{t−1} for t = 1 … T + 1, (T + 1, B, H), a view of the rows where there are some.
    """

    rows: FloatArray | None
    weights: FloatArray | None
    h_prev: FloatArray


def in_rows(*, steps: int, batch: int, inputs: int, hidden: int, blocks: int) -> InRows:
    """Room for the states of T steps of B sequences, for G blocks of weights."""
    if batch > 1:
        return InRows(None, None, np.empty((steps + 1, batch, hidden)))
    rows = np.ones((steps + 1, inputs + hidden + 1))
    return InRows(rows, np.zeros((inputs + hidden + 1, blocks * hidden)), rows[:, None, inputs:-1])


def empty_planes(*, steps: int, blocks: int, batch: int, hidden: int) -> FloatArray:
    """An empty stack (T, G, B, H) whose (B, H) planes are contiguous.

    In memory a single sequence has its G blocks side by side, so that one product serves all; of a batch, the steps
    of one block lie together, so that one product serves all steps.
    """
    if batch == 1:
        return np.empty((steps, blocks, batch, hidden))
    return np.empty((blocks, steps, batch, hidden)).swapaxes(0, 1)


def step_views(stack: FloatArray) -> list[FloatArray]:
    """The steps of a stack (T, …, B, N) as views, without the batch's axis where there is one sequence only."""
    return list(stack[..., 0, :] if stack.shape[-2] == 1 else stack)


def each_flat(stack: FloatArray) -> list[FloatArray]:
    """The steps of `empty_planes` (T, G, B, H) as views, G·H numbers in a row where there is one sequence only."""
    if stack.shape[-2] > 1:
        return list(stack)
    return [step.reshape(-1) for step in stack]


def gates_in_rows(stack: FloatArray) -> FloatArray:
    """`empty_planes` (T, G, B, H) as rows (T, B, G·H)."""
    steps, _, batch, _ = stack.shape
    return stack.swapaxes(1, 2).reshape(steps, batch, -1)


def flat_steps(stack: FloatArray) -> FloatArray:
    """A contiguous stack (T, B, N) as (T·B, N)."""
    return stack.reshape(-1, stack.shape[-1])


def block_size(steps: int, *, entries: int) -> int:
    """How many of the steps, of so many entries each, are about IN_CACHE entries together."""
    return max(1, min(steps, IN_CACHE // entries))


def blocks_back(steps: int, *, entries: int) -> list[slice]:
    """Blocks of `block_size` steps from the last to the first."""
    size = block_size(steps, entries=entries)
    return [slice(max(0, stop - size), stop) for stop in range(steps, 0, -size)]


def from_inputs(a: FloatArray, *, inputs: FloatArray, weight: FloatArray, bias: FloatArray) -> None:
    """W x_t + b for all steps into the planes `a`, (T, G, B, H), from x (T, B, D), Wᵀ (D, G·H) and b (G·H,)."""
    _, blocks, batch, hidden = a.shape
    if batch == 1:
        np.add(flat_steps(inputs).dot(weight).reshape(a.shape), bias.reshape(blocks, 1, hidden), a)
        return
    for block, part in enumerate(in_blocks(weight, blocks)):
        plane = flat_steps(a[:, block])
        np.dot(flat_steps(inputs), part, out=plane)
        np.add(plane, bias[block * hidden : (block + 1) * hidden], plane)


def in_blocks(weight: FloatArray, blocks: int) -> list[FloatArray]:
    """The blocks (N, H) of Wᵀ (N, G·H), contiguous."""
    return [np.ascontiguousarray(part) for part in np.split(weight, blocks, axis=1)]


def through_weights(pre: FloatArray, weights: list[FloatArray], *, here: FloatArray, scratch: FloatArray) -> None:
    """Σ over blocks of pre (G, B, H) times W (H, H), into `here`, (B, H)."""
    pre[0].dot(weights[0], here)
    for plane, weight in zip(pre[1:], weights[1:], strict=True):
        plane.dot(weight, scratch)
        np.add(here, scratch, here)


def to_inputs(pre: FloatArray, weight_ih: FloatArray) -> FloatArray:
    """∂L/∂x_t = W_ihᵀ ∂L/∂a_t, (T, B, D), from planes (T, G, B, H) and W_ih (G·H, D) with its blocks in their order."""
    weights = weight_ih.reshape(pre.shape[1], pre.shape[3], -1)
    result: FloatArray = np.sum([pre[:, block] @ weight for block, weight in enumerate(weights)], axis=0)
    return result


def tanh_slope(value: FloatArray, a: FloatArray, out: FloatArray) -> None:
    """tanh'(a) = 1 − tanh²(a) into `out`; 4q / (1 + q)² with q = e^{−2|a|} where that would cancel.

    Args:
        value: tanh(a).
    """
    np.multiply(value, value, out)
    np.subtract(ONE, out, out)
    if np.minimum.reduce(out, axis=None) < STEEP:
        small = out < STEEP
        out[small] = _sech_squared(a[small])


def sigmoid_slope(value: FloatArray, half_a: FloatArray, out: FloatArray) -> None:
    """σ'(a) = σ(a) (1 − σ(a)) into `out`; ¼ sech²(a/2) where that would cancel.

    Args:
        value: σ(a).
        half_a: a/2.
    """
    np.subtract(ONE, value, out)
    np.multiply(out, value, out)
    if np.minimum.reduce(out, axis=None) < STEEP / 4.0:
        small = out < STEEP / 4.0
        out[small] = 0.25 * _sech_squared(half_a[small])


def one_less_sigmoid(value: FloatArray, half_a: FloatArray, out: FloatArray) -> None:
    """1 − σ(a) into `out`; σ(−a) where that would cancel.

    Args:
        value: σ(a).
        half_a: a/2.
    """
    np.subtract(ONE, value, out)
    if np.minimum.reduce(out, axis=None) < STEEP:
        small = out < STEEP
        out[small] = sigmoid(-2.0 * half_a[small])


def _sech_squared(a: FloatArray) -> FloatArray:
    q = np.exp(-2.0 * np.abs(a))
    result: FloatArray = 4.0 * q / np.square(1.0 + q)
    return result


def _sigmoid_into(a: FloatArray, out: FloatArray) -> None:
    np.copyto(out, sigmoid(a))


def _sigmoid_slope(_value: FloatArray, a: FloatArray, out: FloatArray) -> None:
    np.multiply(_sech_squared(0.5 * a), 0.25, out)


def _relu_into(a: FloatArray, out: FloatArray) -> None:
    np.maximum(a, 0.0, out=out)


def _relu_slope(_value: FloatArray, a: FloatArray, out: FloatArray) -> None:
    np.greater(a, 0.0, out)


def _linear_slope(_value: FloatArray, _a: FloatArray, out: FloatArray) -> None:
    out.fill(1.0)


ACTIVATE_INTO: Mapping[Activation, Callable[[FloatArray, FloatArray], object]] = {
    "tanh": np.tanh,
    "sigmoid": _sigmoid_into,
    "relu": _relu_into,
    "linear": np.positive,
}
"""φ(a) into an array: (a, out)."""

SLOPE_INTO: Mapping[Activation, Callable[[FloatArray, FloatArray, FloatArray], None]] = {
    "tanh": tanh_slope,
    "sigmoid": _sigmoid_slope,
    "relu": _relu_slope,
    "linear": _linear_slope,
}
"""φ'(a) into an array, from (φ(a), a, out)."""
