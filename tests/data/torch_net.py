"""Any network in PyTorch whose every state, word and copy of its weights autograd can be asked about."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch  # type: ignore[import-not-found,unused-ignore]
from torch_cells import CELL, Kind, layers, unroll  # type: ignore[import-not-found,unused-ignore]

PARAMETERS = (*CELL, "readout_weight", "readout_bias")


class Gradients(NamedTuple):
    """∂L of one loss: by parameter name; at the states and cell states (T, H); at the words, h_0 and c_0.

    `cells` and `c_0` have no width unless the cell is an LSTM.
    """

    parameters: dict[str, Any]
    states: Any
    cells: Any
    inputs: Any
    h_0: Any
    c_0: Any


class Cut(NamedTuple):
    """A gradient changed on its way back: parameters by name, (T, H) states and cells, how many steps were limited."""

    parameters: dict[str, Any]
    states: Any
    cells: Any
    touched: int


class TorchNet:
    """One network by PyTorch, from the tensors that `rnn-tui measure --save-weights` writes.

    Attributes:
        net: every tensor a leaf, by its saved name; c_0 has no width unless the cell is an LSTM.
        words: x_t, each a leaf.
        run, logits, losses: the pass forward, y_t (T, V) and L_t (T,).
    """

    def __init__(self, kind: Kind, saved: Mapping[str, Any]) -> None:
        self.kind = kind
        self.net = {name: saved[name].detach().clone().requires_grad_(name != "targets") for name in (*saved,)}
        self.net.setdefault("c_0", self.net["h_0"].detach()[:0].clone().requires_grad_())
        self.steps = len(saved["targets"])
        self.words = [x.detach().clone().requires_grad_() for x in saved["inputs"]]
        self.weights = layers(kind, self.net, self.steps)
        self.first = (self.net["h_0"], self.net["c_0"])
        self.run = unroll(kind, self.weights, self.words, self.first)
        self.logits = self.readout(torch.stack(self.run.h))
        self.losses = self.step_losses(self.logits)

    @property
    def h(self) -> list[Any]:
        """h_t, a list entry a step."""
        states: list[Any] = self.run.h
        return states

    def readout(self, h: Any) -> Any:
        """y = W_hy h + b_y."""
        return h @ self.net["readout_weight"].T + self.net["readout_bias"]

    def step_losses(self, logits: Any) -> Any:
        """L_t (T,): the cross-entropy, in a form that keeps its digits where it is small."""
        targets = self.net["targets"]
        ahead = logits - logits.gather(1, targets[:, None])
        own = torch.nn.functional.one_hot(targets, logits.shape[1]) == 1
        rivals = torch.logsumexp(ahead.masked_fill(own, -torch.inf), dim=1)
        losses = torch.logaddexp(rivals, torch.zeros_like(rivals))
        plain = torch.nn.functional.cross_entropy(logits, targets, reduction="none")
        assert torch.allclose(losses, plain, rtol=1e-13, atol=1e-13 * (1 + float(logits.detach().abs().max())))
        return losses

    def weights_of(self, loss: str) -> Any:
        """w_t of L = Σ w_t L_t."""
        steps = self.steps
        weights = {"last": [0.0] * (steps - 1) + [1.0], "sum": [1.0] * steps, "mean": [1 / steps] * steps}
        return torch.tensor(weights[loss], dtype=torch.float64)

    def loss(self, kind: str) -> Any:
        """L."""
        return {"last": self.losses[-1], "sum": self.losses.sum(), "mean": self.losses.mean()}[kind]

    def gradients(self, of: Any) -> Gradients:
        """∂of at everything."""
        states, cells = self.run.h, self.run.c
        wanted = [*(self.net[name] for name in PARAMETERS), *self.words, *states, *cells, *self.first]
        found = _grad(of, wanted)
        by_name = dict(zip(PARAMETERS, found, strict=False))
        rest = found[len(PARAMETERS) : -2]
        inputs, h, c = (torch.stack(rest[i * self.steps : (i + 1) * self.steps]) for i in range(3))
        return Gradients(by_name, h, c, inputs, *found[-2:])

    def cut(self, loss: str, *, truncate: int | None = None, threshold: float | None = None) -> Cut:
        """The gradient where that of L_t stops before step t − K, and what arrives at a step is limited to θ.

        Every L_t is followed by a row of its own, so that each can be stopped; the sum of all rows is what arrives.
        """
        log: list[tuple[int, Any, Any, bool]] = []
        h_0, c_0 = (one.expand(self.steps, -1) for one in self.first)
        words = [x.expand(self.steps, -1) for x in self.words]

        def between(t: int, h: Any, c: Any) -> tuple[Any, Any]:
            passed: tuple[Any, Any] = _Gate.apply(h, c, t, truncate, threshold, log)
            return passed

        run = unroll(self.kind, self.weights, words, (h_0, c_0), between)
        own = torch.stack([run.h[t][t] for t in range(self.steps)])
        total = (self.weights_of(loss) * self.step_losses(self.readout(own))).sum()
        parameters = _grad(total, [self.net[name] for name in PARAMETERS])
        log.sort(key=lambda entry: entry[0])
        return Cut(
            dict(zip(PARAMETERS, parameters, strict=True)),
            torch.stack([h for _, h, _, _ in log]),
            torch.stack([self._with_direct(t, h, c) for t, h, c, _ in log]),
            sum(limited for _, _, _, limited in log),
        )

    def _with_direct(self, t: int, at_h: Any, through_later: Any) -> Any:
        """∂L/∂c_t with the way from c_t to h_t, out of that through c_{t+1} and ∂L/∂h_t as they arrive."""
        if self.kind.cell != "lstm":
            return through_later
        cell = self.run.c[t].detach().requires_grad_()
        shown = self.run.gates[t]["o"].detach() * torch.tanh(cell)
        return through_later + torch.autograd.grad(shown, cell, at_h)[0]

    def truncated(self, loss: str, steps: int) -> Cut:
        """The truncated gradient from copies of the weights for every step: Σ_t w_t Σ_{t−K<k≤t} ∂L_t/∂copy_k."""
        copies, run, losses = self.with_copies()
        weights = self.weights_of(loss)
        sums = [[torch.zeros_like(one) for one in own] for own in copies]
        states = torch.zeros(self.steps, len(self.first[0]), dtype=torch.float64)
        cells = torch.zeros(self.steps, len(self.first[1]), dtype=torch.float64)
        for t in range(self.steps):
            for k in range(max(0, t - steps + 1), t + 1):
                *own, at_h, at_c = _grad(losses[t], [*copies[k], run.h[k], run.c[k]])
                sums[k] = [total + weights[t] * one for total, one in zip(sums[k], own, strict=True)]
                states[k] += weights[t] * at_h
                cells[k] += weights[t] * at_c
        readout = _grad(self.loss(loss), [self.net[name] for name in PARAMETERS[4:]])
        by_name = [torch.stack(list(each)) for each in zip(*sums, strict=True)]
        if self.kind.cell != "feedforward":
            by_name = [each.sum(0) for each in by_name]
        return Cut(dict(zip(PARAMETERS, [*by_name, *readout], strict=True)), states, cells, 0)

    def with_copies(self) -> tuple[list[tuple[Any, ...]], Any, Any]:
        """A copy of the cell's tensors for every step, each a leaf, and the run and the losses L_t with them."""
        copies = [tuple(one.detach().clone().requires_grad_() for one in own) for own in self.weights]
        run = unroll(self.kind, copies, self.words, self.first)
        return copies, run, self.step_losses(self.readout(torch.stack(run.h)))

    def itemised(self) -> tuple[Any, Any]:
        """‖∂L_t/∂W_hh⁽ᵏ⁾‖ and ‖∂L_t/∂W_ih⁽ᵏ⁾‖, (T, T), 0 above the diagonal."""
        copies, _, losses = self.with_copies()
        found_hh, found_ih = (torch.zeros(self.steps, self.steps, dtype=torch.float64) for _ in range(2))
        for t in range(self.steps):
            each = _grad(losses[t], [own[i] for own in copies[: t + 1] for i in (0, 1)])
            norms = torch.stack([torch.linalg.norm(one) for one in each])
            found_ih[t, : t + 1], found_hh[t, : t + 1] = norms[::2], norms[1::2]
        return found_hh, found_ih

    def state_map_norm(self) -> Any:
        """‖∂(h_T, c_T)/∂(h_1, c_1)‖₂, h_1 and c_1 each with the other held."""
        start: list[Any] = []

        def between(t: int, h: Any, c: Any) -> tuple[Any, Any]:
            if t:
                return h, c
            start.extend(one.detach().requires_grad_() for one in (h, c))
            return start[0], start[1]

        run = unroll(self.kind, self.weights, self.words, self.first, between)
        last = torch.cat([run.h[-1], run.c[-1]])
        rows = [torch.cat(_grad(last, start, unit)) for unit in torch.eye(len(last), dtype=torch.float64)]
        return torch.linalg.matrix_norm(torch.stack(rows), 2)


class _Gate(torch.autograd.Function):  # type: ignore[misc,unused-ignore]
    """Nothing on the way forward; on the way back, rows t ≥ k + K stop at step k and the sum is limited to θ."""

    @staticmethod
    def forward(ctx: Any, h: Any, c: Any, step: int, truncate: int | None, threshold: float | None, log: Any) -> Any:
        ctx.setting = (step, truncate, threshold, log)
        return h.clone(), c.clone()

    @staticmethod
    def backward(ctx: Any, *arriving: Any) -> Any:
        step, truncate, threshold, log = ctx.setting
        if truncate is not None:
            arriving = tuple(torch.cat([g[: step + truncate], 0 * g[step + truncate :]]) for g in arriving)
        whole = torch.cat([g.sum(0) for g in arriving])
        size = torch.linalg.norm(whole)
        limited = threshold is not None and bool(size > threshold)
        if limited:
            arriving = tuple(g * (threshold / size) for g in arriving)
        log.append((step, arriving[0].sum(0), arriving[1].sum(0), limited))
        return *arriving, None, None, None, None


def of_module(kind: Kind, net: Mapping[str, Any], loss: str) -> dict[str, Any] | None:
    """The gradients at the parameters, the words and h_0 (and c_0) by PyTorch's own module, if any."""
    if kind.skip != "none" or kind.cell == "feedforward" or kind.activation not in ("tanh", "relu"):
        return None
    gates = {"rnn": 1, "lstm": 4, "gru": 3}[kind.cell]
    rows, inputs = net["weight_ih_l0"].shape
    hidden = rows // gates
    module = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[kind.cell]
    options = {"nonlinearity": kind.activation} if kind.cell == "rnn" else {}
    cell = module(inputs, hidden, dtype=torch.float64, **options)
    readout = torch.nn.Linear(hidden, len(net["readout_bias"]), dtype=torch.float64)
    cell.load_state_dict({name: net[name].detach() for name in CELL})
    readout.load_state_dict({name: net[f"readout_{name}"].detach() for name in ("weight", "bias")})
    names = ["inputs", "h_0", *(["c_0"] if kind.cell == "lstm" else [])]
    given = [net[name].detach().clone().requires_grad_() for name in names]
    before = tuple(one[None] for one in given[1:])
    states, _ = cell(given[0], before if kind.cell == "lstm" else before[0])
    losses = torch.nn.functional.cross_entropy(readout(states), net["targets"], reduction="none")
    total = {"last": losses[-1], "sum": losses.sum(), "mean": losses.mean()}[loss]
    wanted = [*(getattr(cell, name) for name in CELL), readout.weight, readout.bias, *given]
    return dict(zip([*PARAMETERS, *names], _grad(total, wanted), strict=True)) | {"states": states.detach()}


def _grad(of: Any, wanted: list[Any], along: Any = None) -> list[Any]:
    return list(torch.autograd.grad(of, wanted, along, retain_graph=True, allow_unused=True, materialize_grads=True))
