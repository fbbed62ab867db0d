"""The fields of `measure` over pairs of steps, and what is said of them: influence, Jacobians, growth, memory."""

import math
from collections.abc import Iterable
from typing import Any

import torch  # type: ignore[import-not-found,unused-ignore]
from apart import apart, log_apart, norms_of, same  # type: ignore[import-not-found,unused-ignore]
from torch_influence import influence, jacobians  # type: ignore[import-not-found,unused-ignore]
from torch_lyapunov import exponents  # type: ignore[import-not-found,unused-ignore]
from torch_net import TorchNet  # type: ignore[import-not-found,unused-ignore]

Errors = list[tuple[str, float]]

LIMIT = 1e-3  # of the whole: a step whose integrated gradients miss more has no shares


def errors(found: dict[str, Any], net: TorchNet) -> Errors:
    """(field, how far it is from PyTorch's)."""
    return [
        *about_influence(found, net),
        *about_itemised(found, net),
        *about_jacobians(found, net),
        *about_lyapunov(found, net),
    ]


def about_influence(found: dict[str, Any], net: TorchNet) -> Errors:
    """The influence; of integrated gradients that of the steps that have shares, whose residual is at most LIMIT."""
    settings = found["experiment"]
    of_words, residual = influence(net, settings["influence"], on_output=settings["influence_on"] == "output")
    if residual is None:
        unread = [same(found["integrated_residual"], None)]
        return [*_shares(found, of_words, range(net.steps)), ("integrated_residual", max(unread))]
    missed = [math.nan if one is None else one for one in found["integrated_residual"]]
    known = [t for t in range(net.steps) if not missed[t] > LIMIT]
    nulls = [same(found["influence"][t], None) for t in range(net.steps) if t not in known]
    nulls += [same(found["influence_log10"][t], [None] * net.steps) for t in range(net.steps) if t not in known]
    nulls += [same(missed[t] != missed[t], bool(residual[t] != residual[t])) for t in range(net.steps)]
    return [*_shares(found, of_words, known), ("integrated_residual", max(nulls, default=0.0))]


def _shares(found: dict[str, Any], of_words: Any, known: Iterable[int]) -> Errors:
    shares, nulls, logs = [0.0], [0.0], [0.0]
    for t in known:
        whole, row = of_words[t].sum(), found["influence"][t]
        nulls.append(same(row is None, bool(whole == 0)))
        logs.append(log_apart(found["influence_log10"][t], of_words[t]))
        if whole > 0 and row is not None:
            shares.append(apart(row, of_words[t] / whole))
            shares.append(apart(sum(row), torch.tensor(1.0)))
            nulls.append(same(row[t + 1 :], [0.0] * (len(found["words"]) - t - 1)))
    return [("influence", max(shares)), ("influence.null rows and zeros", max(nulls)), ("influence_log10", max(logs))]


def net_steps(found: dict[str, Any]) -> int:
    """T."""
    return len(found["words"])


def about_itemised(found: dict[str, Any], net: TorchNet) -> Errors:
    steps, (itemised, _) = net.steps, net.itemised()
    summed = (net.weights_of(found["experiment"]["loss"])[:, None] * itemised).sum()
    above = [row[t + 1 :] for t, row in enumerate(found["itemised_log10"])]
    return [
        ("itemised_log10", log_apart(found["itemised_log10"], itemised)),
        ("itemised_log10.null above", same(above, [[None] * (steps - t - 1) for t in range(steps)])),
        ("itemised_sum_log10", log_apart(found["itemised_sum_log10"], summed)),
    ]


def about_jacobians(found: dict[str, Any], net: TorchNet) -> Errors:
    lstm, steps = net.kind.cell == "lstm", net.steps
    of_states, of_cells, of_words = jacobians(net)
    spectral = torch.linalg.matrix_norm(of_states[-1], 2)
    growth = None
    if steps > 1:
        growth = (net.state_map_norm() if lstm else spectral[0]) ** (1 / (steps - 1))
    gradient = torch.linalg.matrix_norm(of_words[-1])
    result = [
        ("log10_jacobian", log_apart(found["log10_jacobian"], spectral)),
        (
            "log10_jacobian_cell",
            log_apart(found["log10_jacobian_cell"], torch.linalg.matrix_norm(of_cells[-1], 2))
            if lstm
            else same(found["log10_jacobian_cell"], None),
        ),
        ("growth_per_step", apart(found["growth_per_step"], growth)),
        (
            "log10_growth_per_step",
            same(found["log10_growth_per_step"], None)
            if growth is None
            else log_apart(found["log10_growth_per_step"], growth),
        ),
        ("memory_lag_90", same(found["memory_lag_90"], lag(gradient))),
        ("log10_input_jacobian", log_apart(found["log10_input_jacobian"], gradient)),
        *about_ends(found, "log10_word_to_state", "word_to_state", gradient),
        *about_arrival(found, net),
    ]
    pairs = torch.linalg.matrix_norm(of_states)
    return [*result, ("state_pairs_log10", log_apart(found["state_pairs_log10"], pairs))]


def about_arrival(found: dict[str, Any], net: TorchNet) -> Errors:
    """What arrives of the last step's gradient, whole and unclipped, whatever loss and truncation are set."""
    lstm = net.kind.cell == "lstm"
    last = net.gradients(net.losses[-1])
    way = norms_of(last.cells if lstm else last.states)
    ratio = way[0] / way[-1] if net.steps > 1 and way[-1] > 0 else None
    per_step = None if ratio is None else ratio ** (1 / (net.steps - 1))
    return [
        ("arrives_of", same(found["arrives_of"], "c" if lstm else "h")),
        ("log10_arriving", log_apart(found["log10_arriving"], way)),
        ("arrives_per_step", apart(found["arrives_per_step"], per_step)),
        (
            "log10_arrives",
            same(found["log10_arrives"], None) if ratio is None else log_apart(found["log10_arrives"], ratio),
        ),
        ("verdict", same(found["verdict"], verdict(ratio, net.steps))),
    ]


def about_ends(found: dict[str, Any], log10: str, plain: str, sizes: Any) -> Errors:
    """The first of some sizes over the last one."""
    if len(sizes) == 1 or sizes[-1] == 0:
        return [(log10, same(found[log10], None)), (plain, same(found[plain], None))]
    ratio = sizes[0] / sizes[-1]
    return [(log10, log_apart(found[log10], ratio)), (plain, apart(found[plain], ratio))]


def about_lyapunov(found: dict[str, Any], net: TorchNet) -> Errors:
    """The exponents, of which a large network's smallest are beyond float64 and left out."""
    values, true = found["lyapunov"], exponents(net)
    if true is None:
        none = [values, found["lyapunov_convergence"]]
        return [("lyapunov", same(none, [None, None])), ("lyapunov_convergence", same(none, [None, None]))]
    differences = [
        same(one, None if other == -math.inf else other)
        if one is None or other == -math.inf
        else abs(one - other) / max(1.0, abs(other))
        for one, other in zip(values, true.values, strict=False)
    ]
    return [
        ("lyapunov", max(differences)),
        ("lyapunov.size", same(len(values), true.size)),
        ("lyapunov.descending", same(sorted(map(low, values), reverse=True), list(map(low, values)))),
        ("lyapunov_convergence", apart(found["lyapunov_convergence"], true.convergence, floor=1e-9)),
    ]


def low(value: float | None) -> float:
    """An exponent, null being −∞."""
    return -math.inf if value is None else value


def lag(gradient: Any) -> int | None:
    """The fewest last words that hold 90 % of the gradient on h_T, a tie within rounding counting as held."""
    if gradient.sum() == 0:
        return None
    held = (gradient / gradient.sum()).flip(0).cumsum(0)
    return int((held < 0.9 - 1e-12).sum()) + 1


def verdict(ratio: Any, steps: int) -> str:
    """vanishing, steady, exploding, dead or undefined, by what arrives over the whole way."""
    if ratio is None or steps < 4:
        return "undefined"
    if ratio == 0:
        return "dead"
    return "vanishing" if ratio < 0.5 else "exploding" if ratio > 2 else "steady"
