"""Backpropagation through time: δ_t = ∂L/∂h_t at every step, and from them the gradient of every parameter.

`linear_maps.linearise` gives the maps of all steps, `walk.walk_back` takes one row back through them, this module adds
each step's own loss on the way and writes down what arrives.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.backprop import adjoint
from rnn_tui.engine.backprop.adjoint import gate_adjoint, h_as_state
from rnn_tui.engine.backprop.adjoint_floats import gate_adjoint_floats
from rnn_tui.engine.backprop.linear_maps import LinearMaps
from rnn_tui.engine.backprop.truncation import within_window
from rnn_tui.engine.backprop.unroll import Trajectory
from rnn_tui.engine.backprop.walk import walk_back
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.numbers.arithmetic import outer_each, outer_sum, sum_first_axis
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, from_floats, rescale
from rnn_tui.engine.numbers.scaled_rows import (
    ScaledRows,
    add_rows,
    clip_rows,
    rows_from_scaled,
    rows_to_scaled,
    stack_rows,
)


class HiddenGradient(NamedTuple):
    """The gradient at every step, with all later effects of that step.

    Attributes:
        delta: δ_t = ∂L/∂h_t, of an LSTM with c_t held: (T, …, H) with an exponent a step.
        cell: of an LSTM ∂L/∂c_t, the way c_t → h_t included: (T, …, H) with an exponent a step; else None.
        gates: ∂L/∂(W_hh h_{t−1} + b_hh), (T, …, G·H) with an exponent a step.
        inputs: ∂L/∂(W_ih x_t + b_ih), the same but in the GRU.
        limited: where δ_t was limited, (T, …).
    """

    delta: Scaled
    cell: Scaled | None
    gates: Scaled
    inputs: Scaled
    limited: AnyArray


def hidden_gradient(
    maps: LinearMaps,
    direct: Scaled,
    weights: FloatArray,
    *,
    step_threshold: float | None = None,
    truncate: int | None = None,
) -> HiddenGradient:
    """δ_t = w_t ∂⁺L_t/∂h_t + (∂s_{t+1}/∂h_t)ᵀ δ_{t+1}; for the simple RNN the last is W_hhᵀ (φ'(a_{t+1}) ⊙ δ_{t+1}).

    Args:
        maps: the linear maps of all steps.
        direct: ∂⁺L_t/∂h_t, (T, …, H) with an exponent a step.
        weights: w_t, (T,).
        step_threshold: where given, every δ_t, of an LSTM jointly over (h, c), is limited to this 2-norm before it
            goes further back.
        truncate: where given, no L_t goes back more than so many steps.
    """
    steps, size = maps.steps, maps.size
    state = Scaled(
        np.zeros((steps, *maps.ensemble_shape, size)), np.zeros((steps, *maps.ensemble_shape), dtype=np.int64)
    )
    gates = maps.gates * maps.hidden
    cell = _like(state, maps.hidden) if maps.parts == 2 else None
    found = _Found(state, _like(state, gates), _like(state, gates), cell)
    limited, apart = np.zeros((steps, *maps.ensemble_shape), dtype=bool), np.zeros(steps, dtype=bool)
    inject = _Inject(maps, direct, weights, step_threshold, truncate, limited)
    for t, rows in walk_back(maps, inject.at, last=steps - 1):
        row = _summed(rows)
        apart[t] = row.wide or bool(maps.apart[t])
        if apart[t]:
            _keep(found.state, t, row)
            _keep(found.gates, t, gate_adjoint(row, maps, t))
            _keep(found.inputs, t, gate_adjoint(row, maps, t, of_inputs=True))
            if found.cell is not None:
                _keep(found.cell, t, adjoint.cell_adjoint(row, maps, t))
        else:
            found.state.mantissa[t], found.state.exponent[t] = row.mantissa[..., 0, :], row.exponent[..., 0, 0]
    _fill_together(found, maps, ~apart)
    delta = Scaled(state.mantissa[..., : maps.hidden], state.exponent)
    return HiddenGradient(delta, found.cell, found.gates, found.inputs, limited)


class _Found(NamedTuple):
    """The gradients kept on the way back; `state` is ∂L/∂s_t."""

    state: Scaled
    gates: Scaled
    inputs: Scaled
    cell: Scaled | None


class _Inject(NamedTuple):
    """What a step's own loss adds, and what clipping and truncation take away, on the way back."""

    maps: LinearMaps
    direct: Scaled
    weights: FloatArray
    step_threshold: float | None
    truncate: int | None
    limited: AnyArray

    def at(self, t: int, rows: ScaledRows | None) -> ScaledRows | None:
        """The rows that go on from step t."""
        if self.truncate is not None and rows is not None:
            rows = within_window(rows, self.maps, self.weights, t=t, steps=self.truncate)
        if self.weights[t]:
            here = Scaled(
                h_as_state((self.direct.mantissa[t] * self.weights[t])[..., None, :], self.maps),
                self.direct.exponent[t][..., None],
            )
            new = rows_from_scaled(here)
            if rows is None:
                rows = new
            elif self.truncate is None:
                rows = add_rows(rows, new)
            else:  # a row for every loss, so that each can end where its own window does
                rows = stack_rows(new, rows)
        if self.step_threshold is not None and rows is not None:
            rows, self.limited[t] = clip_rows(rows, self.step_threshold)
        return rows


def _like(state: Scaled, width: int) -> Scaled:
    return Scaled(np.zeros((*state.mantissa.shape[:-1], width)), np.zeros_like(state.exponent))


def _summed(rows: ScaledRows) -> ScaledRows:
    """The rows of all the losses that a truncated gradient comes from, as one row."""
    if rows.mantissa.shape[-2] == 1:
        return rows
    each = rows_to_scaled(rows)
    moved = Scaled(np.moveaxis(each.mantissa, -2, 0), np.moveaxis(each.exponent, -1, 0))
    return rows_from_scaled(_of_blocks(moved))


def _of_blocks(value: Scaled) -> Scaled:
    whole = sum_first_axis(value)
    return Scaled(whole.mantissa[..., None, :], whole.exponent[..., None])


def _keep(kept: Scaled, t: int, row: ScaledRows) -> None:
    mantissa, exponent = rows_to_scaled(row)
    kept.mantissa[t], kept.exponent[t] = mantissa[..., 0, :], exponent[..., 0]


def _fill_together(found: _Found, maps: LinearMaps, together: AnyArray) -> None:
    """The gradients of gates and cells at all the steps whose factors need no exponents, in one product each."""
    # a row may have drifted as far as one more steep factor would take it out of float64
    rows, exponent = rescale(Scaled(found.state.mantissa[together], found.state.exponent[together]))
    for kept, factors in ((found.gates, maps.factors.to_gates), (found.inputs, maps.factors.to_inputs)):
        kept.mantissa[together] = gate_adjoint_floats(rows[..., None, :], factors.mantissa[together])[..., 0, :]
        kept.exponent[together] = exponent
    if found.cell is not None and maps.factors.through is not None:
        hidden = maps.hidden
        through = maps.factors.through.mantissa[together]
        found.cell.mantissa[together] = rows[..., hidden:] + rows[..., :hidden] * through
        found.cell.exponent[together] = exponent


def parameter_gradients(network: Network, trajectory: Trajectory, gradient: HiddenGradient) -> Mapping[str, Scaled]:
    """Σ_t ∂L/∂(gates of step t) ⊗ what they are linear in, by PyTorch's parameter names; one exponent a tensor.

    Of a feed-forward net nothing is summed: every layer has its own, (T, …).
    """
    ones = from_floats(np.ones((*gradient.gates.mantissa.shape[:-1], 1)), blocks=gradient.gates.exponent.ndim)
    inputs = _inputs_ahead(trajectory, gradient.gates.mantissa.ndim)
    gathered = outer_each if network.layered else outer_sum
    bias_ih, bias_hh = (gathered(each, ones) for each in (gradient.inputs, gradient.gates))
    return {
        "weight_ih_l0": gathered(gradient.inputs, inputs),
        "weight_hh_l0": gathered(gradient.gates, trajectory.h_prev),
        "bias_ih_l0": Scaled(bias_ih.mantissa[..., 0], bias_ih.exponent),
        "bias_hh_l0": Scaled(bias_hh.mantissa[..., 0], bias_hh.exponent),
    }


def _inputs_ahead(trajectory: Trajectory, axes: int) -> Scaled:
    inputs = trajectory.inputs
    if inputs.ndim < axes:
        inputs = np.broadcast_to(inputs[:, None], (len(inputs), *trajectory.h_0.shape[:-1], inputs.shape[-1]))
    return rescale(from_floats(inputs, blocks=inputs.ndim - 1))
