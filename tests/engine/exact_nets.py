"""Derivatives of any smooth network to many digits, each the imaginary part that a step of i·10⁻ᴺ leaves."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import numpy as np

from rnn_tui.engine.numbers.arrays import AnyArray
from tests.engine.equation_net import EquationNet, Nudge
from tests.engine.exact import log10

STEP = 300  # N
DIGITS = 700


class ExactNet:
    """One network at `DIGITS` digits. Row t, column k; what is at t < k is zero."""

    def __init__(self, net: EquationNet) -> None:
        with mp.workdps(DIGITS):
            self.nudge = mp.mpc(0, mp.mpf(10) ** -STEP)
            self.net = net.exact()
            self.h, self.c = self.net.states()
        self.hidden, self.inputs = len(net.h_0), net.inputs.shape[1]

    @cached_property
    def state_jacobians(self) -> AnyArray:
        """∂h_t/∂h_k, (T, T, H, H); of an LSTM with c_k held."""
        return self._filled(self.hidden, lambda k, unit: self.net.states(at_state=self._at(k, unit))[0])

    @cached_property
    def cell_jacobians(self) -> AnyArray:
        """∂h_t/∂c_k, the way from c_k to h_k included."""
        return self._filled(self.hidden, lambda k, unit: self.net.states(at_cell=self._at(k, unit))[0])

    @cached_property
    def word_jacobians(self) -> AnyArray:
        """∂h_t/∂x_k, (T, T, H, D)."""
        return self._filled(self.inputs, lambda k, i: self.net.states(inputs=self._moved(k, i))[0])

    @cached_property
    def loss_slopes(self) -> AnyArray:
        """∂L_t/∂b_hh⁽ᵏ⁾, b_hh⁽ᵏ⁾ being the copy of step k: (T, T, G·H)."""
        rows = len(self.net.of_step("bias_hh_l0", 0))
        states = self.net.states
        return self._filled(rows, lambda k, i: self.net.step_losses(states(at_bias=self._at(k, i))[0]))

    def without(self, k: int) -> list[Any]:
        """h_t with word k taken out."""
        inputs = self.net.inputs.copy()
        inputs[k] = inputs[k] * 0
        with mp.workdps(DIGITS):
            return self.net.states(inputs=inputs)[0]

    def log10_itemised(self, t: int, k: int) -> float:
        """log10 ‖∂L_t/∂W_hh⁽ᵏ⁾‖: ∂L_t/∂b_hh⁽ᵏ⁾ ⊗ h_{k−1}."""
        return log10_norm(self.loss_slopes[t, k]) + log10_norm(self.h[k - 1] if k else self.net.h_0)

    def _filled(self, count: int, nudged: Callable[[int, int], Any]) -> AnyArray:
        columns = []
        with mp.workdps(DIGITS):
            slope = np.frompyfunc(lambda value: mp.im(value) / mp.im(self.nudge), 1, 1)
            for k in range(self.net.steps):
                each = [slope(np.array(nudged(k, i), dtype=object)) for i in range(count)]
                columns.append(np.stack(each, axis=-1))
        return np.stack(columns, axis=1)

    def _at(self, k: int, place: int) -> Nudge:
        def at(t: int, value: Any) -> Any:
            return self._nudged(value, place) if t == k else value

        return at

    def _moved(self, k: int, place: int) -> AnyArray:
        inputs = self.net.inputs.copy()
        inputs[k] = self._nudged(inputs[k], place)
        return inputs

    def _nudged(self, value: AnyArray, place: int) -> AnyArray:
        moved = value.copy()
        moved[place] = moved[place] + self.nudge
        return moved


def log10_norm(values: Any) -> float:
    """log10 √Σ v²."""
    with mp.workdps(DIGITS):
        return log10(mp.sqrt(mp.fsum(one * one for one in np.ravel(values))))


def log10_spectral(matrix: Any) -> float:
    """log10 ‖J‖₂, from the largest eigenvalue of JᵀJ."""
    with mp.workdps(DIGITS):
        size = mp.sqrt(mp.fsum(one * one for one in np.ravel(matrix)))
        if not size:
            return -np.inf
        each = mp.matrix((matrix / size).tolist())
        return log10(size * mp.sqrt(max(mp.eigsy(each.T * each, eigvals_only=True))))
