"""The fields of `measure` about the gradient: as it is, truncated, clipped, and the update it makes."""

from typing import Any

import torch  # type: ignore[import-not-found,unused-ignore]
from apart import apart, log_apart, norms_of, same  # type: ignore[import-not-found,unused-ignore]
from torch_cells import CELL  # type: ignore[import-not-found,unused-ignore]
from torch_net import PARAMETERS, TorchNet, of_module  # type: ignore[import-not-found,unused-ignore]

Errors = list[tuple[str, float]]


def errors(found: dict[str, Any], saved: dict[str, Any], net: TorchNet) -> Errors:
    """(field, how far it is from PyTorch's)."""
    settings = found["experiment"]
    loss, truncate = settings["loss"], settings["truncate"]
    whole = net.gradients(net.loss(loss))
    raw = whole if truncate is None else net.truncated(loss, truncate)
    return [
        *about_module(net, saved, loss, whole.parameters),
        *about_gradients(found, net, raw, whole),
        *about_truncation(found, raw.parameters, whole.parameters),
        *about_clip(found, net, raw),
    ]


def about_module(net: TorchNet, saved: dict[str, Any], loss: str, whole: dict[str, Any]) -> Errors:
    """PyTorch's own module beside the explicit graph."""
    module = of_module(net.kind, saved, loss)
    if module is None:
        return []
    ours, its = (flat([by_name[name] for name in PARAMETERS]) for by_name in (whole, module))
    size = torch.linalg.norm(its)
    return [("PyTorch's own module", float(torch.linalg.norm(ours - its) / size) if size else same(ours.any(), False))]


def about_gradients(found: dict[str, Any], net: TorchNet, raw: Any, whole: Any) -> Errors:
    settings = found["experiment"]
    last = (
        net.gradients(net.losses[-1]) if settings["truncate"] is None else net.truncated("last", settings["truncate"])
    )
    norms = {name: torch.linalg.norm(raw.parameters[name]) for name in PARAMETERS}
    norm = torch.linalg.norm(flat([*raw.parameters.values()]))
    lstm = net.kind.cell == "lstm"
    return [
        ("log10_grad_hidden", log_apart(found["log10_grad_hidden"], norms_of(raw.states))),
        ("log10_grad_hidden_full", log_apart(found["log10_grad_hidden_full"], norms_of(whole.states))),
        ("log10_grad_hidden_last", log_apart(found["log10_grad_hidden_last"], norms_of(last.states))),
        (
            "log10_grad_cell",
            log_apart(found["log10_grad_cell"], norms_of(raw.cells)) if lstm else same(found["log10_grad_cell"], None),
        ),
        ("grad_norms", max(apart(found["grad_norms"][name], norms[name]) for name in PARAMETERS)),
        ("grad_norms.names", same(list(found["grad_norms"]), list(PARAMETERS))),
        ("log10_grad_norms", max(log_apart(found["log10_grad_norms"][name], norms[name]) for name in PARAMETERS)),
        ("grad_norm", apart(found["grad_norm"], norm)),
        ("log10_grad_norm", log_apart(found["log10_grad_norm"], norm)),
    ]


def about_truncation(found: dict[str, Any], raw: dict[str, Any], whole: dict[str, Any]) -> Errors:
    """What the cut loses."""
    report, steps = found["truncation"], found["experiment"]["truncate"]
    if steps is None:
        return [("truncation", same(report, None))]
    full, cut = (flat([by_name[name] for name in PARAMETERS]) for by_name in (whole, raw))
    size, size_cut, lost = (torch.linalg.norm(one) for one in (full, cut, full - cut))
    # what is lost may be no more than the rounding of the two
    rounding = 1e-14 * float(size)
    result = [
        ("truncation.steps", same(report["steps"], steps)),
        ("truncation.log10_norm_full", log_apart(report["log10_norm_full"], size)),
        ("truncation.log10_norm_cut", log_apart(report["log10_norm_cut"], size_cut)),
    ]
    if lost <= rounding:
        none = report["log10_norm_lost"] is None or 10 ** report["log10_norm_lost"] <= rounding
        result.append(("truncation.log10_norm_lost", same(none, True)))
    else:
        by = abs(10 ** report["log10_norm_lost"] - float(lost))
        result.append(("truncation.log10_norm_lost", max(0.0, by - rounding) / float(lost)))
    result.append(("truncation.lost", apart(report["lost"], lost / size if size else None, floor=1e-14)))
    cosine = full / size @ (cut / size_cut) if size and size_cut else None
    return [*result, ("truncation.cosine", apart(report["cosine"], cosine, floor=1e-14))]


def about_clip(found: dict[str, Any], net: TorchNet, raw: Any) -> Errors:
    clipped, clipped_delta, report = clip(found["experiment"], net, raw)
    field = found["log10_grad_hidden_clipped"]
    apart_by = same(field, None) if clipped_delta is None else log_apart(field, clipped_delta)
    result = [("log10_grad_hidden_clipped", apart_by)]
    for name, value in report.items():
        field = found["clip"][name]
        if value is None or isinstance(value, str | int):
            result.append((f"clip.{name}", same(field, value)))
        else:
            result.append((f"clip.{name}", log_apart(field, value) if "log10" in name else apart(field, value)))
    return result + about_update(found, net, dict(zip(PARAMETERS, clipped, strict=True)))


def clip(settings: dict[str, Any], net: TorchNet, raw: Any) -> tuple[list[Any], Any, dict[str, Any]]:
    """The clipped gradients, ‖δ_t‖ as clipped, and what `clip` should hold."""
    mode, threshold = settings["clip"], settings["threshold"]
    before, delta = [raw.parameters[name] for name in PARAMETERS], norms_of(raw.states)
    vector = flat(before)
    norm = torch.linalg.norm(vector)
    clipped, clipped_delta, scale, touched, touched_of = before, delta, torch.tensor(1.0), 0, 0
    if mode == "norm":
        scale = torch.minimum(torch.tensor(1.0), threshold / norm) if norm else scale
        clipped, clipped_delta = [scale * g for g in before], scale * delta
        touched, touched_of = int(norm > threshold), 1
    elif mode == "value":
        clipped, clipped_delta, scale = [g.clamp(-threshold, threshold) for g in before], None, None
        touched, touched_of = int((vector.abs() > threshold).sum()), vector.numel()
    elif mode == "step":
        cut = net.cut(settings["loss"], truncate=settings["truncate"], threshold=threshold)
        clipped, touched = [cut.parameters[name] for name in PARAMETERS], cut.touched
        clipped_delta, scale, touched_of = norms_of(cut.states), None, net.steps
    after = flat(clipped)
    norm_after = torch.linalg.norm(after)
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
            "cosine": vector / norm @ (after / norm_after) if norm and norm_after else None,
            "touched": touched,
            "touched_of": touched_of,
        },
    )


def about_update(found: dict[str, Any], net: TorchNet, clipped: dict[str, Any]) -> Errors:
    update, rate = found["update"], found["experiment"]["lr"]
    weight, gradient = net.net["weight_hh_l0"].detach(), clipped["weight_hh_l0"]
    layer = () if update["layer"] is None else (update["layer"] - 1,)
    place = (*layer, update["row"], update["column"])
    stays = {}
    for name in PARAMETERS:
        single = net.net[name].detach().float()
        stays[name] = single - torch.tensor(rate).float() * clipped[name].float() == single
    entries = flat([stays[name] for name in PARAMETERS]).double()
    return [
        ("update.layer", same(len(place), weight.ndim)),
        ("update.place", apart(weight[place].abs(), weight.abs().max())),
        ("update.before", apart(update["before"], weight[place])),
        ("update.gradient", apart(update["gradient"], gradient[place], floor=1e-14 * float(gradient.abs().max()))),
        ("update.after", apart(update["after"], weight[place] - rate * gradient[place])),
        ("update.unmoved_hh", apart(update["unmoved_hh"], stays[CELL[1]].double().mean())),
        ("update.unmoved", apart(update["unmoved"], entries.mean())),
    ]


def flat(tensors: list[Any]) -> Any:
    """All entries as one vector."""
    return torch.cat([one.flatten() for one in tensors])
