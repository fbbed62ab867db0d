"""A simple RNN in 60-digit arithmetic, by the defining equations alone: what the engine should have found."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import numpy as np

from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled
from tests.engine.nets import Net

DIGITS = 60

VALUE: Mapping[str, Callable[[Any], Any]] = {
    "tanh": mp.tanh,
    "sigmoid": lambda a: 1 / (1 + mp.exp(-a)),
    "relu": lambda a: a if a > 0 else mp.mpf(0),
    "linear": lambda a: a,
}
SLOPE: Mapping[str, Callable[[Any], Any]] = {
    "tanh": lambda a: mp.sech(a) ** 2,
    "sigmoid": lambda a: mp.exp(-abs(a)) / (1 + mp.exp(-abs(a))) ** 2,
    "relu": lambda a: mp.mpf(1 if a > 0 else 0),
    "linear": lambda _: mp.mpf(1),
}


class Exact:
    """One network at `digits` digits; every method answers in mpmath numbers or their log10."""

    def __init__(self, net: Net, *, digits: int = DIGITS) -> None:
        self.net, self.digits = net, digits
        self.steps = len(net.targets)
        with mp.workdps(digits):
            self.weight_ih = mp.matrix(net.parameters.weight_ih_l0.tolist())
            self.weight_hh = mp.matrix(net.parameters.weight_hh_l0.tolist())
            bias = zip(net.parameters.bias_ih_l0, net.parameters.bias_hh_l0, strict=True)
            self.bias = mp.matrix([mp.mpf(float(ih)) + mp.mpf(float(hh)) for ih, hh in bias])
            self.inputs = [mp.matrix(row.tolist()) for row in net.inputs]
            self.a, self.h = self.forward(self.inputs)
            self.factors = [mp.diag(list(a.apply(SLOPE[net.activation]))) for a in self.a]

    def forward(self, inputs: list[Any]) -> tuple[list[Any], list[Any]]:
        """a_t and h_t for these inputs."""
        state, before, after = mp.matrix(self.net.h_0.tolist()), [], []
        for x in inputs:
            a = self.weight_ih * x + self.bias + self.weight_hh * state
            state = a.apply(VALUE[self.net.activation])
            before.append(a)
            after.append(state)
        return before, after

    @cache  # noqa: B019 - an Exact lives no longer than its test
    def jacobian(self, t: int, k: int) -> Any:
        """∂h_t/∂h_k."""
        if t == k:
            return mp.eye(len(self.net.h_0))
        return self.jacobian(t, k + 1) * self.factors[k + 1] * self.weight_hh

    @cache  # noqa: B019
    def without(self, k: int) -> list[Any]:
        """h_t with word k taken out."""
        return self.forward([x * 0 if step == k else x for step, x in enumerate(self.inputs)])[1]

    def log10_spectral(self, t: int, k: int) -> float:
        """log10 ‖∂h_t/∂h_k‖₂, from the largest eigenvalue of JᵀJ."""
        with mp.workdps(2 * self.digits):
            jacobian = self.jacobian(t, k)
            return log10(mp.sqrt(max(mp.eigsy(jacobian.T * jacobian, eigvals_only=True))))

    def log10_influence(self, t: int, k: int, measure: str) -> float:
        """log10 of the influence of word k on h_t."""
        with mp.workdps(self.digits):
            if measure == "occlusion":
                return log10(mp.norm(self.h[t] - self.without(k)[t]))
            to_input = self.jacobian(t, k) * self.factors[k] * self.weight_ih
            return log10(mp.norm(to_input if measure == "gradient" else to_input * self.inputs[k]))

    @cache  # noqa: B019
    def loss_and_error(self, t: int) -> tuple[Any, Any]:
        """L_t and ∂L_t/∂h_t at h_t itself."""
        weight, bias = mp.matrix(self.net.readout.weight.tolist()), mp.matrix(self.net.readout.bias.tolist())
        logits, target = weight * self.h[t] + bias, int(self.net.targets[t])
        rivals = mp.fsum(mp.exp(y - logits[target]) for v, y in enumerate(logits) if v != target)
        error = mp.matrix([mp.exp(y - logits[target]) / (1 + rivals) for y in logits])
        error[target] = -rivals / (1 + rivals)
        return mp.log1p(rivals), weight.T * error

    def gradient_at_state(self, t: int, k: int) -> Any:
        """∂L_t/∂h_k."""
        return self.jacobian(t, k).T * self.loss_and_error(t)[1]

    def log10_itemised(self, t: int, k: int) -> float:
        """log10 ‖∂L_t/∂W⁽ᵏ⁾‖."""
        with mp.workdps(self.digits):
            before = self.h[k - 1] if k else mp.matrix(self.net.h_0.tolist())
            return log10(mp.norm(self.factors[k] * self.gradient_at_state(t, k)) * mp.norm(before))


def log10(value: Any) -> float:
    """log10 of an mpmath number that may be far outside float64; −inf for 0."""
    return float(mp.log10(value)) if value else -np.inf


def scaled_to_exact(value: Scaled) -> list[Any]:
    """(T, H) with an exponent a step, as T vectors."""
    rows = zip(value.mantissa, value.exponent, strict=True)
    return [mp.matrix([mp.ldexp(mp.mpf(float(entry)), int(exponent)) for entry in row]) for row, exponent in rows]


def same_logs(found: FloatArray, true: FloatArray, *, within: float) -> bool:
    """Whether two arrays of log10 have the same −inf, the same NaN, and differ by at most `within`.

    A size of 10^(4e10), which a skip makes within 40 steps, has a log10 that float64 knows to no more than 1e-5.
    """
    finite = np.isfinite(true)
    allowed = within + 2.0 * np.spacing(np.abs(true[finite]))
    return bool(
        np.array_equal(np.isnan(found), np.isnan(true))
        and np.array_equal(np.isneginf(found), np.isneginf(true))
        and np.all(np.abs(found[finite] - true[finite]) <= allowed)
    )
