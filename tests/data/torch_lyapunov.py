"""The singular values of the map of the whole state along a text: step by step by autograd, multiplied by mpmath."""

import math
from typing import Any, NamedTuple

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import torch  # type: ignore[import-not-found,unused-ignore]
from torch_cells import step  # type: ignore[import-not-found,unused-ignore]
from torch_net import TorchNet  # type: ignore[import-not-found,unused-ignore]

DIGITS = 400
NOTHING = 300  # powers of ten below the largest, where a singular value is a true zero
FEW = 8  # directions that mpmath multiplies; with more, float64 finds the largest alone
KEPT = 1e-5  # of the largest: what float64 still has nine digits of
FEWEST = 4


class Exponents(NamedTuple):
    """λ_i = log σ_i(∂s_T/∂s_1) / (T − 1), descending, in nats a step; the first few alone where N is large.

    Attributes:
        values: −inf for a true zero.
        size: N.
        convergence: |λ₁ − what the last half adds to log σ₁ a step|; None with fewer than four factors, or all lost.
    """

    values: list[float]
    size: int
    convergence: float | None


def exponents(net: TorchNet) -> Exponents | None:
    """None without factors, for a pinned skip, and for one shared over as many steps as there are."""
    factors = net.steps - 1
    if net.kind.skip.startswith("pinned") or net.steps <= lag_of(net):
        return None
    maps = [state_map(net, t) for t in range(1, net.steps)]
    whole, convergence, half = logs(maps), None, factors // 2
    if factors >= FEWEST and math.isfinite(whole[0]):
        added = (whole[0] - logs(maps[:half])[0]) / (factors - half)
        convergence = abs(whole[0] / factors - added)
    return Exponents([one / factors for one in whole], len(maps[0]), convergence)


def lag_of(net: TorchNet) -> int:
    """Over how many steps a skip is shared; 1 where there is none."""
    return int(net.kind.skip.partition(":")[2]) if net.kind.skip != "none" else 1


def state_map(net: TorchNet, t: int) -> Any:
    """∂s_t/∂s_{t−1} (N, N): s = (h, c), with a skip shared over D steps also the D − 1 states h before."""
    lag = lag_of(net)
    h, c = (one.detach().requires_grad_() for one in (net.h[t - 1], net.run.c[t - 1]))
    made, cell, _, _ = step(net.kind, net.weights[t], net.words[t].detach(), h, c)
    after = torch.cat([made, cell])
    rows = [torch.autograd.grad(after, [h, c], unit, retain_graph=True) for unit in torch.eye(len(after)).double()]
    hidden, own = len(h), len(after)
    found = torch.zeros(own + (lag - 1) * hidden, own + (lag - 1) * hidden, dtype=torch.float64)
    found[:own, :own] = torch.stack([torch.cat(row) for row in rows])
    older = [0, *range(own, len(found), hidden)]  # where h_{t−1}, h_{t−2}, … stand
    for place, before in zip(older[1:], older[:-1], strict=True):
        found[place : place + hidden, before : before + hidden] = torch.eye(hidden)
    if net.kind.skip != "none":
        found[:hidden, older[-1] : older[-1] + hidden] += torch.eye(hidden)
    return found


def logs(maps: list[Any]) -> list[float]:
    """log σ_i of the product, the latest map on the left."""
    if len(maps[0]) > FEW:
        product = torch.eye(len(maps[0]), dtype=torch.float64)
        for one in maps:
            product = one @ product
        values = torch.linalg.svdvals(product)
        return [math.log(one) for one in values.tolist() if one > KEPT * float(values[0])] or [-math.inf]
    with mp.workdps(DIGITS):
        exact = mp.eye(len(maps[0]))
        for one in maps:
            exact = mp.matrix(one.tolist()) * exact
        found = sorted(mp.svd_r(exact, compute_uv=False), reverse=True) if mp.norm(exact) else [mp.mpf(0)] * len(exact)
        least = found[0] * mp.mpf(10) ** -NOTHING
        return [float(mp.log(one)) if one > least else -math.inf for one in found]
