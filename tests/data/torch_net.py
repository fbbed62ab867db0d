"""A simple RNN in PyTorch whose every state, word and copy of W_hh autograd can be asked about."""

from collections.abc import Mapping
from typing import Any

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import torch  # type: ignore[import-not-found,unused-ignore]

ACTIVATIONS = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu, "linear": lambda a: a}
PARAMETERS = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "readout_weight", "readout_bias")


class Recomputed:
    """One network by PyTorch, from the tensors that `rnn-tui measure --save-weights` wrote."""

    def __init__(self, activation: str, saved: Mapping[str, Any]) -> None:
        self.activation = activation
        self.net = {name: saved[name].clone().requires_grad_(name != "targets") for name in saved}
        self.steps = len(saved["targets"])
        self.words = [x.clone().requires_grad_() for x in saved["inputs"]]
        self.copies = [saved["weight_hh_l0"].clone().requires_grad_() for _ in range(self.steps)]
        self.a, self.h = self.forward(self.words, self.net["weight_hh_l0"])
        self.logits = torch.stack(self.h) @ self.net["readout_weight"].T + self.net["readout_bias"]
        self.losses = torch.nn.functional.cross_entropy(self.logits, self.net["targets"], reduction="none")

    def forward(self, words: Any, weight_hh: Any, hook: Any = None) -> tuple[list[Any], list[Any]]:
        """a_t and h_t; `weight_hh` is one matrix, or a list of copies; `hook` is laid on every state."""
        net, state, before, after = self.net, self.net["h_0"], [], []
        for step, x in enumerate(words):
            weight = weight_hh[step] if isinstance(weight_hh, list) else weight_hh
            a = net["weight_ih_l0"] @ x + net["bias_ih_l0"] + weight @ state + net["bias_hh_l0"]
            state = ACTIVATIONS[self.activation](a)
            if hook is not None:
                state.register_hook(hook)
            before.append(a)
            after.append(state)
        return before, after

    def loss(self, kind: str, losses: Any) -> Any:
        """L."""
        return {"last": losses[-1], "sum": losses.sum(), "mean": losses.mean()}[kind]

    def gradients(self, of: Any, wanted: Any) -> list[Any]:
        """∂of/∂wanted."""
        return list(torch.autograd.grad(of, wanted, retain_graph=True, allow_unused=True, materialize_grads=True))

    def jacobians(self, t: int, wanted: list[Any]) -> list[Any]:
        """∂h_t/∂wanted, a row a unit."""
        units = torch.eye(len(self.h[t]), dtype=torch.float64)
        rows = [
            torch.autograd.grad(self.h[t], wanted, unit, retain_graph=True, allow_unused=True, materialize_grads=True)
            for unit in units
        ]
        return [torch.stack(list(each)) for each in zip(*rows, strict=True)]

    def itemised(self) -> Any:
        """‖∂L_t/∂W⁽ᵏ⁾‖ (T, T), 0 above the diagonal."""
        found = torch.zeros(self.steps, self.steps, dtype=torch.float64)
        _, states = self.forward(self.words, self.copies)
        logits = torch.stack(states) @ self.net["readout_weight"].T + self.net["readout_bias"]
        losses = torch.nn.functional.cross_entropy(logits, self.net["targets"], reduction="none")
        for t in range(self.steps):
            each = self.gradients(losses[t], self.copies[: t + 1])
            found[t, : t + 1] = torch.stack([torch.linalg.norm(one) for one in each])
        return found

    def influence(self, measure: str) -> Any:
        """The influence of word k on h_t (T, T), 0 above the diagonal."""
        found = torch.zeros(self.steps, self.steps, dtype=torch.float64)
        if measure == "occlusion":
            for k in range(self.steps):
                with torch.no_grad():
                    _, others = self.forward([x * (i != k) for i, x in enumerate(self.words)], self.net["weight_hh_l0"])
                for t in range(k, self.steps):
                    found[t, k] = torch.linalg.norm(self.h[t].detach() - others[t])
            close = found.tril() < 1e-4 * torch.stack([torch.linalg.norm(h.detach()) for h in self.h])[:, None]
            return torch.where(close, self.occlusion_in_60_digits(), found) if close.tril().any() else found
        for t in range(self.steps):
            for k, jacobian in enumerate(self.jacobians(t, self.words[: t + 1])):
                change = jacobian if measure == "gradient" else jacobian @ self.words[k].detach()
                found[t, k] = torch.linalg.norm(change)
        return found

    def occlusion_in_60_digits(self) -> Any:
        """The same by mpmath, for differences that cancel in float64; a difference below 1e-50 of the states is not."""
        value = {"tanh": mp.tanh, "sigmoid": lambda a: 1 / (1 + mp.exp(-a)), "linear": lambda a: a}
        value["relu"] = lambda a: max(a, mp.mpf(0))
        exact = {name: mp.matrix(tensor.detach().tolist()) for name, tensor in self.net.items()}
        inputs = [mp.matrix(x.detach().tolist()) for x in self.words]
        found = torch.zeros(self.steps, self.steps, dtype=torch.float64)

        def states(words: list[Any]) -> list[Any]:
            state, after = exact["h_0"], []
            for x in words:
                a = exact["weight_ih_l0"] * x + exact["bias_ih_l0"] + exact["weight_hh_l0"] * state
                state = (a + exact["bias_hh_l0"]).apply(value[self.activation])
                after.append(state)
            return after

        with mp.workdps(250):
            whole = states(inputs)
            for k in range(self.steps):
                without = states([x * (i != k) for i, x in enumerate(inputs)])
                for t in range(k, self.steps):
                    found[t, k] = float(mp.norm(whole[t] - without[t]))
        return found

    def clipped_by_step(self, kind: str, threshold: float) -> tuple[list[Any], list[Any], int]:
        """The parameters' gradients and δ_t where every δ_t is limited on its way back, and how many were."""
        touched = 0

        def limit(gradient: Any) -> Any:
            nonlocal touched
            size = torch.linalg.norm(gradient)
            if size <= threshold:
                return gradient
            touched += 1
            return gradient * (threshold / size)

        _, states = self.forward(self.words, self.net["weight_hh_l0"], hook=limit)
        for state in states:
            state.retain_grad()
        logits = torch.stack(states) @ self.net["readout_weight"].T + self.net["readout_bias"]
        losses = torch.nn.functional.cross_entropy(logits, self.net["targets"], reduction="none")
        for name in PARAMETERS:
            self.net[name].grad = None
        self.loss(kind, losses).backward(retain_graph=True)
        return [self.net[name].grad for name in PARAMETERS], [state.grad for state in states], touched
