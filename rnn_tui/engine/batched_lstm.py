"""The LSTM over B sequences at once: forward, and backpropagation through time.

Inside, the gates stand in the order o i f g: the three sigmoid gates side by side, and i f beside g c_{t−1}, which one
product multiplies pair by pair. With the sigmoid gates' weights halved, σ(a) = ½ + ½ tanh(a/2) makes one tanh serve
all four.
"""

from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.batched import (
    HALF,
    HOIST,
    NOTHING_MORE,
    Ask,
    BatchGradient,
    blocks_back,
    each,
    flat,
    given,
    sigmoid_slope,
    tanh_slope,
)
from rnn_tui.engine.parameters import Parameters


@dataclass(frozen=True, eq=False, slots=True)
class LSTMWork:
    """What one forward pass leaves for its reverse; T steps of B sequences, D inputs, H units.

    A single sequence is kept as rows [x_t, h_{t−1}, 1]: one product with the fused weights is a step, and one product
    with all rows the gradient of every parameter.

    Attributes:
        rows: (T + 1, D + H + 1) for one sequence; else None.
        weights: the fused weights and biases, (D + H + 1, 4H), for one sequence; else None.
        h_prev: h_{t−1} for t = 1 … T + 1, (T + 1, B, H).
        a: the pre-activations, those of o i f halved, and of g, (T, B, 4H).
        gates: o_t i_t f_t g_t c_{t−1}, (T + 1, B, 5, H).
        tanh_c: tanh(c_t), (T, B, H).
        factors: what ∂L/∂h_t is multiplied with on its way to c_t and to o, and ∂L/∂c_t on its way to i, f, g and
            c_{t−1}, (T, B, 6, H).
        pre: the products: into c_t, ∂L/∂a_t of o i f g, and ∂L/∂c_{t−1}, (T, B, 6, H).
        slope: the gates' and tanh(c_t)'s slopes, (T, B, 5, H).
    """

    rows: FloatArray | None
    weights: FloatArray | None
    h_prev: FloatArray
    a: FloatArray
    gates: FloatArray
    tanh_c: FloatArray
    factors: FloatArray
    pre: FloatArray
    slope: FloatArray
    each_row: list[FloatArray]
    each_state: list[FloatArray]
    forward: list[tuple[FloatArray, ...]]
    backward: list[tuple[FloatArray, ...]]

    @property
    def h(self) -> FloatArray:
        """The states h_t of the last forward pass, (T, B, H)."""
        return self.h_prev[1:]

    @property
    def c(self) -> FloatArray:
        """The cell states c_t of the last forward pass, (T, B, H)."""
        return self.gates[1:, :, 4]


def lstm_work(*, steps: int, batch: int, inputs: int, hidden: int) -> LSTMWork:
    """A workspace for sequences of this shape: T, B, D and H."""
    rows = weights = None
    if batch == 1:
        rows, weights = np.ones((steps + 1, inputs + hidden + 1)), np.empty((inputs + hidden + 1, 4 * hidden))
        h_prev = rows[:, None, inputs:-1]
    else:
        h_prev = np.empty((steps + 1, batch, hidden))
    a, gates = np.empty((steps, batch, 4 * hidden)), np.empty((steps + 1, batch, 5, hidden))
    tanh_c, slope = np.empty((steps, batch, hidden)), np.empty((steps, batch, 5, hidden))
    factors, pre = np.empty((steps, batch, 6, hidden)), np.empty((steps, batch, 6, hidden))
    together = gates.reshape(steps + 1, batch, -1)
    forward = zip(
        each(a),
        each(together[:-1, :, : 4 * hidden]),
        each(together[:-1, :, : 3 * hidden]),
        each(together[:-1, :, hidden : 3 * hidden]),
        each(together[:-1, :, 3 * hidden :]),
        each(together[1:, :, 4 * hidden :]),
        each(tanh_c),
        each(together[:-1, :, :hidden]),
        each(h_prev[1:]),
        strict=True,
    )
    backward = zip(
        each(factors[:, :, :2]),
        each(pre[:, :, :2]),
        each(pre[:, :, 0]),
        each(factors[:, :, 2:]),
        each(pre[:, :, 2:]),
        each(pre.reshape(steps, batch, -1)[:, :, hidden : 5 * hidden]),
        each(pre[:, :, 5]),
        strict=True,
    )
    return LSTMWork(
        rows=rows,
        weights=weights,
        h_prev=h_prev,
        a=a,
        gates=gates,
        tanh_c=tanh_c,
        factors=factors,
        pre=pre,
        slope=slope,
        each_row=[] if rows is None else list(rows[:-1]),
        each_state=each(h_prev[:-1]),
        forward=list(forward),
        backward=list(backward)[::-1],
    )


def lstm_forward(
    parameters: Parameters, *, inputs: FloatArray, h_0: FloatArray, c_0: FloatArray, work: LSTMWork
) -> FloatArray:
    """c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t and h_t = o_t ⊙ tanh(c_t), t = 1 … T.

    Args:
        inputs: (T, B, D).
        h_0, c_0: (B, H).
        work: from `lstm_work` for this shape; overwritten.

    Returns:
        h_t, (T, B, H), a view of `work`; `work.c` is c_t.
    """
    hidden, wide = parameters.hidden, inputs.shape[2]
    if work.rows is not None:
        work.rows[:-1, :wide] = inputs[:, 0]
    work.h_prev[0] = h_0
    work.gates[0, :, 4] = c_0
    bias = _turned(parameters.bias_ih_l0 + parameters.bias_hh_l0)
    brought = None
    if work.weights is not None and parameters.weight_ih_l0.size <= HOIST:
        before, weights = work.each_row, work.weights
        weights[:wide] = _turned(parameters.weight_ih_l0)
        weights[wide:-1] = _turned(parameters.weight_hh_l0)
        weights[-1] = bias
    else:
        before, weights = work.each_state, _turned(parameters.weight_hh_l0)
        np.dot(flat(inputs), _turned(parameters.weight_ih_l0), out=flat(work.a))
        np.add(work.a, bias, work.a)
        brought = np.empty_like(work.forward[0][0])
    products = np.empty_like(work.forward[0][3])
    old, new = products[..., hidden:], products[..., :hidden]
    tanh, multiply, add = np.tanh, np.multiply, np.add
    for start, (a, ifgo, sigmoids, i_f, g_c, c, tanh_c, o, h) in zip(before, work.forward, strict=True):
        if brought is None:
            start.dot(weights, a)
        else:
            start.dot(weights, brought)
            add(a, brought, a)
        tanh(a, ifgo)
        multiply(sigmoids, HALF, sigmoids)
        add(sigmoids, HALF, sigmoids)
        multiply(i_f, g_c, products)
        add(old, new, c)
        tanh(c, tanh_c)
        multiply(o, tanh_c, h)
    return work.h


def lstm_backward(
    parameters: Parameters,
    *,
    inputs: FloatArray,
    direct: FloatArray,
    work: LSTMWork,
    into: Parameters | None = None,
    ask: Ask = NOTHING_MORE,
) -> BatchGradient:
    """The reverse of `lstm_forward`: ∂L/∂c_t = f_{t+1} ∂L/∂c_{t+1} + o_t tanh'(c_t) δ_t, and with it the gradient.

    Args:
        inputs: as for the forward pass, (T, B, D).
        direct: ∂⁺L/∂h_t at h_t itself, (T, B, H); or (B, H), that of the last step where no other has any.
        work: as the forward pass left it.
        into: where the parameters' gradients are written; new arrays where it is None.
        ask: what else is wanted.
    """
    steps, batch, units = work.tanh_c.shape
    here: FloatArray = np.array(direct if direct.ndim == 2 else direct[-1]).reshape(work.each_state[0].shape)
    each_direct = each(direct)[::-1] if direct.ndim == 3 else None
    delta = np.empty((steps, batch, units)) if ask.hidden else None
    each_delta = None if delta is None else each(delta)[::-1]
    for block in blocks_back(steps, entries=5 * batch * units):
        _factors(work, block)
    through = np.concatenate([parameters.weight_hh_l0[3 * units :], parameters.weight_hh_l0[: 3 * units]])
    carried: FloatArray = np.zeros_like(here)
    spread = here if batch == 1 else here[:, None]
    dc = np.empty_like(here)
    spread_dc = dc if batch == 1 else dc[:, None]
    multiply, add = np.multiply, np.add
    for back, (from_h, to_c_and_o, to_c, from_c, to_ifg_and_c, pre, c_before) in enumerate(work.backward):
        if each_delta is not None:
            each_delta[back][...] = here
        multiply(from_h, spread, to_c_and_o)
        add(to_c, carried, dc)
        multiply(from_c, spread_dc, to_ifg_and_c)
        carried = c_before
        pre.dot(through, here)
        if each_direct is not None and back < steps - 1:
            add(here, each_direct[back + 1], here)
    pre_all = work.pre.reshape(steps * batch, -1)[:, units : 5 * units]
    return BatchGradient(
        parameters=_parameter_gradients(pre_all, inputs, work, into),
        h_0=here.reshape(batch, units),
        c_0=carried.reshape(batch, units).copy(),
        hidden=delta,
        inputs=_blocks(pre_all.T).T.dot(parameters.weight_ih_l0).reshape(inputs.shape) if ask.inputs else None,
    )


def _factors(work: LSTMWork, block: slice) -> None:
    """What the gradient is multiplied with on its way through each step of a block."""
    gates, slope, factors = work.gates[block], work.slope[block], work.factors[block]
    sigmoids, g = gates[:, :, :3], gates[:, :, 3]
    half_a = work.a[block].reshape(*gates.shape[:2], 4, -1)[:, :, :3]
    sigmoid_slope(sigmoids, half_a, slope[:, :, :3])
    tanh_slope(g, work.a[block][:, :, -g.shape[-1] :], slope[:, :, 3])
    tanh_slope(work.tanh_c[block], work.gates[block.start + 1 : block.stop + 1, :, 4], slope[:, :, 4])
    np.multiply(gates[:, :, 0], slope[:, :, 4], factors[:, :, 0])
    np.multiply(work.tanh_c[block], slope[:, :, 0], factors[:, :, 1])
    np.multiply(gates[:, :, 3:], slope[:, :, 1:3], factors[:, :, 2:4])
    np.multiply(gates[:, :, 1], slope[:, :, 3], factors[:, :, 4])
    factors[:, :, 5] = gates[:, :, 2]


def _parameter_gradients(
    pre: FloatArray, inputs: FloatArray, work: LSTMWork, into: Parameters | None
) -> Parameters:
    """Σ_t ∂L/∂a_t ⊗ what a_t is linear in, the blocks in PyTorch's order."""
    if work.rows is not None:
        wide = inputs.shape[2]
        found = _blocks(pre.T.dot(work.rows[:-1]))
        return given(Parameters(found[:, :wide], found[:, wide:-1], found[:, -1], found[:, -1]), into)
    bias = _blocks(np.ones(len(pre)).dot(pre))
    weights = _blocks(pre.T.dot(flat(inputs))), _blocks(pre.T.dot(flat(work.h_prev[:-1])))
    return given(Parameters(*weights, bias, bias), into)


def _blocks(pre: FloatArray) -> FloatArray:
    """Rows of o i f g, (4H, …), in PyTorch's order i f g o."""
    hidden = len(pre) // 4
    return np.concatenate([pre[hidden:], pre[:hidden]])


def _turned(weight: FloatArray) -> FloatArray:
    """PyTorch's blocks i f g o of a matrix (4H, N) or vector (4H,) as (N, 4H) or (4H,), o i f g with o i f halved."""
    hidden = len(weight) // 4
    turned = np.empty(weight.shape[::-1])
    np.multiply(weight[3 * hidden :].T, HALF, turned[..., :hidden])
    np.multiply(weight[: 2 * hidden].T, HALF, turned[..., hidden : 3 * hidden])
    turned[..., 3 * hidden :] = weight[2 * hidden : 3 * hidden].T
    return turned
