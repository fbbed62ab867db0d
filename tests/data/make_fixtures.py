"""Write the fixtures of this folder: small networks and what PyTorch's autograd makes of them, in float64.

PyTorch is no dependency of the project. To make the files again, in an environment of its own:

    python3 -m venv /somewhere/torch
    /somewhere/torch/bin/pip install torch==2.13.0 numpy
    /somewhere/torch/bin/python tests/data/make_fixtures.py

Every `<cell>_<activation>[_<skip>]_<T>_<H>_<D>_<V>.npz` holds `weight_ih_l0` (G·H, D), `weight_hh_l0` (G·H, H),
`bias_ih_l0` (G·H,), `bias_hh_l0` (G·H,), of a feed-forward net each with a leading axis T, `readout_weight` (V, H),
`readout_bias` (V,), `inputs` (T, D), `h_0` (H,), of an LSTM `c_0` (H,), `targets` (T,), and the results. What is
marked ° is the LSTM's alone.

- `states`, `cells`° (T, H), `gates` (T, G, H), `step_losses` (T,), `losses` (3,) for the losses last, sum and mean;
- `grad_<loss>`, every parameter's gradient, flattened and joined in the order above; `grad_<loss>_states` (T, H), that
  of `last` being ∂L_T/∂h_t; `grad_<loss>_cells`° (T, H) with the way from c_t to h_t; `grad_<loss>_inputs` (T, D);
  `grad_<loss>_h_0`, `grad_<loss>_c_0`° (H,);
- `truncated_<loss>` (3, P), `truncated_<loss>_states` (3, T, H), `truncated_<loss>_cells`°: the same where the
  gradient of L_t reaches the steps t − K < k ≤ t alone, K = 1, 2, 3;
- `itemised_hh`, `itemised_ih` (T, T): ‖∂L_t/∂W⁽ᵏ⁾‖, every step's copy of the matrix being a leaf of its own;
- `state_jacobians` (T, T): ‖∂h_t/∂h_k‖₂, `state_pairs`: ‖∂h_t/∂h_k‖_F, `cell_jacobians`°: ‖∂h_t/∂c_k‖₂ with the way
  from c_k to h_k; `state_map_norm`: ‖∂(h_T, c_T)/∂(h_1, c_1)‖₂;
- `influence_<measure>` and `influence_<measure>_output` (T, T), on h_t and on y_t: `gradient` ‖∂h_t/∂x_k‖_F,
  `gradient_input` ‖(∂h_t/∂x_k) x_k‖₂, `integrated` with its `integrated_residual[_output]` (T,), and `occlusion`
  ‖h_t − h_t(x_k := 0)‖₂. Row t, column k; NaN for k > t;
- `clip_thresholds`, `clip_touched` (3,) for the modes norm, value, step; `clip_<mode>`: the gradient of the summed
  loss as clipped, flattened and joined; `clip_step_states` (T, H).

Where `nn.RNN`, `nn.LSTM` or `nn.GRU` can run a network, the explicit graph is held to it. |a| < 7 for every gate and
ρ ≤ 1 for every block of W_hh, so that 1 − h² does not cancel and no chaos parts two correct programs.
"""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]
from torch_cells import GATES, Kind  # type: ignore[import-not-found,unused-ignore]
from torch_influence import influence, jacobians  # type: ignore[import-not-found,unused-ignore]
from torch_net import PARAMETERS, TorchNet, of_module  # type: ignore[import-not-found,unused-ignore]

FOLDER = Path(__file__).parent
SIZES = ((1, 1, 1, 2), (1, 4, 3, 5), (2, 3, 2, 4), (7, 1, 2, 3), (7, 5, 3, 6))
SMALL, MIDDLE, LARGE = SIZES[2:]
LOSSES = ("last", "sum", "mean")
CUTS = (1, 2, 3)
MEASURES = ("gradient", "gradient-input", "integrated", "occlusion")
AGREES = 1e-13


def main() -> None:
    """Write every fixture."""
    torch.set_num_threads(1)
    for number, (kind, size) in enumerate(cases()):
        skip = "" if kind.skip == "none" else f"_{kind.skip.replace(':', '')}"
        name = f"{kind.cell}_{kind.activation}{skip}_{'_'.join(map(str, size))}"
        np.savez_compressed(FOLDER / f"{name}.npz", **results(kind, draw(number, kind, *size)))


def cases() -> list[tuple[Kind, tuple[int, int, int, int]]]:
    """Every network: all cells at all sizes, all activations, and skips of every reach."""
    plain = [
        *itertools.product([Kind("rnn", activation) for activation in ("tanh", "relu", "sigmoid", "linear")], SIZES),
        *itertools.product([Kind(cell, "tanh") for cell in ("lstm", "gru", "feedforward")], SIZES),
        *((Kind("feedforward", activation), LARGE) for activation in ("sigmoid", "relu", "linear")),
    ]
    cells = [Kind("rnn", "tanh"), *(Kind(cell, "tanh") for cell in ("lstm", "gru", "feedforward"))]
    skipped = [
        *((kind._replace(skip=skip), LARGE) for kind in cells for skip in ("pinned:2-5", "shared:2")),
        *((kind._replace(skip="shared:1"), MIDDLE) for kind in cells[1:]),
        *((Kind(cell, "tanh", skip), SMALL) for cell, skip in (("lstm", "pinned:1-2"), ("gru", "shared:2"))),
        *((Kind("rnn", activation, "shared:3"), LARGE) for activation in ("relu", "linear")),
        (Kind("lstm", "tanh", "pinned:1-7"), LARGE),
    ]
    return plain + skipped


def draw(seed: int, kind: Kind, steps: int, hidden: int, inputs: int, vocabulary: int) -> dict[str, Any]:
    """Parameters, inputs, non-zero initial states and targets of one network, as tensors."""
    rng = np.random.default_rng([seed, steps, hidden])
    blocks, deep = len(GATES[kind.cell]), (steps,) if kind.cell == "feedforward" else ()
    weight_hh = rng.standard_normal((*deep, blocks, hidden, hidden))
    weight_hh *= rng.uniform(0.6, 1.0) / np.abs(np.linalg.eigvals(weight_hh)).max(axis=-1)[..., None, None]
    rows = blocks * hidden
    arrays = {
        "weight_ih_l0": rng.standard_normal((*deep, rows, inputs)) / np.sqrt(inputs),
        "weight_hh_l0": weight_hh.reshape(*deep, rows, hidden),
        "bias_ih_l0": 0.3 * rng.standard_normal((*deep, rows)),
        "bias_hh_l0": 0.3 * rng.standard_normal((*deep, rows)),
        "readout_weight": rng.standard_normal((vocabulary, hidden)),
        "readout_bias": 0.3 * rng.standard_normal(vocabulary),
        "inputs": rng.standard_normal((steps, inputs)),
        "h_0": rng.uniform(0.1, 0.9, hidden) * rng.choice([-1.0, 1.0], hidden),
    }
    tensors = {name: torch.tensor(value, dtype=torch.float64) for name, value in arrays.items()}
    tensors["targets"] = torch.tensor(rng.integers(0, vocabulary, steps))
    if kind.cell == "lstm":
        c_0 = rng.uniform(0.3, 1.5, hidden) * rng.choice([-1.0, 1.0], hidden)
        tensors["c_0"] = torch.tensor(c_0, dtype=torch.float64)
    return tensors


def results(kind: Kind, tensors: dict[str, Any]) -> dict[str, Any]:
    """The network and all that PyTorch finds, as arrays."""
    net = TorchNet(kind, tensors)
    found = dict(tensors)
    found |= {"states": torch.stack(net.h), "step_losses": net.losses}
    found["gates"] = torch.stack([torch.stack(list(gates.values())) for gates in net.run.gates])
    if kind.cell == "lstm":
        found["cells"] = torch.stack(net.run.c)
    assert max(a.abs().max() for pre in net.run.pre for a in pre.values()) < 7
    found["losses"] = torch.stack([net.loss(loss) for loss in LOSSES])
    for loss in LOSSES:
        found |= gradients(net, tensors, loss)
        found |= truncated(net, loss)
    found |= pairs(net)
    found |= clipped(net)
    return {name: torch.as_tensor(value).detach().numpy() for name, value in found.items()}


def gradients(net: TorchNet, tensors: dict[str, Any], loss: str) -> dict[str, Any]:
    """The gradient of L at every parameter, state and input, and at h_0 and c_0."""
    found = net.gradients(net.loss(loss))
    module = of_module(net.kind, tensors, loss)
    if module is not None:
        found = found._replace(parameters={name: module[name] for name in PARAMETERS})
        same = net.gradients(net.loss(loss))
        for name, ours in (same.parameters | same._asdict()).items():
            if name in module and name != "states":
                hold(ours, module[name])
        hold(torch.stack(net.h), module["states"])
    at_cells = {f"grad_{loss}_cells": found.cells, f"grad_{loss}_c_0": found.c_0} if net.kind.cell == "lstm" else {}
    return at_cells | {
        f"grad_{loss}": join(found.parameters),
        f"grad_{loss}_states": found.states,
        f"grad_{loss}_inputs": found.inputs,
        f"grad_{loss}_h_0": found.h_0,
    }


def truncated(net: TorchNet, loss: str) -> dict[str, Any]:
    """The truncated gradient, found in two ways."""
    cuts = [net.truncated(loss, steps) for steps in CUTS]
    for steps, cut in zip(CUTS, cuts, strict=True):
        stopped = net.cut(loss, truncate=steps)
        hold(join(stopped.parameters), join(cut.parameters))
        hold(stopped.states, cut.states)
        hold(stopped.cells, cut.cells)
    found = {f"truncated_{loss}": torch.stack([join(cut.parameters) for cut in cuts])}
    found[f"truncated_{loss}_states"] = torch.stack([cut.states for cut in cuts])
    if net.kind.cell == "lstm":
        found[f"truncated_{loss}_cells"] = torch.stack([cut.cells for cut in cuts])
    return found


def pairs(net: TorchNet) -> dict[str, Any]:
    """What every step k does to every step t ≥ k."""
    of_states = jacobians(net)
    found = dict(zip(("itemised_hh", "itemised_ih"), net.itemised(), strict=True))
    found["state_jacobians"] = torch.linalg.matrix_norm(of_states.states, 2)
    found["state_pairs"] = torch.linalg.matrix_norm(of_states.states)
    if net.kind.cell == "lstm":
        found["cell_jacobians"] = torch.linalg.matrix_norm(of_states.cells, 2)
    residuals = {}
    for measure, on_output in itertools.product(MEASURES, (False, True)):
        end = "_output" * on_output
        of_words, residual = influence(net, measure, on_output=on_output)
        found[f"influence_{measure.replace('-', '_')}{end}"] = of_words
        if measure == "integrated":
            residuals[f"integrated_residual{end}"] = residual
    above = torch.ones(net.steps, net.steps).triu(1) == 1
    found = {name: value.detach().masked_fill(above, torch.nan) for name, value in found.items()}
    return {**found, **residuals, "state_map_norm": net.state_map_norm()}


def clipped(net: TorchNet) -> dict[str, Any]:
    """The gradient of the summed loss, clipped in the three ways at thresholds that bite."""
    raw = net.gradients(net.loss("sum"))
    vector = join(raw.parameters)
    largest_step = torch.linalg.norm(raw.states, dim=1).max()
    thresholds = torch.stack([0.3 * torch.linalg.norm(vector), 0.5 * vector.abs().max(), 0.6 * largest_step])
    of_norm, of_value, of_step = thresholds
    scale = min(1.0, float(of_norm / torch.linalg.norm(vector)))
    step = net.cut("sum", threshold=float(of_step))
    return {
        "clip_thresholds": thresholds,
        "clip_touched": torch.tensor([scale < 1, (vector.abs() > of_value).sum(), step.touched]),
        "clip_norm": scale * vector,
        "clip_value": vector.clamp(-of_value, of_value),
        "clip_step": join(step.parameters),
        "clip_step_states": step.states,
    }


def join(by_name: dict[str, Any]) -> Any:
    """All parameters' values as one vector."""
    return torch.cat([by_name[name].flatten() for name in PARAMETERS])


def hold(found: Any, true: Any) -> None:
    """Holds two ways to one tensor to each other."""
    assert torch.linalg.norm(found - true) <= AGREES * max(1.0, float(torch.linalg.norm(true)))


if __name__ == "__main__":
    main()
