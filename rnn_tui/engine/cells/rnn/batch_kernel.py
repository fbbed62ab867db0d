"""The simple RNN over B sequences at once: forward, and backpropagation through time."""

from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.cells.batch_parts import (
    ACTIVATE_INTO,
    FUSED_BELOW,
    NOTHING_MORE,
    SLOPE_INTO,
    Ask,
    BatchGradient,
    blocks_back,
    copied_into,
    empty_like,
    flat_steps,
    in_rows,
    step_views,
)
from rnn_tui.engine.cells.kernel import BatchKernel
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.quick_tanh import STATES, TanhInto, tanh_for, tanh_in_range


@dataclass(frozen=True, eq=False, slots=True)
class RNNWork:
    """The arrays that one forward pass leaves for its reverse; T steps of B sequences, D inputs, H units.

    Of a batch [x_t, 1] is kept, for the bias. The lists are views of the arrays, a step each: to make them takes as
    long as a step does.

    Attributes:
        rows, weights, h_prev: as `batch_parts.InRows` has them.
        given: [x_t, 1], (T, B, D + 1).
        a, pre: the pre-activations a_t, and ∂L/∂a_t, (T, B, H).
        slope: φ'(a_t), (T, B, H).
        tanh: the quicker one for (B, H).
    """

    rows: FloatArray | None
    weights: FloatArray | None
    given: FloatArray
    h_prev: FloatArray
    a: FloatArray
    pre: FloatArray
    slope: FloatArray
    tanh: TanhInto
    each_row: list[FloatArray]
    each_state: list[FloatArray]
    each_a: list[FloatArray]
    each_pre: list[FloatArray]
    each_slope: list[FloatArray]

    @property
    def h(self) -> FloatArray:
        """The states h_t of the last forward pass, (T, B, H)."""
        return self.h_prev[1:]


class RNNKernel(BatchKernel[RNNWork]):
    """Forward, and backpropagation through time."""

    def workspace(self, *, steps: int, batch: int, inputs: int, hidden: int) -> RNNWork:
        """A workspace for sequences of this shape: T, B, D and H."""
        rows, weights, h_prev = in_rows(steps=steps, batch=batch, inputs=inputs, hidden=hidden, blocks=1)
        a, pre, slope = (np.empty((steps, batch, hidden)) for _ in range(3))
        return RNNWork(
            rows=rows,
            weights=weights,
            given=np.ones((steps, batch, inputs + 1)),
            h_prev=h_prev,
            a=a,
            pre=pre,
            slope=slope,
            tanh=tanh_for((hidden,) if batch == 1 else (batch, hidden)),
            each_row=[] if rows is None else list(rows[:steps]),
            each_state=step_views(h_prev),
            each_a=step_views(a),
            each_pre=step_views(pre),
            each_slope=step_views(slope),
        )

    def forward(
        self, network: Network, *, inputs: FloatArray, h_0: FloatArray, work: RNNWork, c_0: FloatArray | None = None
    ) -> FloatArray:
        """h_t = φ(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh), t = 1 … T."""
        parameters, activation, wide = network.parameters, network.activation, inputs.shape[2]
        if work.rows is not None:
            work.rows[:-1, :wide] = inputs[:, 0]
        work.h_prev[0] = h_0
        bias = parameters.bias_ih_l0 + parameters.bias_hh_l0
        phi = ACTIVATE_INTO[activation]
        if activation == "tanh":
            weights = (parameters.weight_ih_l0, parameters.weight_hh_l0, bias)
            phi = tanh_in_range(work.tanh, weights=weights, factors=(inputs, h_0, STATES))
        if work.weights is not None and wide * parameters.hidden <= FUSED_BELOW:
            work.weights[:wide] = parameters.weight_ih_l0.T
            work.weights[wide:-1] = parameters.weight_hh_l0.T
            work.weights[-1] = bias
            to_unit = work.weights.T.dot
            for row, a, h in zip(work.each_row, work.each_a, work.each_state[1:], strict=True):
                to_unit(row, a)
                phi(a, h)
            return work.h
        work.given[:, :, :wide] = inputs
        flat_steps(work.given).dot(np.vstack([parameters.weight_ih_l0.T, bias]), flat_steps(work.a))
        turned, brought, add = np.ascontiguousarray(parameters.weight_hh_l0.T), np.empty_like(work.each_a[0]), np.add
        for h_prev, a, h in zip(work.each_state[:-1], work.each_a, work.each_state[1:], strict=True):
            h_prev.dot(turned, brought)
            add(a, brought, a)
            phi(a, h)
        return work.h

    def backward(
        self,
        network: Network,
        *,
        inputs: FloatArray,
        direct: FloatArray,
        work: RNNWork,
        into: Parameters | None = None,
        ask: Ask = NOTHING_MORE,
    ) -> BatchGradient:
        """The gradient, by δ_{t−1} = ∂⁺L/∂h_{t−1} + (φ'(a_t) ⊙ δ_t) W_hh."""
        parameters, activation = network.parameters, network.activation
        steps, batch, units = work.a.shape
        here: FloatArray = (direct if direct.ndim == 2 else direct[-1]).reshape(work.each_pre[0].shape)
        each_direct = step_views(direct) if direct.ndim == 3 else None
        delta = np.empty((steps + 1, batch, units)) if ask.hidden else None
        each_delta = None if delta is None else step_views(delta)
        if each_delta is not None:
            each_delta[-1][...] = here
        brought = np.empty_like(here)
        through, multiply, add = parameters.weight_hh_l0, np.multiply, np.add
        for block in blocks_back(steps, entries=batch * units):
            SLOPE_INTO[activation](work.h[block], work.a[block], work.slope[block])
            slopes, pres = work.each_slope[block][::-1], work.each_pre[block][::-1]
            if each_direct is None and each_delta is None:
                for slope, pre in zip(slopes, pres, strict=True):
                    multiply(here, slope, pre)
                    here = brought
                    pre.dot(through, here)
                continue
            for t, slope, pre in zip(range(block.stop - 1, block.start - 1, -1), slopes, pres, strict=True):
                multiply(here, slope, pre)
                here = brought if each_delta is None else each_delta[t]
                pre.dot(through, here)
                if each_direct is not None and t:
                    add(here, each_direct[t - 1], here)
        return BatchGradient(
            parameters=_parameter_gradients(parameters, inputs, work, into),
            h_0=here.reshape(batch, units),
            hidden=None if delta is None else delta[1:],
            inputs=work.pre @ parameters.weight_ih_l0 if ask.inputs else None,
        )

    def gate_gradients(self, work: RNNWork) -> FloatArray:
        """∂L/∂a_t, (T, B, H)."""
        return work.pre


def _parameter_gradients(
    parameters: Parameters, inputs: FloatArray, work: RNNWork, into: Parameters | None
) -> Parameters:
    """Σ_t ∂L/∂a_t ⊗ what a_t is linear in."""
    pre = flat_steps(work.pre)
    if work.rows is None:
        into = empty_like(parameters) if into is None else into
        from_given = flat_steps(work.given).T.dot(pre)
        into.weight_ih_l0[...], into.bias_ih_l0[:] = from_given[:-1].T, from_given[-1]
        pre.T.dot(flat_steps(work.h_prev[:-1]), into.weight_hh_l0)
        into.bias_hh_l0[:] = into.bias_ih_l0
        return into
    wide = inputs.shape[2]
    found = pre.T.dot(work.rows[:-1])
    return copied_into(Parameters(found[:, :wide], found[:, wide:-1], found[:, -1], found[:, -1]), into)
