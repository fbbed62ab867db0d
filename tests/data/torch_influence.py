"""What every state and word does to every later state or output: Jacobians, and influence in four ways."""

from typing import Any, NamedTuple

import exact_net  # type: ignore[import-not-found,unused-ignore]
import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]
from torch_cells import unroll  # type: ignore[import-not-found,unused-ignore]
from torch_net import TorchNet  # type: ignore[import-not-found,unused-ignore]

NODES = 64
WITHIN = 1e-10  # of the whole, what the words' parts over one piece of the path of integrated gradients may miss
SHORTEST = 2.0**-40  # of the pieces
CLOSE = 1e-4  # of the states: a smaller difference is taken again by mpmath


class Jacobians(NamedTuple):
    """∂v_t/∂h_k, ∂v_t/∂c_k and ∂v_t/∂x_k, (T, T, U, ·): v_t is h_t or y_t, row t, column k, 0 where k > t.

    Those at h_k have c_k held; those at c_k include the way from c_k to h_k. No c has width but an LSTM's.
    """

    states: Any
    cells: Any
    words: Any


def jacobians(net: TorchNet, *, on_output: bool = False) -> Jacobians:
    """All at once: the network runs T·U times beside itself, and each run asks for one unit of one step."""
    steps = net.steps
    units = len(net.net["readout_bias"] if on_output else net.first[0])
    first = tuple(one.detach().expand(steps, units, -1).clone().requires_grad_() for one in net.first)
    words = [x.detach().expand(steps, units, -1).clone().requires_grad_() for x in net.words]
    run = unroll(net.kind, net.weights, words, first)
    values = [net.readout(h) for h in run.h] if on_output else run.h
    asked = sum(value[t].diagonal().sum() for t, value in enumerate(values))
    found = torch.autograd.grad(asked, [*run.h, *run.c, *words], allow_unused=True, materialize_grads=True)
    parts = (found[i * steps : (i + 1) * steps] for i in range(3))
    return Jacobians(*(torch.stack(part, dim=1) for part in parts))


class Influence(NamedTuple):
    """(T, T), 0 above the diagonal; `residual` (T,) of integrated gradients, NaN where nothing changes."""

    of_words: Any
    residual: Any


def influence(net: TorchNet, measure: str, *, on_output: bool = False) -> Influence:
    """The influence of word k on h_t, or on y_t."""
    if measure == "integrated":
        return integrated(net, on_output=on_output)
    if measure == "occlusion":
        return Influence(occlusion(net, on_output=on_output), None)
    found = jacobians(net, on_output=on_output).words
    if measure == "gradient-input":
        found = torch.einsum("tkud,kd->tku", found, torch.stack(net.words).detach())[..., None]
    return Influence(torch.linalg.vector_norm(found, dim=(2, 3)), None)


def occlusion(net: TorchNet, *, on_output: bool) -> Any:
    """‖v_t − v_t(x_k := 0)‖, by mpmath where the two nearly cancel."""
    steps = net.steps
    with torch.no_grad():
        kept = (1 - torch.eye(steps, dtype=torch.float64))[:, :, None]
        words = [x.expand(steps, -1) * kept[:, k] for k, x in enumerate(net.words)]
        others = unroll(net.kind, net.weights, words, tuple(one.expand(steps, -1) for one in net.first)).h
        whole, values = torch.stack(net.h), torch.stack(others)
        if on_output:
            whole, values = net.readout(whole), net.readout(values)
        found = torch.linalg.vector_norm(whole[:, None] - values, dim=2).tril()
        close = found < CLOSE * torch.linalg.vector_norm(whole, dim=1)[:, None]
    if not close.tril().any():
        return found
    return torch.where(close, exact_net.occlusion(net.kind, net.net, on_output=on_output), found)


def integrated(net: TorchNet, *, on_output: bool) -> Influence:
    """‖Σ_i x_{k,i} ∫ ∂v_{t,u}/∂x_{k,i}(αx) dα‖ over u, h_0 and c_0 as they are.

    Every piece of the path whose words' parts miss its change by more than WITHIN of the whole is halved.
    """
    whole = torch.linalg.vector_norm(values_at(net, 1.0, on_output) - values_at(net, 0.0, on_output), dim=1)
    parts, missed, pieces = 0.0, torch.zeros(net.steps, dtype=torch.float64), [(0.0, 1.0)]
    while pieces:
        low, high = pieces.pop()
        of_piece = parts_between(net, low, high, on_output=on_output)
        change = values_at(net, high, on_output) - values_at(net, low, on_output)
        rest = torch.linalg.vector_norm(of_piece.sum(1) - change, dim=1)
        if bool((rest > WITHIN * whole).any()) and high - low > SHORTEST:
            pieces += [(low, (low + high) / 2), ((low + high) / 2, high)]
        else:
            parts, missed = parts + of_piece, missed + rest
    return Influence(torch.linalg.vector_norm(parts, dim=2), missed / whole)


def values_at(net: TorchNet, at: float, on_output: bool) -> Any:
    """h_t, or y_t, with all words times `at`."""
    with torch.no_grad():
        states = torch.stack(unroll(net.kind, net.weights, [at * x for x in net.words], net.first).h)
        return net.readout(states) if on_output else states


def parts_between(net: TorchNet, low: float, high: float, *, on_output: bool) -> Any:
    """The words' parts in v_t over a piece of the path: (T, T, units)."""
    at, weight = (torch.tensor(one) for one in np.polynomial.legendre.leggauss(NODES))
    at, weight = low + (high - low) * (at + 1) / 2, (high - low) * weight / 2
    units = len(net.net["readout_bias"] if on_output else net.first[0])
    first = tuple(one.detach().expand(NODES, units, -1) for one in net.first)
    words = [(at[:, None, None] * x.detach().expand(NODES, units, -1)).requires_grad_() for x in net.words]
    run = unroll(net.kind, net.weights, words, first)
    values = [net.readout(h) for h in run.h] if on_output else run.h
    parts = torch.zeros(net.steps, net.steps, units, dtype=torch.float64)
    for t, value in enumerate(values):
        asked = value.diagonal(dim1=1, dim2=2).sum()
        found = torch.autograd.grad(asked, words[: t + 1], retain_graph=True)
        for k, gradient in enumerate(found):
            parts[t, k] = torch.einsum("n,nud->ud", weight, gradient) @ net.words[k].detach()
    return parts
