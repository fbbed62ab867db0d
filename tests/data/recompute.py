"""Recompute what `rnn-tui measure` prints with PyTorch's autograd, in float64, from the weights that it saves.

None of the project's formulas are used: every gradient, Jacobian and influence is autograd's own. Every field of the
JSON is compared to 1e-9 relative (a log10 by the number it stands for), nulls and verdicts exactly. It prints the
largest disagreement of every field and ends with status 1 if one is too large.

PyTorch is no dependency of the project, so this runs in an environment of its own (see `make_fixtures.py`), with the
command given:

    /somewhere/torch/bin/python tests/data/recompute.py --command .venv/bin/rnn-tui [--cases 200] [--seed 1]

What is drawn stays where float64 autograd is right to 1e-9 itself: ρ ≤ 1, so that no chaos parts two correct
programs, and short enough that nothing leaves float64's range. A difference of two states that has lost too many
digits for occlusion is taken again by mpmath, which comes with PyTorch, in 60 digits.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]
from apart import apart, has_null, log_apart, norms_of, only_above, same  # type: ignore[import-not-found,unused-ignore]
from draws import draw  # type: ignore[import-not-found,unused-ignore]
from torch_net import ACTIVATIONS, PARAMETERS, Recomputed  # type: ignore[import-not-found,unused-ignore]

CLOSE = 1e-9
LARGEST_SLOPE = {"tanh": 1.0, "sigmoid": 0.25, "relu": 1.0, "linear": 1.0}


def main() -> None:
    """Draws experiments, measures each with the command, recomputes, and reports."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--command", default="rnn-tui")
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    chance = random.Random(options.seed)
    worst: dict[str, tuple[float, str]] = {}
    for _ in range(options.cases):
        text, flags = draw(chance)
        said = " ".join([repr(text[:40]), *flags])
        for name, error in compare(*measured(options.command, text, flags)):
            if error >= worst.get(name, (-1.0, ""))[0]:
                worst[name] = (error, said)
            if error > CLOSE:
                say(f"DISAGREE {name} by {error:.2e}: {said}")
    for name, (error, said) in sorted(worst.items()):
        say(f"{name:32} {error:8.1e}   {said if error > 0 else ''}")
    bad = [name for name, (error, _) in worst.items() if error > CLOSE]
    say(f"{options.cases} experiments; " + (f"too far apart: {', '.join(bad)}" if bad else "all fields agree"))
    sys.exit(bool(bad))


def say(line: str) -> None:
    """Prints a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def measured(command: str, text: str, flags: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the command prints, and the tensors that it saves."""
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "w.npz"
        line = [command, "measure", text, *flags, "--format", "json", "--save-weights", str(weights)]
        done = subprocess.run(line, capture_output=True, check=False)
        if done.returncode:
            raise SystemExit(f"{line}\n{done.stderr.decode()}")
        with np.load(weights) as file:
            return json.loads(done.stdout), {name: torch.tensor(file[name]) for name in file.files}


def compare(found: dict[str, Any], saved: dict[str, Any]) -> list[tuple[str, float]]:
    """(field, how far it is from PyTorch's) for every field; inf where a null, a name or a word differs."""
    settings = found["experiment"]
    net = Recomputed(settings["activation"], saved)
    return [
        *about_text(found, net),
        *about_losses(found, net),
        *about_gradients(found, net),
        *about_pairs(found, net),
        *about_verdict(found, net),
        *about_form(found),
    ]


def about_text(found: dict[str, Any], net: Recomputed) -> list[tuple[str, float]]:
    text, words = found["experiment"]["text"], found["words"]
    yield_words = same(words, text.split()) if found["experiment"]["tokens"] == "words" else same("".join(words), text)
    vocabulary = list(dict.fromkeys([*words, "<eos>"]))
    targets = [vocabulary.index(word) for word in [*words[1:], "<eos>"]]
    shapes = (len(vocabulary), len(words), found["experiment"]["hidden"], found["experiment"]["inputs"])
    real = (len(net.net["readout_bias"]), net.steps, net.net["weight_ih_l0"].shape[0], net.net["inputs"].shape[1])
    return [
        ("words", yield_words),
        ("vocabulary", same(found["vocabulary"], vocabulary)),
        ("targets", same([found["targets"], net.net["targets"].tolist()], [targets, targets])),
        ("saved shapes", same(shapes, real)),
        ("parameters", same(found["parameters"], sum(net.net[name].numel() for name in PARAMETERS))),
        ("h_0", same(net.net["h_0"].tolist(), [0.0] * shapes[2])),
    ]


def about_losses(found: dict[str, Any], net: Recomputed) -> list[tuple[str, float]]:
    losses, loss = net.losses.detach(), net.loss(found["experiment"]["loss"], net.losses).detach()
    chances = torch.softmax(net.logits.detach(), dim=1)
    top = chances.max(dim=1)
    a = [a.detach().requires_grad_() for a in net.a]
    slopes = [torch.autograd.grad(ACTIVATIONS[net.activation](row).sum(), row)[0] for row in a]
    norms = torch.stack([torch.linalg.norm(h.detach()) for h in net.h])
    predicted = chances.gather(1, torch.tensor(found["predicted"])[:, None])[:, 0]
    return [
        ("step_losses", apart(found["step_losses"], losses)),
        ("log10_step_losses", log_apart(found["log10_step_losses"], losses)),
        ("loss", apart(found["loss"], loss)),
        ("log10_loss", log_apart(found["log10_loss"], loss)),
        ("target_probability", apart(found["target_probability"], torch.exp(-losses))),
        ("predicted", apart(predicted, top.values)),
        ("predicted_probability", apart(found["predicted_probability"], top.values)),
        ("log10_hidden_norm", log_apart(found["log10_hidden_norm"], norms)),
        ("saturation", apart(found["saturation"], torch.stack([(s.abs() < 0.01).double().mean() for s in slopes]))),
    ]


def about_gradients(found: dict[str, Any], net: Recomputed) -> list[tuple[str, float]]:
    settings = found["experiment"]
    loss = net.loss(settings["loss"], net.losses)
    raw = net.gradients(loss, [net.net[name] for name in PARAMETERS])
    delta = norms_of(net.gradients(loss, net.h))
    norms, norm = norms_of(raw), torch.linalg.norm(torch.cat([g.flatten() for g in raw]))
    names = dict(zip(PARAMETERS, norms, strict=True))
    clipped, clipped_delta, report = clip(settings, net, raw, delta)
    result = [
        ("log10_grad_hidden", log_apart(found["log10_grad_hidden"], delta)),
        (
            "log10_grad_hidden_last",
            log_apart(found["log10_grad_hidden_last"], norms_of(net.gradients(net.losses[-1], net.h))),
        ),
        ("grad_norms", max(apart(found["grad_norms"][name], names[name]) for name in PARAMETERS)),
        ("grad_norms names", same(list(found["grad_norms"]), list(PARAMETERS))),
        ("log10_grad_norms", max(log_apart(found["log10_grad_norms"][name], names[name]) for name in PARAMETERS)),
        ("grad_norm", apart(found["grad_norm"], norm)),
        ("log10_grad_norm", log_apart(found["log10_grad_norm"], norm)),
        (
            "log10_grad_hidden_clipped",
            same(found["log10_grad_hidden_clipped"], None)
            if clipped_delta is None
            else log_apart(found["log10_grad_hidden_clipped"], clipped_delta),
        ),
    ]
    for name, value in report.items():
        field = found["clip"][name]
        if value is None or isinstance(value, str | int):
            result.append((f"clip.{name}", same(field, value)))
        else:
            result.append((f"clip.{name}", log_apart(field, value) if "log10" in name else apart(field, value)))
    return result + about_update(found, net, dict(zip(PARAMETERS, clipped, strict=True)))


def clip(
    settings: dict[str, Any], net: Recomputed, raw: list[Any], delta: Any
) -> tuple[list[Any], Any, dict[str, Any]]:
    """The clipped gradients, ‖δ_t‖ as clipped, and what `clip` should hold."""
    mode, threshold = settings["clip"], settings["threshold"]
    vector = torch.cat([g.flatten() for g in raw])
    norm = torch.linalg.norm(vector)
    clipped, clipped_delta, scale, touched, touched_of = raw, delta, torch.tensor(1.0), 0, 0
    if mode == "norm":
        scale = torch.minimum(torch.tensor(1.0), threshold / norm) if norm else scale
        clipped, clipped_delta = [scale * g for g in raw], scale * delta
        touched, touched_of = int(norm > threshold), 1
    elif mode == "value":
        clipped, clipped_delta, scale = [g.clamp(-threshold, threshold) for g in raw], None, None
        touched, touched_of = int((vector.abs() > threshold).sum()), vector.numel()
    elif mode == "step":
        clipped, states, touched = net.clipped_by_step(settings["loss"], threshold)
        clipped_delta, scale, touched_of = norms_of(states), None, net.steps
    after = torch.cat([g.flatten() for g in clipped])
    norm_after = torch.linalg.norm(after)
    cosine = (vector / norm) @ (after / norm_after) if norm and norm_after else None
    return (
        clipped,
        clipped_delta,
        {
            "mode": mode,
            "threshold": torch.tensor(threshold, dtype=torch.float64),
            "scale": scale,
            "norm_before": norm,
            "norm_after": norm_after,
            "log10_norm_before": norm,
            "log10_norm_after": norm_after,
            "cosine": cosine,
            "touched": touched,
            "touched_of": touched_of,
        },
    )


def about_update(found: dict[str, Any], net: Recomputed, clipped: dict[str, Any]) -> list[tuple[str, float]]:
    update, rate = found["update"], found["experiment"]["lr"]
    weight, gradient = net.net["weight_hh_l0"].detach(), clipped["weight_hh_l0"]
    place = (update["row"], update["column"])
    stays = {}
    for name in PARAMETERS:
        single = net.net[name].detach().float()
        stays[name] = single - torch.tensor(rate).float() * clipped[name].float() == single
    entries = torch.cat([stays[name].flatten() for name in PARAMETERS]).double()
    return [
        ("update place", apart(weight[place].abs(), weight.abs().max())),
        ("update.before", apart(update["before"], weight[place])),
        ("update.gradient", apart(update["gradient"], gradient[place], floor=1e-14 * float(gradient.abs().max()))),
        ("update.after", apart(update["after"], weight[place] - rate * gradient[place])),
        ("update.unmoved_hh", apart(update["unmoved_hh"], stays["weight_hh_l0"].double().mean())),
        ("update.unmoved", apart(update["unmoved"], entries.mean())),
    ]


def about_pairs(found: dict[str, Any], net: Recomputed) -> list[tuple[str, float]]:
    settings, steps = found["experiment"], net.steps
    itemised, influence = net.itemised(), net.influence(settings["influence"])
    weights = {"last": [0.0] * (steps - 1) + [1.0], "sum": [1.0] * steps, "mean": [1 / steps] * steps}[settings["loss"]]
    summed = (torch.tensor(weights, dtype=torch.float64)[:, None] * itemised).sum()
    shares, nulls = [], []
    for t in range(steps):
        whole = influence[t].sum()
        nulls.append(same(found["influence"][t] is None, bool(whole == 0)))
        if whole > 0 and found["influence"][t] is not None:
            shares.append(apart(found["influence"][t], influence[t] / whole))
            shares.append(apart(sum(found["influence"][t]), torch.tensor(1.0)))
            nulls.append(same(found["influence"][t][t + 1 :], [0.0] * (steps - t - 1)))
    return [
        ("influence", max(shares, default=0.0)),
        ("influence null rows and zeros", max(nulls)),
        ("influence_log10", log_apart(found["influence_log10"], influence)),
        ("itemised_log10", log_apart(found["itemised_log10"], itemised)),
        (
            "itemised_log10 null above",
            same(
                [row[t + 1 :] for t, row in enumerate(found["itemised_log10"])],
                [[None] * (steps - t - 1) for t in range(steps)],
            ),
        ),
        ("itemised_sum_log10", log_apart(found["itemised_sum_log10"], summed)),
    ]


def about_verdict(found: dict[str, Any], net: Recomputed) -> list[tuple[str, float]]:
    weight = net.net["weight_hh_l0"].detach()
    radius = torch.linalg.eigvals(weight).abs().max()
    largest = torch.linalg.matrix_norm(weight, 2)
    jacobian = torch.stack([torch.linalg.matrix_norm(j, 2) for j in net.jacobians(net.steps - 1, net.h)])
    gradient = torch.stack([torch.linalg.norm(j) for j in net.jacobians(net.steps - 1, net.words)])
    growth = jacobian[0] ** (1 / (net.steps - 1)) if net.steps > 1 else None
    settings = found["experiment"]
    wanted = settings["sigma"] if settings["sigma"] is not None else settings["rho"]
    scaled = found["largest_singular_value" if settings["sigma"] is not None else "spectral_radius"]
    return [
        ("log10_jacobian", log_apart(found["log10_jacobian"], jacobian)),
        ("spectral_radius", apart(found["spectral_radius"], radius, floor=1e-14)),
        ("largest_singular_value", apart(found["largest_singular_value"], largest)),
        ("scaled as asked", apart(scaled, torch.tensor(wanted, dtype=torch.float64))),
        (
            "growth_per_step",
            same(found["growth_per_step"], None) if growth is None else apart(found["growth_per_step"], growth),
        ),
        (
            "log10_growth_per_step",
            same(found["log10_growth_per_step"], None)
            if growth is None
            else log_apart(found["log10_growth_per_step"], growth),
        ),
        ("memory_lag_90", same(found["memory_lag_90"], lag(gradient))),
        ("verdict", same(found["verdict"], verdict(growth))),
        ("bound", same(found["bound"], bound(settings["activation"], float(radius), float(largest)))),
    ]


def lag(gradient: Any) -> int | None:
    """The fewest last words that hold 90 % of the gradient on h_T, a tie within rounding counting as held."""
    if gradient.sum() == 0:
        return None
    held = (gradient / gradient.sum()).flip(0).cumsum(0)
    return int((held < 0.9 - 1e-12).sum()) + 1


def verdict(growth: Any) -> str:
    """vanishing, steady, exploding, dead or undefined."""
    if growth is None:
        return "undefined"
    if growth == 0:
        return "dead"
    return "vanishing" if growth < 0.97 else "exploding" if growth > 1.03 else "steady"


def bound(activation: str, radius: float, largest: float) -> str:
    """What W alone allows."""
    if largest * LARGEST_SLOPE[activation] < 1 - 1e-12:
        return "must-vanish"
    if activation != "linear":
        return "may-explode"
    return "may-grow" if abs(radius - 1) <= 1e-12 else "must-vanish" if radius < 1 else "must-explode"


def about_form(found: dict[str, Any]) -> list[tuple[str, float]]:
    """Every null of a log10 has its reason in `notes`, and the settings are all there."""
    lost = [name for name in found if "log10" in name and name != "log10_growth_per_step" and has_null(found[name])]
    reasons = " ".join(found["notes"])
    excused = {"log10_grad_hidden_clipped"} if found["experiment"]["clip"] == "value" else set()
    # above the diagonal there is nothing to explain
    lost = [name for name in lost if not only_above(found[name])]
    return [("notes", same(all(name in reasons for name in lost if name not in excused), True))]


if __name__ == "__main__":
    main()
