"""The GRU over B sequences at once: forward, and backpropagation through time.

Inside, what a step is linear in stands in the order q r z s, with q = W_hn h_{t−1} + b_hn and s = W_in x_t + b_in:
q r z side by side for what comes from h_{t−1}, r z s for what comes from x_t. The weights of r and z are halved,
σ(a) = ½ + ½ tanh(a/2).
"""

from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.activations import sigmoid
from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.batched import (
    HALF,
    HOIST,
    NOTHING_MORE,
    ONE,
    Ask,
    BatchGradient,
    blocks_back,
    each,
    flat,
    given,
    saturated,
    sigmoid_slope,
    tanh_slope,
)
from rnn_tui.engine.parameters import Parameters


@dataclass(frozen=True, eq=False, slots=True)
class GRUWork:
    """What one forward pass leaves for its reverse; T steps of B sequences, D inputs, H units.

    A single sequence is kept as rows [x_t, h_{t−1}, 1]: one product with the fused weights is a step, and one product
    with all rows the gradient of every parameter.

    Attributes:
        rows: (T + 1, D + H + 1) for one sequence; else None.
        weights: the fused weights and biases, (D + H + 1, 4H), for one sequence; else None.
        h_prev: h_{t−1} for t = 1 … T + 1, (T + 1, B, H).
        a: q_t, the halved pre-activations of r_t and z_t, and s_t, (T, B, 4, H).
        gates: r_t z_t, n_t's pre-activation s_t + r_t ⊙ q_t, n_t and h_{t−1} − n_t, (T, B, 5, H).
        factors: what δ_t is multiplied with on its way to q r z s and, past the candidate, to h_{t−1}, (T, B, 5, H).
        pre: the products, ∂L/∂ each of them, (T, B, 5, H).
        slope: the slopes of r, z and n, (T, B, 3, H).
        each_row, each_state, forward, backward: views of the arrays, a step each.
    """

    rows: FloatArray | None
    weights: FloatArray | None
    h_prev: FloatArray
    a: FloatArray
    gates: FloatArray
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


def gru_work(*, steps: int, batch: int, inputs: int, hidden: int) -> GRUWork:
    """A workspace for sequences of this shape: T, B, D and H."""
    rows = weights = None
    if batch == 1:
        rows, weights = np.ones((steps + 1, inputs + hidden + 1)), np.zeros((inputs + hidden + 1, 4 * hidden))
        h_prev = rows[:, None, inputs:-1]
    else:
        h_prev = np.empty((steps + 1, batch, hidden))
    a = np.empty((steps, batch, 4, hidden))
    gates, factors, pre = (np.empty((steps, batch, 5, hidden)) for _ in range(3))
    wide_a, wide_pre = a.reshape(steps, batch, -1), pre.reshape(steps, batch, -1)
    forward = zip(
        each(wide_a),
        each(wide_a[:, :, : 3 * hidden]),
        each(wide_a[:, :, hidden : 3 * hidden]),
        each(a[:, :, 0]),
        each(a[:, :, 3]),
        each(gates.reshape(steps, batch, -1)[:, :, : 2 * hidden]),
        *(each(gates[:, :, i]) for i in range(5)),
        each(h_prev[:-1]),
        each(h_prev[1:]),
        strict=True,
    )
    backward = zip(each(factors), each(pre), each(wide_pre[:, :, : 3 * hidden]), each(pre[:, :, 4]), strict=True)
    return GRUWork(
        rows=rows,
        weights=weights,
        h_prev=h_prev,
        a=a,
        gates=gates,
        factors=factors,
        pre=pre,
        slope=np.empty((steps, batch, 3, hidden)),
        each_row=[] if rows is None else list(rows[:-1]),
        each_state=each(h_prev[:-1]),
        forward=list(forward),
        backward=[*backward][::-1],
    )


def gru_forward(parameters: Parameters, *, inputs: FloatArray, h_0: FloatArray, work: GRUWork) -> FloatArray:
    """n_t = tanh(W_in x_t + b_in + r_t ⊙ (W_hn h_{t−1} + b_hn)), h_t = n_t + z_t ⊙ (h_{t−1} − n_t), t = 1 … T.

    Args:
        inputs: (T, B, D).
        h_0: (B, H).
        work: from `gru_work` for this shape; overwritten.

    Returns:
        h_t, (T, B, H), a view of `work`.
    """
    hidden, wide = parameters.hidden, inputs.shape[2]
    if work.rows is not None:
        work.rows[:-1, :wide] = inputs[:, 0]
    work.h_prev[0] = h_0
    bias = _from_input(parameters.bias_ih_l0)
    bias[: 3 * hidden] += _from_state(parameters.bias_hh_l0)
    brought = None
    if work.weights is not None and parameters.weight_ih_l0.size <= HOIST:
        before, weights = work.each_row, work.weights
        weights[:wide] = _from_input(parameters.weight_ih_l0)
        weights[wide:-1, : 3 * hidden] = _from_state(parameters.weight_hh_l0)
        weights[-1] = bias
    else:
        before, weights = work.each_state, _from_state(parameters.weight_hh_l0)
        a_all = work.a.reshape(-1, 4 * hidden)
        np.dot(flat(inputs), _from_input(parameters.weight_ih_l0), out=a_all)
        np.add(a_all, bias, a_all)
        brought = np.empty_like(work.forward[0][1])
    product = np.empty_like(work.forward[0][3])
    tanh, multiply, add, subtract = np.tanh, np.multiply, np.add, np.subtract
    for start, views in zip(before, work.forward, strict=True):
        a, qrz, half_rz, q, s, rz, r, z, a_n, n, change, h_prev, h = views
        if brought is None:
            start.dot(weights, a)
        else:
            start.dot(weights, brought)
            add(qrz, brought, qrz)
        tanh(half_rz, rz)
        multiply(rz, HALF, rz)
        add(rz, HALF, rz)
        multiply(r, q, product)
        add(product, s, a_n)
        tanh(a_n, n)
        subtract(h_prev, n, change)
        multiply(z, change, product)
        add(n, product, h)
    return work.h


def gru_backward(
    parameters: Parameters,
    *,
    inputs: FloatArray,
    direct: FloatArray,
    work: GRUWork,
    into: Parameters | None = None,
    ask: Ask = NOTHING_MORE,
) -> BatchGradient:
    """The reverse of `gru_forward`: δ_{t−1} = ∂⁺L/∂h_{t−1} + z_t ⊙ δ_t + what comes through q r z, and the gradient.

    Args:
        inputs: as for the forward pass, (T, B, D).
        direct: ∂⁺L/∂h_t at h_t itself, (T, B, H); or (B, H), that of the last step where no other has any.
        work: as the forward pass left it.
        into: where the parameters' gradients are written; new arrays where it is None.
        ask: what else is wanted.
    """
    steps, batch, _, units = work.pre.shape
    here: FloatArray = np.array(direct if direct.ndim == 2 else direct[-1]).reshape(work.each_state[0].shape)
    each_direct = each(direct)[::-1] if direct.ndim == 3 else None
    delta = np.empty((steps, batch, units)) if ask.hidden else None
    each_delta = None if delta is None else each(delta)[::-1]
    for block in blocks_back(steps, entries=5 * batch * units):
        _factors(work, block)
    through = np.concatenate([parameters.weight_hh_l0[2 * units :], parameters.weight_hh_l0[: 2 * units]])
    brought, spread = np.empty_like(here), here if batch == 1 else here[:, None]
    multiply, add = np.multiply, np.add
    for back, (factors, pre, qrz, past) in enumerate(work.backward):
        if each_delta is not None:
            each_delta[back][...] = here
        multiply(factors, spread, pre)
        qrz.dot(through, brought)
        add(past, brought, here)
        if each_direct is not None and back < steps - 1:
            add(here, each_direct[back + 1], here)
    pre_all = work.pre.reshape(steps * batch, -1)
    from_inputs = None
    if ask.inputs:
        from_inputs = pre_all[:, units : 4 * units].dot(parameters.weight_ih_l0).reshape(inputs.shape)
    return BatchGradient(
        parameters=_parameter_gradients(pre_all, inputs, work, into),
        h_0=here.reshape(batch, units),
        hidden=delta,
        inputs=from_inputs,
    )


def _factors(work: GRUWork, block: slice) -> None:
    """What δ_t is multiplied with on its way through each step of a block."""
    a, gates, slope, factors = work.a[block], work.gates[block], work.slope[block], work.factors[block]
    z = gates[:, :, 1]
    to_candidate = factors[:, :, 3]
    sigmoid_slope(gates[:, :, :2], a[:, :, 1:3], slope[:, :, :2])
    tanh_slope(gates[:, :, 3], gates[:, :, 2], slope[:, :, 2])
    np.subtract(ONE, z, to_candidate)
    if saturated(to_candidate):
        to_candidate[:] = sigmoid(-2.0 * a[:, :, 2])
    np.multiply(to_candidate, slope[:, :, 2], to_candidate)
    np.multiply(to_candidate, gates[:, :, 0], factors[:, :, 0])
    np.multiply(to_candidate, a[:, :, 0], factors[:, :, 1])
    np.multiply(factors[:, :, 1], slope[:, :, 0], factors[:, :, 1])
    np.multiply(gates[:, :, 4], slope[:, :, 1], factors[:, :, 2])
    factors[:, :, 4] = z


def _parameter_gradients(pre: FloatArray, inputs: FloatArray, work: GRUWork, into: Parameters | None) -> Parameters:
    """Σ_t ∂L/∂ q r z s ⊗ what each is linear in, the blocks in PyTorch's order r z n."""
    units = work.h_prev.shape[2]
    if work.rows is not None:
        wide = inputs.shape[2]
        found = pre[:, : 4 * units].T.dot(work.rows[:-1])
        to_state = _blocks(found[: 3 * units, wide:])
        return given(Parameters(found[units:, :wide], to_state[:, :-1], found[units:, -1], to_state[:, -1]), into)
    bias = np.ones(len(pre)).dot(pre[:, : 4 * units])
    weight_ih = pre[:, units : 4 * units].T.dot(flat(inputs))
    weight_hh = _blocks(pre[:, : 3 * units].T.dot(flat(work.h_prev[:-1])))
    return given(Parameters(weight_ih, weight_hh, bias[units:], _blocks(bias[: 3 * units])), into)


def _from_input(weight: FloatArray) -> FloatArray:
    """PyTorch's blocks r z n of W_ih (3H, D) or b_ih (3H,) as (D, 4H) or (4H,): 0 r z s, with r z halved."""
    hidden = len(weight) // 3
    turned = np.zeros((*weight.shape[:0:-1], 4 * hidden))
    np.multiply(weight[: 2 * hidden].T, HALF, turned[..., hidden : 3 * hidden])
    turned[..., 3 * hidden :] = weight[2 * hidden :].T
    return turned


def _from_state(weight: FloatArray) -> FloatArray:
    """PyTorch's blocks r z n of W_hh (3H, H) or b_hh (3H,) as (H, 3H) or (3H,): q r z, with r z halved."""
    hidden = len(weight) // 3
    turned = np.empty(weight.shape[::-1])
    turned[..., :hidden] = weight[2 * hidden :].T
    np.multiply(weight[: 2 * hidden].T, HALF, turned[..., hidden:])
    return turned


def _blocks(rows: FloatArray) -> FloatArray:
    """Rows of q r z, (3H, …), in PyTorch's order r z n."""
    hidden = len(rows) // 3
    return np.concatenate([rows[hidden:], rows[:hidden]])
