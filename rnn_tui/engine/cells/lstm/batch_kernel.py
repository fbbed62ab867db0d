"""The LSTM over B sequences at once: forward, and backpropagation through time.

Inside, the gates are in the order o i f g: the three sigmoid gates side by side, and i f beside g c_{t−1}, which one
product multiplies pair by pair. With the sigmoid gates' weights halved, σ(a) = ½ + ½ tanh(a/2) makes one tanh serve
all four.
"""

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

PLACES = (3, 0, 1, 2)  # of o i f g among PyTorch's i f g o


@dataclass(frozen=True, eq=False, slots=True)
class LSTMWork:
    """The arrays that one forward pass leaves for its reverse; T steps of B sequences, D inputs, H units.

    Attributes:
        rows, weights, h_prev: as `batch_parts.InRows` has them.
        a: the pre-activations, those of o i f halved, and of g, (T, 4, B, H).
        gates: o_t i_t f_t g_t c_{t−1}, (T + 1, 5, B, H).
        tanh_c: tanh(c_t), (T, B, H).
        pre: ∂L/∂c_t from h_t, ∂L/∂a_t of o i f g, and ∂L/∂c_{t−1}, (T, 6, B, H).
        factors: for one block of steps, what makes the six of `pre`: ∂L/∂h_t times the first two, ∂L/∂c_t times the
            others, (n, 6, B, H).
        slope: for one block of steps, the slopes of o i f g and tanh(c_t), (n, 5, B, H).
        tanh: the quicker ones for (4, B, H) and (B, H).
        each_row, each_state, each_factors, forward, backward: views of the arrays, a step each.
    """

    rows: FloatArray | None
    weights: FloatArray | None
    h_prev: FloatArray
    a: FloatArray
    gates: FloatArray
    tanh_c: FloatArray
    pre: FloatArray
    factors: FloatArray
    slope: FloatArray
    tanh: tuple[TanhInto, TanhInto]
    each_row: list[FloatArray]
    each_state: list[FloatArray]
    each_factors: list[tuple[FloatArray, ...]]
    forward: list[tuple[FloatArray, ...]]
    backward: list[tuple[FloatArray, ...]]

    @property
    def h(self) -> FloatArray:
        """The states h_t of the last forward pass, (T, B, H)."""
        return self.h_prev[1:]

    @property
    def c(self) -> FloatArray:
        """The cell states c_t of the last forward pass, (T, B, H)."""
        return self.gates[1:, 4]


class LSTMKernel(BatchKernel[LSTMWork]):
    """Forward, and backpropagation through time."""

    def workspace(self, *, steps: int, batch: int, inputs: int, hidden: int) -> LSTMWork:
        """A workspace for sequences of this shape: T, B, D and H."""
        rows, weights, h_prev = in_rows(steps=steps, batch=batch, inputs=inputs, hidden=hidden, blocks=4)
        at_once = block_size(steps, entries=5 * batch * hidden)
        a = empty_planes(steps=steps, blocks=4, batch=batch, hidden=hidden)
        gates = empty_planes(steps=steps + 1, blocks=5, batch=batch, hidden=hidden)
        pre = empty_planes(steps=steps, blocks=6, batch=batch, hidden=hidden)
        tanh_c, factors = np.empty((steps, batch, hidden)), np.empty((at_once, 6, batch, hidden))
        forward = zip(
            step_views(a),
            each_flat(a),
            step_views(gates[:-1, :4]),
            step_views(gates[:-1, :3]),
            step_views(gates[:-1, 1:3]),
            step_views(gates[:-1, 3:]),
            step_views(gates[1:, 4]),
            step_views(tanh_c),
            step_views(gates[:-1, 0]),
            step_views(h_prev[1:]),
            strict=True,
        )
        backward = zip(
            step_views(pre[:, :2]),
            step_views(pre[:, 0]),
            step_views(pre[:, 2:]),
            each_flat(pre[:, 1:5]),
            step_views(pre[:, 5]),
            strict=True,
        )
        return LSTMWork(
            rows=rows,
            weights=weights,
            h_prev=h_prev,
            a=a,
            gates=gates,
            tanh_c=tanh_c,
            pre=pre,
            factors=factors,
            slope=np.empty((at_once, 5, batch, hidden)),
            tanh=(tanh_for(step_views(a)[0].shape), tanh_for(step_views(tanh_c)[0].shape)),
            each_row=[] if rows is None else list(rows[:-1]),
            each_state=step_views(h_prev[:-1]),
            each_factors=list(zip(step_views(factors[:, :2]), step_views(factors[:, 2:]), strict=True)),
            forward=list(forward),
            backward=list(backward),
        )

    def forward(
        self, network: Network, *, inputs: FloatArray, h_0: FloatArray, work: LSTMWork, c_0: FloatArray | None = None
    ) -> FloatArray:
        """c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t and h_t = o_t ⊙ tanh(c_t), t = 1 … T."""
        parameters = network.parameters
        _, batch, wide = inputs.shape
        work.h_prev[0] = h_0
        work.gates[0, 4] = 0.0 if c_0 is None else c_0
        bias = _turned(parameters.bias_ih_l0 + parameters.bias_hh_l0)
        weight_ih, weight_hh = _turned(parameters.weight_ih_l0), _turned(parameters.weight_hh_l0)
        fused = None
        if work.rows is not None and work.weights is not None:
            work.rows[:-1, :wide] = inputs[:, 0]
            if wide * parameters.hidden <= FUSED_BELOW:
                fused = work.weights
                fused[:wide], fused[wide:-1], fused[-1] = weight_ih, weight_hh, bias
        brought = np.empty_like(work.forward[0][0])
        if fused is None:
            from_inputs(work.a, inputs=inputs, weight=weight_ih, bias=bias)
        weights = [weight_hh] if batch == 1 else in_blocks(weight_hh, 4)
        outs = [brought.reshape(-1)] if batch == 1 else list(brought)
        products = np.empty_like(work.forward[0][4])
        new, old = products
        given = (parameters.weight_ih_l0, parameters.weight_hh_l0, parameters.bias_ih_l0, parameters.bias_hh_l0)
        of_gates, of_state = (
            tanh_in_range(tanh, weights=given, factors=(inputs, h_0, STATES, STATES)) for tanh in work.tanh
        )
        multiply, add = np.multiply, np.add
        before = work.each_state if fused is None else work.each_row
        for start, (a, flat_a, ifgo, sigmoids, i_f, g_c, c, tanh_c, o, h) in zip(before, work.forward, strict=True):
            if fused is None:
                for weight, out in zip(weights, outs, strict=True):
                    start.dot(weight, out)
                add(a, brought, a)
            else:
                start.dot(fused, flat_a)
            of_gates(a, ifgo)
            multiply(sigmoids, HALF, sigmoids)
            add(sigmoids, HALF, sigmoids)
            multiply(i_f, g_c, products)
            add(old, new, c)
            of_state(c, tanh_c)
            multiply(o, tanh_c, h)
        return work.h

    def backward(
        self,
        network: Network,
        *,
        inputs: FloatArray,
        direct: FloatArray,
        work: LSTMWork,
        into: Parameters | None = None,
        ask: Ask = NOTHING_MORE,
    ) -> BatchGradient:
        """The gradient, by ∂L/∂c_t = f_{t+1} ∂L/∂c_{t+1} + o_t tanh'(c_t) δ_t."""
        parameters = network.parameters
        steps, batch, units = work.tanh_c.shape
        here: FloatArray = np.array(direct if direct.ndim == 2 else direct[-1]).reshape(work.each_state[0].shape)
        each_direct = step_views(direct) if direct.ndim == 3 else None
        delta = np.empty((steps, batch, units)) if ask.hidden else None
        each_delta = None if delta is None else step_views(delta)
        through = _own_order(parameters.weight_hh_l0)
        blocks = np.split(through, 4)
        dc, scratch, carried = np.empty_like(here), np.empty_like(here), np.zeros_like(here)
        multiply, add = np.multiply, np.add
        for block in blocks_back(steps, entries=5 * batch * units):
            _factors(work, block)
            for t in range(block.stop - 1, block.start - 1, -1):
                of_h, of_c = work.each_factors[t - block.start]
                from_h, to_c, from_c, pre, to_c_before = work.backward[t]
                if each_delta is not None:
                    each_delta[t][...] = here
                multiply(of_h, here, from_h)
                add(to_c, carried, dc)
                multiply(of_c, dc, from_c)
                carried = to_c_before
                if batch == 1:
                    pre.dot(through, here)
                else:
                    through_weights(pre, blocks, here=here, scratch=scratch)
                if each_direct is not None and t:
                    add(here, each_direct[t - 1], here)
        into = empty_like(parameters) if into is None else into
        _parameter_gradients(inputs, work, into)
        return BatchGradient(
            parameters=into,
            h_0=here.reshape(batch, units),
            c_0=carried.reshape(batch, units).copy(),
            hidden=delta,
            inputs=to_inputs(work.pre[:, 1:5], _own_order(parameters.weight_ih_l0)) if ask.inputs else None,
        )

    def gate_gradients(self, work: LSTMWork) -> FloatArray:
        """∂L/∂ o i f g, (T, B, G·H)."""
        return gates_in_rows(work.pre[:, 1:5])


def _factors(work: LSTMWork, block: slice) -> None:
    """The factors of the gradient at each step of a block."""
    count = block.stop - block.start
    a, gates, tanh_c = work.a[block], work.gates[block], work.tanh_c[block]
    slope, factors = work.slope[:count], work.factors[:count]
    sigmoid_slope(gates[:, :3], a[:, :3], slope[:, :3])
    tanh_slope(gates[:, 3], a[:, 3], slope[:, 3])
    tanh_slope(tanh_c, work.c[block], slope[:, 4])
    np.multiply(gates[:, 0], slope[:, 4], factors[:, 0])
    np.multiply(tanh_c, slope[:, 0], factors[:, 1])
    np.multiply(gates[:, 3:], slope[:, 1:3], factors[:, 2:4])
    np.multiply(gates[:, 1], slope[:, 3], factors[:, 4])
    factors[:, 5] = gates[:, 2]


def _parameter_gradients(inputs: FloatArray, work: LSTMWork, into: Parameters) -> None:
    """Σ_t ∂L/∂a_t ⊗ what a_t is linear in, the blocks in PyTorch's order."""
    steps, _, batch, units = work.a.shape
    if work.rows is not None:
        wide = inputs.shape[2]
        found = work.pre[:, 1:5].reshape(steps, -1).T.dot(work.rows[:-1])
        found = np.concatenate([found[units:], found[:units]])
        copied_into(Parameters(found[:, :wide], found[:, wide:-1], found[:, -1], found[:, -1]), into)
        return
    ones = np.ones(steps * batch)
    for block, place in enumerate(PLACES):
        rows = slice(place * units, (place + 1) * units)
        pre = flat_steps(work.pre[:, 1 + block])
        pre.T.dot(flat_steps(inputs), into.weight_ih_l0[rows])
        pre.T.dot(flat_steps(work.h_prev[:-1]), into.weight_hh_l0[rows])
        ones.dot(pre, into.bias_ih_l0[rows])
    into.bias_hh_l0[:] = into.bias_ih_l0


def _own_order(weight: FloatArray) -> FloatArray:
    """Rows of PyTorch's blocks i f g o, (4H, …), in the order o i f g."""
    hidden = len(weight) // 4
    return np.concatenate([weight[3 * hidden :], weight[: 3 * hidden]])


def _turned(weight: FloatArray) -> FloatArray:
    """PyTorch's blocks i f g o of a matrix (4H, N) or vector (4H,) as (N, 4H) or (4H,), o i f g with o i f halved."""
    hidden = len(weight) // 4
    turned = np.empty(weight.shape[::-1])
    np.multiply(weight[3 * hidden :].T, HALF, turned[..., :hidden])
    np.multiply(weight[: 2 * hidden].T, HALF, turned[..., hidden : 3 * hidden])
    turned[..., 3 * hidden :] = weight[2 * hidden : 3 * hidden].T
    return turned
