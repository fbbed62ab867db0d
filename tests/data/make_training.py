"""Write `training/*.npz`: gradients over a batch, and whole trainings, by PyTorch in float64.

To make the files again see `make_fixtures.py`.

`gradients.npz`, T = 7 steps of B = 3 sequences, from h_0 = c_0 = 0:
- `<net>_start`: the parameters, flattened and joined in the order `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`,
  `bias_hh_l0` (of a feed-forward net each with a leading axis T), `readout_weight`, `readout_bias`, where `<net>` is
  `<cell>_<activation>`;
- `inputs` (T, B, D); `targets_<kind>`: of the last step (1, B) or (1, B, V), of all steps (T, B) or (T, B, V);
- `<net>_<skip>_<kind>`: ∂L/∂θ in the same order, L being the mean over the scored steps and the batch;
- `<net>_<skip>_<kind>_copies` (T,): ‖∂L/∂W_hh⁽ᵏ⁾‖_F of the copy used at step k; `…_states` (T,): the mean over the
  batch of ‖∂L_b/∂h_k‖, L_b being the loss of sequence b alone.

`paths.npz`, a tanh network over 200 batches of a task as temporal order is: `start`, `symbols` (200, T, B), `targets`
(200, B), and by `<path>`: `<path>_end` the parameters, `<path>_losses`, `<path>_norms` (200,) before clipping. `norm`
is clipped by g·min(1, θ/‖g‖), without the 1e-6 that `clip_grad_norm_` adds to ‖g‖.

`optimisers.npz`: `gradients` (N, P) and, by optimiser, the parameters after each of the N updates from zero.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]
from torch_cells import CELL, GATES, Kind, unroll  # type: ignore[import-not-found,unused-ignore]

FOLDER = Path(__file__).parent / "training"
STEPS, BATCH, INPUTS, HIDDEN, OUTPUTS = 7, 3, 3, 4, 4
SKIPS = ("none", "pinned:2-5", "shared:2")
NETS = (
    *(("rnn", activation) for activation in ("tanh", "sigmoid", "relu", "linear")),
    *(("feedforward", "tanh"), ("lstm", "tanh"), ("gru", "tanh")),
)
KINDS = ("last_classes", "last_numbers", "all_classes", "all_numbers")
PATHS: dict[str, tuple[Any, str, float]] = {
    "norm": (lambda p: torch.optim.SGD(p, lr=0.3), "norm", 1.0),
    "value": (lambda p: torch.optim.SGD(p, lr=0.1), "value", 0.02),
    "momentum": (lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9), "norm", 1.0),
    "adam": (lambda p: torch.optim.Adam(p, lr=0.01), "off", 1.0),
    "rmsprop": (lambda p: torch.optim.RMSprop(p, lr=0.003), "off", 1.0),
}


def main() -> None:
    """Write the fixtures."""
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    FOLDER.mkdir(exist_ok=True)
    for name, make in (("gradients", gradients), ("paths", paths), ("optimisers", optimisers)):
        np.savez_compressed(FOLDER / f"{name}.npz", **make())


def draw(cell: str, rng: np.random.Generator, *, hidden: int, inputs: int, steps: int) -> list[Any]:
    """The six tensors: W_hh with N(0, .8²/H), the rest as usual."""
    rows, ahead = len(GATES[cell]) * hidden, (steps,) if cell == "feedforward" else ()
    sizes = (
        *(((*ahead, rows, inputs), inputs**-0.5), ((*ahead, rows, hidden), 0.8 * hidden**-0.5)),
        *(((*ahead, rows), 0.3), ((*ahead, rows), 0.3)),
        *(((OUTPUTS, hidden), hidden**-0.5), ((OUTPUTS,), 0.3)),
    )
    return [torch.tensor(scale * rng.standard_normal(shape), requires_grad=True) for shape, scale in sizes]


def copies(cell: str, own: list[Any], steps: int) -> list[tuple[Any, ...]]:
    """A leaf of its own for every tensor of every step."""
    if cell == "feedforward":
        return [tuple(one[t].detach().clone().requires_grad_() for one in own) for t in range(steps)]
    return [tuple(one.detach().clone().requires_grad_() for one in own) for _ in range(steps)]


def joined(parts: Any) -> Any:
    """All entries in a row."""
    return torch.cat([part.reshape(-1) for part in parts]).detach().numpy()


def losses(outputs: Any, targets: Any) -> Any:
    """The loss of every scored step of every sequence, (n, B)."""
    if targets.ndim == outputs.ndim:
        return (outputs - targets).square().mean(dim=-1)
    flat = torch.nn.functional.cross_entropy(outputs.flatten(0, 1), targets.flatten(), reduction="none")
    return flat.reshape(targets.shape)


def gradients() -> dict[str, Any]:
    """What `gradients.npz` holds."""
    rng = np.random.default_rng(11)
    found: dict[str, Any] = {"inputs": rng.standard_normal((STEPS, BATCH, INPUTS))}
    for kind in KINDS:
        count = 1 if kind.startswith("last") else STEPS
        shape = (count, BATCH)
        classes = kind.endswith("classes")
        found[f"targets_{kind}"] = (
            rng.integers(0, OUTPUTS, shape) if classes else rng.standard_normal((*shape, OUTPUTS))
        )
    words = torch.tensor(found["inputs"])
    for cell, activation in NETS:
        start = draw(cell, rng, hidden=HIDDEN, inputs=INPUTS, steps=STEPS)
        found[f"{cell}_{activation}_start"] = joined(start)
        for skip in SKIPS:
            for kind in KINDS if activation == "tanh" else KINDS[:1]:
                targets = torch.tensor(found[f"targets_{kind}"])
                name = f"{cell}_{activation}_{skip.replace(':', '')}_{kind}"
                found |= of_net(name, Kind(cell, activation, skip), start, words, targets)
    return found


def of_net(name: str, kind: Kind, start: list[Any], words: Any, targets: Any) -> dict[str, Any]:
    """The gradients of one network and one loss."""
    weights = copies(kind.cell, start[:4], STEPS)
    zero = torch.zeros(BATCH, HIDDEN)
    run = unroll(kind, weights, words, (zero, zero))
    outputs = torch.stack(run.h)[-len(targets) :] @ start[4].T + start[5]
    loss = losses(outputs, targets).mean()
    leaves = [one for own in weights for one in own]
    wanted = [*leaves, *run.h, *start[4:]]
    grads = torch.autograd.grad(loss, wanted, allow_unused=True)
    parts = [torch.zeros_like(one) if part is None else part for one, part in zip(wanted, grads, strict=True)]
    stacks = [torch.stack(parts[i : len(leaves) : len(CELL)]) for i in range(len(CELL))]
    states = torch.stack(parts[len(leaves) : len(leaves) + STEPS])
    own = stacks if kind.cell == "feedforward" else [stack.sum(dim=0) for stack in stacks]
    return {
        name: joined([*own, *parts[-2:]]),
        f"{name}_copies": stacks[1].flatten(1).norm(dim=1).numpy(),
        f"{name}_states": (BATCH * states).norm(dim=-1).mean(dim=1).numpy(),
    }


def paths() -> dict[str, Any]:
    """What `paths.npz` holds."""
    rng, count, steps, batch, hidden = np.random.default_rng(5), 200, 8, 16, 12
    symbols, which = rng.integers(2, 6, (count, steps, batch)), rng.integers(0, 2, (2, count, batch))
    rows, columns = np.arange(count)[:, None], np.arange(batch)
    symbols[rows, rng.integers(1, 3, (count, batch)), columns] = which[0]
    symbols[rows, rng.integers(4, 6, (count, batch)), columns] = which[1]
    targets = 2 * which[0] + which[1]
    start = draw("rnn", rng, hidden=hidden, inputs=6, steps=steps)
    found = {"start": joined(start), "symbols": symbols.astype(np.uint8), "targets": targets.astype(np.uint8)}
    for name, (make, clip, threshold) in PATHS.items():
        own = [one.detach().clone().requires_grad_() for one in start]
        optimiser, told, norms = make(own), [], []
        for one, wanted in zip(symbols, targets, strict=True):
            optimiser.zero_grad()
            words = torch.nn.functional.one_hot(torch.tensor(one), 6).double()
            zero = torch.zeros(batch, hidden)
            h = unroll(Kind("rnn", "tanh"), [tuple(own[:4])] * steps, words, (zero, zero)).h[-1]
            loss = torch.nn.functional.cross_entropy(h @ own[4].T + own[5], torch.tensor(wanted))
            loss.backward()
            told.append(loss.item())
            norms.append(math.sqrt(sum(float(part.grad.square().sum()) for part in own)))
            for part in own:
                if clip == "norm":
                    part.grad.mul_(min(1.0, threshold / norms[-1]))
                elif clip == "value":
                    part.grad.clamp_(-threshold, threshold)
            optimiser.step()
        found |= {f"{name}_end": joined(own), f"{name}_losses": np.array(told), f"{name}_norms": np.array(norms)}
    return found


def optimisers() -> dict[str, Any]:
    """What `optimisers.npz` holds."""
    rng = np.random.default_rng(3)
    gradient = rng.standard_normal((30, 7)) * 10.0 ** rng.uniform(-6, 2, (30, 7))
    found = {"gradients": gradient}
    for name in ("norm", "momentum", "adam", "rmsprop"):
        at = torch.zeros(7, requires_grad=True)
        optimiser, seen = PATHS[name][0]([at]), []
        for one in gradient:
            at.grad = torch.tensor(one)
            optimiser.step()
            seen.append(at.detach().numpy().copy())
        found["sgd" if name == "norm" else name] = np.array(seen)
    return found


if __name__ == "__main__":
    main()
