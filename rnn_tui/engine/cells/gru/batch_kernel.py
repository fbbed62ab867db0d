"""The GRU over B sequences at once: forward, and backpropagation through time.

Inside, what a step is linear in is in the order q r z s, with q = W_hn h_{t−1} + b_hn and s = W_in x_t + b_in:
q r z side by side for what comes from h_{t−1}, r z s for what comes from x_t. The weights of r and z are halved,
σ(a) = ½ + ½ tanh(a/2).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.cells.batch_parts import (
    FUSED_BELOW,
    HALF,
    NOTHING_MORE,
    Ask,
    BatchGradient,
    block_size,
    blocks_back,
    copied_into,
    each_flat,
    empty_like,
    empty_planes,
    flat_steps,
    from_inputs,
    gates_in_rows,
    in_blocks,
    in_rows,
    one_less_sigmoid,
    sigmoid_slope,
    step_views,
    tanh_slope,
    through_weights,
    to_inputs,
)
from rnn_tui.engine.cells.kernel import BatchKernel
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.quick_tanh import STATES, TanhInto, tanh_for, tanh_in_range


@dataclass(frozen=True, eq=False, slots=True)
class GRUWork:
    """The arrays that one forward pass leaves for its reverse; T steps of B sequences, D inputs, H units.

    Attributes:
        rows, weights, h_prev: as `batch_parts.InRows` has them.
        a: q_t, the halved pre-activations of r_t and z_t, and s_t, (T, 4, B, H).
        gates: r_t z_t, n_t's pre-activation s_t + r_t ⊙ q_t, n_t and h_{t−1} − n_t, (T, 5, B, H).
        pre: ∂L/∂ q r z s and, past the candidate, ∂L/∂h_{t−1}, (T, 5, B, H).
        factors: for one block of steps, what δ_t is multiplied with to become `pre`, (n, 5, B, H).
        slope: for one block of steps, the slopes of r, z and n, (n, 3, B, H).
        tanh: the quicker ones for (2, B, H) and (B, H).
        each_row, each_state, each_factors, forward, backward: views of the arrays, a step each.
    """

    rows: FloatArray | None
    weights: FloatArray | None
    h_prev: FloatArray
    a: FloatArray
    gates: FloatArray
    pre: FloatArray
    factors: FloatArray
    slope: FloatArray
    tanh: tuple[TanhInto, TanhInto]
    each_row: list[FloatArray]
    each_state: list[FloatArray]
    each_factors: list[FloatArray]
    forward: list[tuple[FloatArray, ...]]
    backward: list[tuple[FloatArray, ...]]

    @property
    def h(self) -> FloatArray:
        """The states h_t of the last forward pass, (T, B, H)."""
        return self.h_prev[1:]


class GRUKernel(BatchKernel[GRUWork]):
    """Forward, and backpropagation through time."""

    def workspace(self, *, steps: int, batch: int, inputs: int, hidden: int) -> GRUWork:
        """A workspace for sequences of this shape: T, B, D and H."""
        rows, weights, h_prev = in_rows(steps=steps, batch=batch, inputs=inputs, hidden=hidden, blocks=4)
        at_once = block_size(steps, entries=5 * batch * hidden)
        a = empty_planes(steps=steps, blocks=4, batch=batch, hidden=hidden)
        gates = empty_planes(steps=steps, blocks=5, batch=batch, hidden=hidden)
        pre = empty_planes(steps=steps, blocks=5, batch=batch, hidden=hidden)
        factors = np.empty((at_once, 5, batch, hidden))
        forward = zip(
            each_flat(a),
            step_views(a[:, :3]),
            step_views(a[:, 1:3]),
            step_views(a[:, 0]),
            step_views(a[:, 3]),
            step_views(gates[:, :2]),
            *(step_views(gates[:, i]) for i in range(5)),
            step_views(h_prev[:-1]),
            step_views(h_prev[1:]),
            strict=True,
        )
        backward: Iterator[tuple[FloatArray, ...]] = zip(
            step_views(pre), each_flat(pre[:, :3]), step_views(pre[:, 4]), strict=True
        )
        return GRUWork(
            rows=rows,
            weights=weights,
            h_prev=h_prev,
            a=a,
            gates=gates,
            pre=pre,
            factors=factors,
            slope=np.empty((at_once, 3, batch, hidden)),
            tanh=(tanh_for(step_views(gates[:, :2])[0].shape), tanh_for(step_views(gates[:, 3])[0].shape)),
            each_row=[] if rows is None else list(rows[:-1]),
            each_state=step_views(h_prev[:-1]),
            each_factors=step_views(factors),
            forward=list(forward),
            backward=list(backward),
        )

    def forward(
        self, network: Network, *, inputs: FloatArray, h_0: FloatArray, work: GRUWork, c_0: FloatArray | None = None
    ) -> FloatArray:
        """n_t = tanh(W_in x_t + b_in + r_t ⊙ (W_hn h_{t−1} + b_hn)), h_t = n_t + z_t ⊙ (h_{t−1} − n_t), t = 1 … T."""
        parameters = network.parameters
        _, batch, wide = inputs.shape
        hidden = parameters.hidden
        work.h_prev[0] = h_0
        weight_ih, weight_hh = _from_input(parameters.weight_ih_l0), _from_state(parameters.weight_hh_l0)
        bias_ih, bias_hh = _from_input(parameters.bias_ih_l0), _from_state(parameters.bias_hh_l0)
        bias_ih[: 2 * hidden] += bias_hh[hidden:]
        fused = None
        if work.rows is not None and work.weights is not None:
            work.rows[:-1, :wide] = inputs[:, 0]
            if wide * parameters.hidden <= FUSED_BELOW:
                fused = work.weights
                fused[:wide, hidden:], fused[wide:-1, : 3 * hidden] = weight_ih, weight_hh
                fused[-1, :hidden], fused[-1, hidden:] = bias_hh[:hidden], bias_ih
        brought = np.empty_like(work.forward[0][1])
        if fused is None:
            work.a[:, 0] = bias_hh[:hidden]
            from_inputs(work.a[:, 1:], inputs=inputs, weight=weight_ih, bias=bias_ih)
        weights = [weight_hh] if batch == 1 else in_blocks(weight_hh, 3)
        outs = [brought.reshape(-1)] if batch == 1 else list(brought)
        product = np.empty_like(work.forward[0][3])
        given = (parameters.weight_ih_l0, parameters.weight_hh_l0, parameters.bias_ih_l0, parameters.bias_hh_l0)
        of_gates, of_new = (
            tanh_in_range(tanh, weights=given, factors=(inputs, h_0, STATES, STATES)) for tanh in work.tanh
        )
        multiply, add, subtract = np.multiply, np.add, np.subtract
        before = work.each_state if fused is None else work.each_row
        for start, views in zip(before, work.forward, strict=True):
            a, qrz, half_rz, q, s, rz, r, z, a_n, n, change, h_prev, h = views
            if fused is None:
                for weight, out in zip(weights, outs, strict=True):
                    start.dot(weight, out)
                add(qrz, brought, qrz)
            else:
                start.dot(fused, a)
            of_gates(half_rz, rz)
            multiply(rz, HALF, rz)
            add(rz, HALF, rz)
            multiply(r, q, product)
            add(product, s, a_n)
            of_new(a_n, n)
            subtract(h_prev, n, change)
            multiply(z, change, product)
            add(n, product, h)
        return work.h

    def backward(
        self,
        network: Network,
        *,
        inputs: FloatArray,
        direct: FloatArray,
        work: GRUWork,
        into: Parameters | None = None,
        ask: Ask = NOTHING_MORE,
    ) -> BatchGradient:
        """The gradient, by δ_{t−1} = ∂⁺L/∂h_{t−1} + z_t ⊙ δ_t + what comes through q r z."""
        parameters = network.parameters
        steps, _, batch, units = work.pre.shape
        here: FloatArray = np.array(direct if direct.ndim == 2 else direct[-1]).reshape(work.each_state[0].shape)
        each_direct = step_views(direct) if direct.ndim == 3 else None
        delta = np.empty((steps, batch, units)) if ask.hidden else None
        each_delta = None if delta is None else step_views(delta)
        through = _own_order(parameters.weight_hh_l0)
        blocks = np.split(through, 3)
        brought, scratch = np.empty_like(here), np.empty_like(here)
        multiply, add = np.multiply, np.add
        for block in blocks_back(steps, entries=5 * batch * units):
            _factors(work, block)
            for t in range(block.stop - 1, block.start - 1, -1):
                pre, qrz, past = work.backward[t]
                if each_delta is not None:
                    each_delta[t][...] = here
                multiply(work.each_factors[t - block.start], here, pre)
                if batch == 1:
                    qrz.dot(through, brought)
                else:
                    through_weights(qrz, blocks, here=brought, scratch=scratch)
                add(past, brought, here)
                if each_direct is not None and t:
                    add(here, each_direct[t - 1], here)
        into = empty_like(parameters) if into is None else into
        _parameter_gradients(inputs, work, into)
        return BatchGradient(
            parameters=into,
            h_0=here.reshape(batch, units),
            hidden=delta,
            inputs=to_inputs(work.pre[:, 1:4], parameters.weight_ih_l0) if ask.inputs else None,
        )

    def gate_gradients(self, work: GRUWork) -> FloatArray:
        """∂L/∂ q r z, (T, B, G·H)."""
        return gates_in_rows(work.pre[:, :3])


def _factors(work: GRUWork, block: slice) -> None:
    """The factors of δ_t at each step of a block."""
    count = block.stop - block.start
    a, gates, slope, factors = work.a[block], work.gates[block], work.slope[:count], work.factors[:count]
    to_candidate = factors[:, 3]
    sigmoid_slope(gates[:, :2], a[:, 1:3], slope[:, :2])
    tanh_slope(gates[:, 3], gates[:, 2], slope[:, 2])
    one_less_sigmoid(gates[:, 1], a[:, 2], to_candidate)
    np.multiply(to_candidate, slope[:, 2], to_candidate)
    np.multiply(to_candidate, gates[:, 0], factors[:, 0])
    np.multiply(to_candidate, a[:, 0], factors[:, 1])
    np.multiply(factors[:, 1], slope[:, 0], factors[:, 1])
    np.multiply(gates[:, 4], slope[:, 1], factors[:, 2])
    factors[:, 4] = gates[:, 1]


def _parameter_gradients(inputs: FloatArray, work: GRUWork, into: Parameters) -> None:
    """Σ_t ∂L/∂ q r z s ⊗ what each is linear in, the blocks in PyTorch's order r z n."""
    steps, _, batch, units = work.a.shape
    if work.rows is not None:
        wide = inputs.shape[2]
        found = work.pre[:, :4].reshape(steps, -1).T.dot(work.rows[:-1])
        of_inputs, of_state = found[units:], _pytorch_order(found[: 3 * units])
        copied_into(Parameters(of_inputs[:, :wide], of_state[:, wide:-1], of_inputs[:, -1], of_state[:, -1]), into)
        return
    ones = np.ones(steps * batch)
    for block in range(3):
        rows = slice(block * units, (block + 1) * units)
        from_input, from_state = flat_steps(work.pre[:, 1 + block]), flat_steps(work.pre[:, (1 + block) % 3])
        from_input.T.dot(flat_steps(inputs), into.weight_ih_l0[rows])
        from_state.T.dot(flat_steps(work.h_prev[:-1]), into.weight_hh_l0[rows])
        ones.dot(from_input, into.bias_ih_l0[rows])
        ones.dot(from_state, into.bias_hh_l0[rows])


def _from_input(weight: FloatArray) -> FloatArray:
    """PyTorch's blocks r z n of W_ih (3H, D) or b_ih (3H,) as (D, 3H) or (3H,): r z s, with r z halved."""
    hidden = len(weight) // 3
    turned = np.array(weight.T)
    turned[..., : 2 * hidden] *= HALF
    return turned


def _from_state(weight: FloatArray) -> FloatArray:
    """PyTorch's blocks r z n of W_hh (3H, H) or b_hh (3H,) as (H, 3H) or (3H,): q r z, with r z halved."""
    hidden = len(weight) // 3
    turned = np.empty(weight.shape[::-1])
    turned[..., :hidden] = weight[2 * hidden :].T
    np.multiply(weight[: 2 * hidden].T, HALF, turned[..., hidden:])
    return turned


def _own_order(weight: FloatArray) -> FloatArray:
    """Rows of PyTorch's blocks r z n, (3H, …), in the order q r z."""
    hidden = len(weight) // 3
    return np.concatenate([weight[2 * hidden :], weight[: 2 * hidden]])


def _pytorch_order(rows: FloatArray) -> FloatArray:
    """Rows of q r z, (3H, …), in PyTorch's order r z n."""
    hidden = len(rows) // 3
    return np.concatenate([rows[hidden:], rows[:hidden]])
