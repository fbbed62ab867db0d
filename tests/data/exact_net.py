"""The same networks in mpmath, for differences that cancel in float64."""

from collections.abc import Callable
from typing import Any

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import torch  # type: ignore[import-not-found,unused-ignore]
from torch_cells import CELL, GATES, Kind  # type: ignore[import-not-found,unused-ignore]

DIGITS = 250
VALUE: dict[str, Callable[[Any], Any]] = {
    "tanh": mp.tanh,
    "sigmoid": lambda a: 1 / (1 + mp.exp(-a)),
    "relu": lambda a: max(a, mp.mpf(0)),
    "linear": lambda a: a,
}


def occlusion(kind: Kind, net: dict[str, Any], *, on_output: bool) -> Any:
    """‖h_t − h_t(x_k := 0)‖₂ (T, T), or of y_t, 0 above the diagonal."""
    steps = len(net["targets"])
    found = torch.zeros(steps, steps, dtype=torch.float64)
    with mp.workdps(DIGITS):
        inputs = [_vector(x) for x in net["inputs"]]
        readout = mp.matrix(net["readout_weight"].tolist())
        whole = states(kind, net, inputs)
        for k in range(steps):
            without = states(kind, net, [x * (i != k) for i, x in enumerate(inputs)])
            for t in range(k, steps):
                apart = whole[t] - without[t]
                found[t, k] = float(mp.norm(readout * apart if on_output else apart))
    return found


def states(kind: Kind, net: dict[str, Any], inputs: list[Any]) -> list[Any]:
    """h_t at every step, by the defining equations."""
    names = GATES[kind.cell]
    first = h = _vector(net["h_0"])
    c = _vector(net["c_0"]) if kind.cell == "lstm" else None
    made: list[Any] = []
    for t, x in enumerate(inputs):
        weight_ih, weight_hh, bias_ih, bias_hh = (
            net[name][t] if kind.cell == "feedforward" else net[name] for name in CELL
        )
        brought = mp.matrix(weight_ih.tolist()) * x + _vector(bias_ih)
        carried = mp.matrix(weight_hh.tolist()) * h + _vector(bias_hh)
        x_of, h_of = (_split(names, part) for part in (brought, carried))
        if kind.cell == "gru":
            r, z = ((x_of[name] + h_of[name]).apply(VALUE["sigmoid"]) for name in "rz")
            n = (x_of["n"] + _times(r, h_of["n"])).apply(mp.tanh)
            h = n + _times(z, h - n)
        elif kind.cell == "lstm":
            i, f, o = ((x_of[name] + h_of[name]).apply(VALUE["sigmoid"]) for name in "ifo")
            c = _times(f, c) + _times(i, (x_of["g"] + h_of["g"]).apply(mp.tanh))
            h = _times(o, c.apply(mp.tanh))
        else:
            h = (brought + carried).apply(VALUE[kind.activation])
        source = kind.source(t)
        if source is not None:
            h = h + (first if source < 0 else made[source])
        made.append(h)
    return made


def _vector(tensor: Any) -> Any:
    return mp.matrix(tensor.tolist())


def _times(a: Any, b: Any) -> Any:
    return mp.matrix([x * y for x, y in zip(a, b, strict=True)])


def _split(names: tuple[str, ...], whole: Any) -> dict[str, Any]:
    hidden = len(whole) // len(names)
    return {name: mp.matrix(list(whole)[i * hidden : (i + 1) * hidden]) for i, name in enumerate(names)}
