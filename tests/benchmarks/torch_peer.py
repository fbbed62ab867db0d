"""The same work in PyTorch: float64, one thread, its own modules where it has them and the quickest eager form else."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import torch  # type: ignore[import-not-found,unused-ignore]

from tests.benchmarks.rows import DRAWS, INPUTS, RADII, VOCABULARY

Call = Callable[[], Any]
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def build(work: str, steps: int, hidden: int, batch: int) -> Call:
    """The work at this size, ready to be called."""
    torch.manual_seed(0)
    return {
        "rnn": lambda: _layer(torch.nn.RNN, steps, hidden, batch),
        "lstm": lambda: _layer(torch.nn.LSTM, steps, hidden, batch),
        "gru": lambda: _layer(torch.nn.GRU, steps, hidden, batch),
        "itemised": lambda: _itemised(steps, hidden),
        "all pairs": lambda: _all_pairs(steps, hidden),
        "last jacobians": lambda: _last_jacobians(steps, hidden),
        "spectral norms": lambda: _spectral_norms(steps, hidden),
        "sweep": lambda: _sweep(steps, hidden),
        "training step": lambda: _training_step(steps, hidden, batch),
    }[work]()


def _quickest(calls: Sequence[Call]) -> Call:
    """Of several forms of the same work the one that was quickest after a first call."""
    times = []
    for call in calls:
        call()
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return calls[times.index(min(times))]


def _layer(module: Any, steps: int, hidden: int, batch: int) -> Call:
    """`nn.RNN`, `nn.LSTM` or `nn.GRU` and autograd from the last state to all parameters."""
    layer = module(INPUTS, hidden)
    inputs, direct = torch.randn(steps, batch, INPUTS), torch.randn(batch, hidden)
    parameters = list(layer.parameters())

    def call() -> object:
        return torch.autograd.grad(layer(inputs)[0][-1], parameters, direct)

    return call


class _Net:
    """A plain simple RNN whose every pre-activation can be asked about."""

    def __init__(self, steps: int, hidden: int) -> None:
        self.weight_hh = 0.9 * torch.randn(hidden, hidden) / hidden**0.5
        self.driven = torch.randn(steps, hidden)
        self.readout = torch.randn(VOCABULARY, hidden)
        self.targets = torch.randint(VOCABULARY, (steps,))
        self.turned = self.weight_hh.T.contiguous()

    def states(self, added: Any) -> list[Any]:
        """h_t with something added to every pre-activation."""
        state, found = torch.zeros(len(self.weight_hh)), []
        for drive, extra in zip(self.driven.unbind(), added, strict=True):
            state = torch.tanh(torch.addmv(drive + extra, self.weight_hh, state))
            found.append(state)
        return found

    def states_with(self, added: Any) -> list[Any]:
        """h_t with something added to every state, after φ."""
        state, found = torch.zeros(len(self.weight_hh)), []
        for drive, extra in zip(self.driven.unbind(), added, strict=True):
            state = torch.tanh(torch.addmv(drive, self.weight_hh, state)) + extra
            found.append(state)
        return found


def _itemised(steps: int, hidden: int) -> Call:
    """‖∂L_t/∂W⁽ᵏ⁾‖ = ‖∂L_t/∂a_k‖ ‖h_{k−1}‖: a backward pass for every t, in a loop or all batched, the quicker.

    The forward pass is not timed, here as in ours.
    """
    net = _Net(steps, hidden)
    added = torch.zeros(steps, hidden, requires_grad=True)
    states = torch.stack(net.states(added.unbind()))
    losses = torch.nn.functional.cross_entropy(states @ net.readout.T, net.targets, reduction="none")
    before = torch.linalg.vector_norm(torch.cat([torch.zeros(1, hidden), states[:-1].detach()]), dim=1)

    def loop() -> object:
        rows = [torch.autograd.grad(loss, added, retain_graph=True)[0] for loss in losses.unbind()]
        return torch.linalg.vector_norm(torch.stack(rows), dim=2) * before

    def batched() -> object:
        (rows,) = torch.autograd.grad(losses, added, torch.eye(steps), is_grads_batched=True, retain_graph=True)
        return torch.linalg.vector_norm(rows, dim=2) * before

    return _quickest([loop, batched])


def _all_pairs(steps: int, hidden: int) -> Call:
    """‖∂h_t/∂h_k‖_F for all t and k by `torch.func.jacrev` as it comes, forward pass included, here as in ours."""
    net = _Net(steps, hidden)

    def states(added: Any) -> Any:
        return torch.stack(net.states_with(added.unbind()))

    def call() -> object:
        jacobians = torch.func.jacrev(states)(torch.zeros(steps, hidden))
        return torch.linalg.vector_norm(jacobians, dim=(1, 3))

    return call


def _last_jacobians(steps: int, hidden: int) -> Call:
    """∂h_T/∂h_k for all k: the rows of the last state batched or one by one, the quicker; no forward pass is timed."""
    net = _Net(steps, hidden)
    added = torch.zeros(steps, hidden, requires_grad=True)
    last, units = net.states_with(added.unbind())[-1], torch.eye(hidden)

    def batched() -> Any:
        return torch.autograd.grad(last, added, units, is_grads_batched=True, retain_graph=True)[0].transpose(0, 1)

    def loop() -> Any:
        rows = [torch.autograd.grad(last, added, unit, retain_graph=True)[0] for unit in units.unbind()]
        return torch.stack(rows, dim=1)

    return _quickest([batched, loop])


def _spectral_norms(steps: int, hidden: int) -> Call:
    """‖∂h_T/∂h_k‖₂ for all k, by singular values."""
    jacobians = _last_jacobians(steps, hidden)
    return lambda: torch.linalg.matrix_norm(jacobians(), ord=2)


def _sweep(steps: int, hidden: int) -> Call:
    """1024 networks by `baddbmm`, W₀ shared by the radii as ours is, and the norms of the gradient at every step."""
    weights = torch.randn(DRAWS, hidden, hidden) / hidden**0.5
    radii, driven = torch.logspace(-0.3, 0.3, RADII)[:, None], torch.randn(steps, DRAWS, 1, hidden)
    direct, turned = torch.randn(DRAWS, RADII, hidden), weights.transpose(1, 2).contiguous()

    def call() -> object:
        state, states = torch.zeros(DRAWS, RADII, hidden, requires_grad=True), []
        for drive in driven.unbind():
            state = torch.tanh(torch.baddbmm(drive, state * radii, turned))
            states.append(state)
        gradients = torch.autograd.grad(states[-1], states, direct)
        return [torch.linalg.vector_norm(gradient, dim=2).log10() for gradient in gradients]

    return call


def _training_step(steps: int, hidden: int, batch: int) -> Call:
    """`nn.RNN`, `nn.Linear`, cross-entropy, `clip_grad_norm_` and `optim.SGD`."""
    layer, readout = torch.nn.RNN(INPUTS, hidden), torch.nn.Linear(hidden, VOCABULARY)
    parameters = [*layer.parameters(), *readout.parameters()]
    optimiser = torch.optim.SGD(parameters, lr=1e-3)
    inputs, targets = torch.randn(steps, batch, INPUTS), torch.randint(VOCABULARY, (batch,))

    def call() -> object:
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(readout(layer(inputs)[0][-1]), targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        return loss.item()

    return call
