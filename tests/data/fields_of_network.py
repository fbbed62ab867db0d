"""The fields of `measure` about the text, the parameters as drawn, the states, the gates and the losses."""

import math
from typing import Any

import torch  # type: ignore[import-not-found,unused-ignore]
from apart import apart, has_null, log_apart, norms_of, only_above, same  # type: ignore[import-not-found,unused-ignore]
from torch_cells import CELL, GATES  # type: ignore[import-not-found,unused-ignore]
from torch_net import PARAMETERS, TorchNet  # type: ignore[import-not-found,unused-ignore]

CANDIDATE = {"rnn": "a", "feedforward": "a", "lstm": "g", "gru": "n"}
SATURATED = 0.01
LARGEST_SLOPE = {"tanh": 1.0, "sigmoid": 0.25, "relu": 1.0, "linear": 1.0}
ROUNDING = 1e-14  # of numbers of the size of 1, which may cancel to about 0

Errors = list[tuple[str, float]]


def errors(found: dict[str, Any], saved: dict[str, Any], net: TorchNet) -> Errors:
    """(field, how far it is from PyTorch's)."""
    return [
        *about_text(found, saved, net),
        *about_parameters(found, net),
        *about_w(found, net),
        *about_losses(found, net),
        *about_gates(found, net),
        *about_form(found),
    ]


def about_text(found: dict[str, Any], saved: dict[str, Any], net: TorchNet) -> Errors:
    text, words = found["experiment"]["text"], found["words"]
    its_words = same(words, text.split()) if found["experiment"]["tokens"] == "words" else same("".join(words), text)
    vocabulary = list(dict.fromkeys([*words, "<eos>"]))
    targets = [vocabulary.index(word) for word in [*words[1:], "<eos>"]]
    hidden, inputs = found["experiment"]["hidden"], found["experiment"]["inputs"]
    rows = len(GATES[net.kind.cell]) * hidden
    deep = (len(words),) if net.kind.cell == "feedforward" else ()
    shapes = {
        "weight_ih_l0": (*deep, rows, inputs),
        "weight_hh_l0": (*deep, rows, hidden),
        "bias_ih_l0": (*deep, rows),
        "bias_hh_l0": (*deep, rows),
        "readout_weight": (len(vocabulary), hidden),
        "readout_bias": (len(vocabulary),),
        "inputs": (len(words), inputs),
        "h_0": (hidden,),
        "targets": (len(words),),
    } | ({"c_0": (hidden,)} if net.kind.cell == "lstm" else {})
    start = [saved[name].abs().max() for name in ("h_0", "c_0") if name in saved]
    return [
        ("words", its_words),
        ("vocabulary", same(found["vocabulary"], vocabulary)),
        ("targets", same([found["targets"], saved["targets"].tolist()], [targets, targets])),
        ("saved shapes", same({name: tuple(one.shape) for name, one in saved.items()}, shapes)),
        ("parameters", same(found["parameters"], sum(saved[name].numel() for name in PARAMETERS))),
        ("h_0 and c_0", same([float(one) for one in start], [0.0] * len(start))),
    ]


def about_parameters(found: dict[str, Any], net: TorchNet) -> Errors:
    """What the settings promise of the saved tensors."""
    settings, cell = found["experiment"], net.kind.cell
    blocks = {name: one.detach() for name, one in split(net, "weight_hh_l0").items()}
    wanted = settings["sigma"] if settings["sigma"] is not None else settings["rho"]
    scaled = [largest(one) if settings["sigma"] is not None else radius(one) for one in blocks.values()]
    target = torch.tensor(wanted, dtype=torch.float64).expand(len(scaled))
    result = [("scaled as asked", apart(torch.stack(scaled), target, floor=ROUNDING))]
    if cell == "feedforward":
        weight = net.net["weight_hh_l0"].detach()
        own = len({tuple(layer.flatten().tolist()) for layer in weight})
        drawn = settings["init"] in ("gaussian", "uniform", "orthogonal") and bool(weight.any())
        result.append(("layers of their own", same(own, net.steps) if drawn and weight[0].numel() > 1 else 0.0))
    ih, hh = (split(net, name) for name in ("bias_ih_l0", "bias_hh_l0"))
    together = {name: (ih[name] + hh[name]).detach() for name in ih}
    if settings["chrono"] is not None:
        return [*result, *about_chrono(cell, together, longest=settings["chrono"])]
    for its_cell, gate, setting in (("lstm", "f", "forget_bias"), ("gru", "z", "update_bias")):
        if cell == its_cell:
            true = torch.full_like(together[gate], settings[setting])
            result.append((setting, apart(together[gate], true, floor=ROUNDING)))
    return result


def about_chrono(cell: str, bias: dict[str, Any], *, longest: int) -> Errors:
    """Tallec & Ollivier: b = log u, u ~ U(1, T_max − 1); of an LSTM b_i = −b_f."""
    if cell not in ("lstm", "gru"):
        return []
    kept = bias["f" if cell == "lstm" else "z"]
    inside = bool((kept >= -ROUNDING).all() and (kept <= math.log(longest - 1) + ROUNDING).all())
    result = [("chrono range", same(inside, True))]
    return [*result, ("chrono b_i", apart(bias["i"], -kept, floor=ROUNDING))] if cell == "lstm" else result


def about_w(found: dict[str, Any], net: TorchNet) -> Errors:
    """ρ, σ₁ and the bound, of the candidate block, or of a feed-forward net's first layer."""
    cell, activation = net.kind.cell, net.kind.activation
    weight = split(net, "weight_hh_l0")[CANDIDATE[cell]].detach()
    its_radius, its_largest = radius(weight), largest(weight)
    slope = LARGEST_SLOPE[activation]
    bound: str | None = "may-explode"
    if cell in ("lstm", "gru") or net.kind.skip != "none":
        bound = None
    elif cell == "feedforward":
        most = float(torch.linalg.matrix_norm(net.net["weight_hh_l0"].detach(), 2).max()) * slope
        bound = "must-vanish" if most < 1 - 1e-12 else "cannot-explode" if most <= 1 + 1e-12 else "may-explode"
    elif its_largest * slope < 1 - 1e-12:
        bound = "must-vanish"
    elif its_largest * slope <= 1 + 1e-12 and (activation != "linear" or its_radius >= 1 - 1e-12):
        bound = "cannot-explode"
    elif activation == "linear":
        bound = "may-grow" if abs(its_radius - 1) <= 1e-12 else "must-vanish" if its_radius < 1 else "must-explode"
    return [
        ("spectral_radius", apart(found["spectral_radius"], its_radius, floor=ROUNDING)),
        ("largest_singular_value", apart(found["largest_singular_value"], its_largest)),
        ("bound", same(found["bound"], bound)),
    ]


def split(net: TorchNet, name: str) -> dict[str, Any]:
    """One tensor by gate; of a feed-forward net that of the first layer."""
    tensor = net.weights[0][CELL.index(name)]
    gates = GATES[net.kind.cell]
    return dict(zip(gates, tensor.chunk(len(gates)), strict=True))


def radius(weight: Any) -> Any:
    """ρ."""
    return torch.linalg.eigvals(weight).abs().max()


def largest(weight: Any) -> Any:
    """σ₁."""
    return torch.linalg.matrix_norm(weight, 2)


def about_losses(found: dict[str, Any], net: TorchNet) -> Errors:
    losses, loss = net.losses.detach(), net.loss(found["experiment"]["loss"]).detach()
    chances = torch.softmax(net.logits.detach(), dim=1)
    top = chances.max(dim=1)
    predicted = chances.gather(1, torch.tensor(found["predicted"])[:, None])[:, 0]
    return [
        ("step_losses", apart(found["step_losses"], losses)),
        ("log10_step_losses", log_apart(found["log10_step_losses"], losses)),
        ("loss", apart(found["loss"], loss)),
        ("log10_loss", log_apart(found["log10_loss"], loss)),
        ("target_probability", apart(found["target_probability"], torch.exp(-losses))),
        ("predicted", apart(predicted, top.values)),
        ("predicted_probability", apart(found["predicted_probability"], top.values)),
        ("log10_hidden_norm", log_apart(found["log10_hidden_norm"], norms_of([h.detach() for h in net.h]))),
    ]


def about_gates(found: dict[str, Any], net: TorchNet) -> Errors:
    """The gates, what saturates, the cell state, and what the cell's own skip carries."""
    cell = net.kind.cell
    shut = {
        gate: torch.stack([net.kind.slope(gate, pre[gate]).abs() < SATURATED for pre in net.run.pre]).double()
        for gate in GATES[cell]
    }
    result = [("saturation", apart(found["saturation"], torch.stack([*shut.values()]).mean((0, 2))))]
    gated = cell in ("lstm", "gru")
    names = list(GATES[cell]) if gated else []
    result.append(("gates.names", same([list(found["gates"]), list(found["gate_saturation"])], [names, names])))
    for gate in names:
        values = torch.stack([gates[gate].detach() for gates in net.run.gates])
        result.append(("gates", apart(found["gates"][gate], values, floor=ROUNDING)))
        result.append(("gate_saturation", apart(found["gate_saturation"][gate], shut[gate].mean(1))))
    if not gated:
        result += [(name, same(found[name], {})) for name in ("gates", "gate_saturation")]
        result.append(("log10_carry", same(found["log10_carry"], None)))
    else:
        kept = torch.stack([gates["f" if cell == "lstm" else "z"].detach() for gates in net.run.gates])
        after = torch.cat([kept[1:], torch.ones_like(kept[:1])]).flip(0).cumprod(0).flip(0)
        result.append(("log10_carry", log_apart(found["log10_carry"], after.max(1).values)))
    if cell != "lstm":
        return [*result, ("cell_state", same(found["cell_state"], None))]
    c = torch.stack(net.run.c).detach()
    return [*result, ("cell_state", apart(found["cell_state"], c, floor=ROUNDING))]


def about_form(found: dict[str, Any]) -> Errors:
    """Every null of a log10 has its reason in `notes`."""
    # none at T = 1, none of a cell that has no c_t or gates, none where clipping acts on parameters, −∞ exponents
    excused = {"log10_growth_per_step"}
    lost = [name for name in found if "log10" in name and name not in excused and found[name] is not None]
    # above the diagonal there is nothing to explain
    lost = [name for name in lost if has_null(found[name]) and not only_above(found[name])]
    reasons = " ".join(found["notes"])
    return [("notes", same(all(name in reasons for name in lost), True))]
