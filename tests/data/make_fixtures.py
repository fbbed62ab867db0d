"""Write the fixtures of this folder: small simple RNNs and what PyTorch's autograd makes of them, in float64.

PyTorch is no dependency of the project. To make the files again, in an environment of its own:

    python3 -m venv /somewhere/torch
    /somewhere/torch/bin/pip install torch==2.13.0 numpy
    /somewhere/torch/bin/python tests/data/make_fixtures.py

Every `rnn_<activation>_<T>_<H>_<D>_<V>.npz` holds `weight_ih_l0` (H, D), `weight_hh_l0` (H, H), `bias_ih_l0` (H,),
`bias_hh_l0` (H,), `readout_weight` (V, H), `readout_bias` (V,), `inputs` (T, D), `h_0` (H,), `targets` (T,), and
the results:

- `states` (T, H), `step_losses` (T,), `losses` (3,) for the losses last, sum and mean;
- `grad_<loss>`, every parameter's gradient, flattened and joined in the order above; `grad_<loss>_states` (T, H), that
  of `last` being ∂L_T/∂h_t; `grad_<loss>_inputs` (T, D); `grad_<loss>_h_0` (H,);
- `itemised_hh`, `itemised_ih` (T, T): ‖∂L_t/∂W⁽ᵏ⁾‖, every step's copy of the matrix being a leaf of its own;
- `state_jacobians` (T, T): ‖∂h_t/∂h_k‖₂; `influence_gradient` (T, T): ‖∂h_t/∂x_k‖_F; `influence_gradient_input`
  (T, T): ‖(∂h_t/∂x_k) x_k‖₂; `influence_occlusion` (T, T): ‖h_t − h_t(x_k := 0)‖₂. Row t, column k; NaN for k > t;
- `clip_thresholds`, `clip_touched` (3,) for the modes norm, value, step; `clip_<mode>`: the gradient of the summed
  loss as clipped, flattened and joined; `clip_step_states` (T, H).

tanh and ReLU come from `nn.RNN` itself; sigmoid and linear, which it lacks, from the loop that gives the gradients at
the states. |a| < 7 and ρ(W) ≤ 1 throughout, so that 1 − h² does not cancel and no chaos parts two correct programs.
"""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]

FOLDER = Path(__file__).parent
ACTIVATIONS = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid, "linear": lambda a: a}
SIZES = ((1, 1, 1, 2), (1, 4, 3, 5), (2, 3, 2, 4), (7, 1, 2, 3), (7, 5, 3, 6))
LOSSES = ("last", "sum", "mean")
PARAMETERS = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "readout_weight", "readout_bias")
PAIRS = (
    *("itemised_hh", "itemised_ih", "state_jacobians"),
    *("influence_gradient", "influence_gradient_input", "influence_occlusion"),
)


def main() -> None:
    """Write every fixture."""
    torch.set_num_threads(1)
    for number, (activation, size) in enumerate(itertools.product(ACTIVATIONS, SIZES)):
        arrays = results(activation, draw(number, *size))
        np.savez_compressed(FOLDER / f"rnn_{activation}_{'_'.join(map(str, size))}.npz", **arrays)


def draw(seed: int, steps: int, hidden: int, inputs: int, vocabulary: int) -> dict[str, Any]:
    """Parameters, inputs, a non-zero h_0 and targets of one network, as tensors."""
    rng = np.random.default_rng([seed, steps, hidden])
    weight_hh = rng.standard_normal((hidden, hidden))
    weight_hh *= rng.uniform(0.6, 1.0) / np.abs(np.linalg.eigvals(weight_hh)).max()
    arrays = {
        "weight_ih_l0": rng.standard_normal((hidden, inputs)) / np.sqrt(inputs),
        "weight_hh_l0": weight_hh,
        "bias_ih_l0": 0.3 * rng.standard_normal(hidden),
        "bias_hh_l0": 0.3 * rng.standard_normal(hidden),
        "readout_weight": rng.standard_normal((vocabulary, hidden)),
        "readout_bias": 0.3 * rng.standard_normal(vocabulary),
        "inputs": rng.standard_normal((steps, inputs)),
        "h_0": rng.uniform(0.1, 0.9, hidden) * rng.choice([-1.0, 1.0], hidden),
    }
    tensors = {name: torch.tensor(value, dtype=torch.float64) for name, value in arrays.items()}
    return {**tensors, "targets": torch.tensor(rng.integers(0, vocabulary, steps))}


def results(activation: str, net: dict[str, Any]) -> dict[str, Any]:
    """The network and all that PyTorch finds, as arrays."""
    found = dict(net)
    states, losses = run(activation, net)
    found["states"], found["step_losses"] = torch.stack(states), losses
    found["losses"] = torch.stack([combine(losses, loss) for loss in LOSSES])
    for loss in LOSSES:
        each = gradients(activation, net, loss)
        found[f"grad_{loss}"] = join(each)
        for name in ("states", "inputs", "h_0"):
            found[f"grad_{loss}_{name}"] = each[name]
    found |= pairs(activation, net)
    found |= clipped(activation, net)
    return {name: torch.as_tensor(value).detach().numpy() for name, value in found.items()}


def run(
    activation: str, net: dict[str, Any], copies_hh: Any = None, copies_ih: Any = None, start: int = 0, hook: Any = None
) -> tuple[list[Any], Any]:
    """The states and step losses by the plain loop, each step with its own copy of the matrices where given.

    `hook` is laid on every state, to change the whole gradient that arrives there.
    """
    steps = len(net["targets"])
    state, states = net["h_0"], []
    for step in range(start, steps):
        weight_hh = net["weight_hh_l0"] if copies_hh is None else copies_hh[step]
        weight_ih = net["weight_ih_l0"] if copies_ih is None else copies_ih[step]
        summed = weight_ih @ net["inputs"][step] + net["bias_ih_l0"] + weight_hh @ state + net["bias_hh_l0"]
        assert summed.abs().max() < 7
        state = ACTIVATIONS[activation](summed)
        if hook is not None:
            state.register_hook(hook)
        states.append(state)
    logits = torch.stack(states) @ net["readout_weight"].T + net["readout_bias"]
    losses = torch.nn.functional.cross_entropy(logits, net["targets"][start:], reduction="none")
    return states, losses


def combine(step_losses: Any, loss: str) -> Any:
    """The loss L out of the losses of the steps."""
    return {"last": step_losses[-1], "sum": step_losses.sum(), "mean": step_losses.mean()}[loss]


def join(by_name: dict[str, Any]) -> Any:
    """All parameters' values as one vector."""
    return torch.cat([by_name[name].flatten() for name in PARAMETERS])


def leaves(net: dict[str, Any]) -> dict[str, Any]:
    """The network with every real tensor a leaf of its own."""
    return {name: value.clone().requires_grad_(name != "targets") for name, value in net.items()}


def gradients(activation: str, net: dict[str, Any], loss: str) -> dict[str, Any]:
    """The gradient of L at every parameter, state and input, and at h_0."""
    net = leaves(net)
    states, losses = run(activation, net)
    names = [*PARAMETERS, "inputs", "h_0"]
    found = torch.autograd.grad(
        combine(losses, loss), [net[name] for name in names] + states, allow_unused=True, materialize_grads=True
    )
    by_loop = dict(zip(names, found, strict=False)) | {"states": torch.stack(found[len(names) :])}
    if activation not in ("tanh", "relu"):
        return by_loop
    by_module = gradients_of_module(activation, net, loss)
    for name, gradient in by_module.items():
        assert torch.linalg.norm(gradient - by_loop[name]) <= 1e-13 * max(1, torch.linalg.norm(gradient))
    return by_loop | by_module


def gradients_of_module(activation: str, net: dict[str, Any], loss: str) -> dict[str, Any]:
    """The gradients at the parameters, the inputs and h_0 from `nn.RNN` itself."""
    hidden, inputs = net["weight_ih_l0"].shape
    cell = torch.nn.RNN(inputs, hidden, nonlinearity=activation, dtype=torch.float64)
    readout = torch.nn.Linear(hidden, len(net["readout_bias"]), dtype=torch.float64)
    cell.load_state_dict({name: net[name].detach() for name in PARAMETERS[:4]})
    readout.load_state_dict({name: net[f"readout_{name}"].detach() for name in ("weight", "bias")})
    given = net["inputs"].detach().clone().requires_grad_()
    first = net["h_0"].detach().clone().requires_grad_()
    states, _ = cell(given, first[None])
    losses = torch.nn.functional.cross_entropy(readout(states), net["targets"], reduction="none")
    wanted = [*(getattr(cell, name) for name in PARAMETERS[:4]), readout.weight, readout.bias, given, first]
    found = torch.autograd.grad(combine(losses, loss), wanted)
    return dict(zip([*PARAMETERS, "inputs", "h_0"], found, strict=True))


def pairs(activation: str, net: dict[str, Any]) -> dict[str, Any]:
    """What every step k does to every step t ≥ k."""
    net = leaves(net)
    steps = len(net["targets"])
    copies_hh = [net["weight_hh_l0"].detach().clone().requires_grad_() for _ in range(steps)]
    copies_ih = [net["weight_ih_l0"].detach().clone().requires_grad_() for _ in range(steps)]
    states, losses = run(activation, net, copies_hh, copies_ih)
    found = {name: torch.full((steps, steps), torch.nan, dtype=torch.float64) for name in PAIRS}
    for t in range(steps):
        for name, copies in (("itemised_hh", copies_hh), ("itemised_ih", copies_ih)):
            each = torch.autograd.grad(losses[t], copies[: t + 1], retain_graph=True)
            found[name][t, : t + 1] = torch.stack([torch.linalg.norm(one) for one in each])
        rows = [
            torch.autograd.grad(unit, [net["inputs"], *states[: t + 1]], retain_graph=True, materialize_grads=True)
            for unit in states[t]
        ]
        for k in range(t + 1):
            to_state = torch.stack([row[1 + k] for row in rows])
            to_input = torch.stack([row[0][k] for row in rows])
            found["state_jacobians"][t, k] = torch.linalg.matrix_norm(to_state, 2)
            found["influence_gradient"][t, k] = torch.linalg.norm(to_input)
            found["influence_gradient_input"][t, k] = torch.linalg.norm(to_input @ net["inputs"][k])
    for k in range(steps):
        without = net["inputs"].detach().clone()
        without[k] = 0
        others, _ = run(activation, {**net, "inputs": without})
        for t in range(k, steps):
            found["influence_occlusion"][t, k] = torch.linalg.norm(states[t] - others[t])
    return found


def clipped(activation: str, net: dict[str, Any]) -> dict[str, Any]:
    """The gradient of the summed loss, clipped in the three ways at thresholds that bite."""
    raw = gradients(activation, net, "sum")
    vector = join(raw)
    largest_step = torch.linalg.norm(raw["states"], dim=1).max()
    thresholds = torch.stack([0.3 * torch.linalg.norm(vector), 0.5 * vector.abs().max(), 0.6 * largest_step])
    of_norm, of_value, of_step = thresholds
    touched: list[bool] = []

    def limit(gradient: Any) -> Any:
        size = torch.linalg.norm(gradient)
        touched.append(bool(size > of_step))
        return gradient * of_step / size if touched[-1] else gradient

    net = leaves(net)
    states, losses = run(activation, net, hook=limit)
    for state in states:
        state.retain_grad()
    losses.sum().backward()
    scale = min(1.0, float(of_norm / torch.linalg.norm(vector)))
    return {
        "clip_thresholds": thresholds,
        "clip_touched": torch.tensor([scale < 1, (vector.abs() > of_value).sum(), sum(touched)]),
        "clip_norm": scale * vector,
        "clip_value": vector.clamp(-of_value, of_value),
        "clip_step": join({name: net[name].grad for name in PARAMETERS}),
        "clip_step_states": torch.stack([state.grad for state in states]),
    }


if __name__ == "__main__":
    main()
