"""The same work in JAX: float64, one thread, `jit` and `lax.scan`, compiled before it is timed.

Each function says what is timed, where that is not all of what it returns. Jacobians are asked for by adding zeros to
what they are taken with respect to: `jacrev` and `grad` run the forward pass again, which a loop that keeps its tape
need not; it is 1/H or less of the work of the Jacobians.
"""

from collections.abc import Callable
from typing import Any

import jax  # type: ignore[import-not-found,unused-ignore]
import jax.numpy as jnp  # type: ignore[import-not-found,unused-ignore]
import numpy as np

from tests.benchmarks.rows import DRAWS, INPUTS, RADII, VOCABULARY

Call = Callable[[], object]
jax.config.update("jax_enable_x64", True)


def build(work: str, steps: int, hidden: int, batch: int) -> Call:
    """The work at this size, compiled."""
    return {
        "rnn": lambda: _layer("rnn", steps, hidden, batch),
        "lstm": lambda: _layer("lstm", steps, hidden, batch),
        "gru": lambda: _layer("gru", steps, hidden, batch),
        "itemised": lambda: _itemised(steps, hidden),
        "all pairs": lambda: _all_pairs(steps, hidden),
        "last jacobians": lambda: _last_jacobians(steps, hidden),
        "spectral norms": lambda: _spectral_norms(steps, hidden),
        "sweep": lambda: _sweep(steps, hidden),
        "training step": lambda: _training_step(steps, hidden, batch),
    }[work]()


def _ready(function: Callable[..., Any], *arguments: Any) -> Call:
    compiled = jax.jit(function)
    jax.block_until_ready(compiled(*arguments))
    return lambda: jax.block_until_ready(compiled(*arguments))


def _random(*shape: int, seed: int = 0) -> Any:
    return jnp.asarray(np.random.default_rng(seed).standard_normal(shape))


def _parameters(cell: str, hidden: int) -> dict[str, Any]:
    """Drawn as `nn.RNN` draws them, U(−1/√H, 1/√H): gradients as small, so that none is slowed by subnormals alone."""
    rows, bound, rng = {"rnn": 1, "lstm": 4, "gru": 3}[cell] * hidden, hidden**-0.5, np.random.default_rng(0)
    shapes = {"ih": (rows, INPUTS), "hh": (rows, hidden), "b_ih": (rows,), "b_hh": (rows,)}
    return {name: jnp.asarray(rng.uniform(-bound, bound, shape)) for name, shape in shapes.items()}


def _step(cell: str, parameters: dict[str, Any], state: Any, drive: Any) -> Any:
    h = state[0]
    if cell == "rnn":
        return (jnp.tanh(drive + h @ parameters["hh"].T + parameters["b_hh"]),)
    brought = h @ parameters["hh"].T + parameters["b_hh"]
    if cell == "lstm":
        i, f, g, o = jnp.split(drive + brought, 4, axis=-1)
        c = jax.nn.sigmoid(f) * state[1] + jax.nn.sigmoid(i) * jnp.tanh(g)
        return jax.nn.sigmoid(o) * jnp.tanh(c), c
    (r_x, z_x, n_x), (r_h, z_h, n_h) = jnp.split(drive, 3, axis=-1), jnp.split(brought, 3, axis=-1)
    z = jax.nn.sigmoid(z_x + z_h)
    n = jnp.tanh(n_x + jax.nn.sigmoid(r_x + r_h) * n_h)
    return ((1 - z) * n + z * h,)


def _last(cell: str, parameters: dict[str, Any], inputs: Any) -> Any:
    """h_T, (B, H)."""
    start = jnp.zeros((inputs.shape[1], parameters["hh"].shape[1]))
    state = (start, start) if cell == "lstm" else (start,)
    driven = inputs @ parameters["ih"].T + parameters["b_ih"]
    return jax.lax.scan(lambda s, drive: (_step(cell, parameters, s, drive), None), state, driven)[0][0]


def _layer(cell: str, steps: int, hidden: int, batch: int) -> Call:
    """Forward from a zero state, and back from the last state to all parameters."""
    direct = _random(batch, hidden, seed=4)
    gradient = jax.grad(lambda parameters, inputs: (_last(cell, parameters, inputs) * direct).sum())
    return _ready(gradient, _parameters(cell, hidden), _random(steps, batch, INPUTS, seed=5))


def _states(weight_hh: Any, driven: Any, before: Any, after: Any) -> Any:
    """h_t with something added before φ and after it, (T, H)."""

    def step(h: Any, each: Any) -> Any:
        drive, extra, more = each
        h = jnp.tanh(weight_hh @ h + drive + extra) + more
        return h, h

    return jax.lax.scan(step, jnp.zeros(len(weight_hh)), (driven, before, after))[1]


def _net(steps: int, hidden: int) -> tuple[Any, Any, Any]:
    return 0.9 * hidden**-0.5 * _random(hidden, hidden), _random(steps, hidden, seed=1), jnp.zeros((steps, hidden))


def _itemised(steps: int, hidden: int) -> Call:
    """‖∂L_t/∂W⁽ᵏ⁾‖ = ‖∂L_t/∂a_k‖ ‖h_{k−1}‖ for all t and k, forward pass included."""
    weight_hh, driven, nothing = _net(steps, hidden)
    readout = _random(VOCABULARY, hidden, seed=2)
    targets = jnp.asarray(np.random.default_rng(3).integers(0, VOCABULARY, steps))

    def losses(added: Any) -> tuple[Any, Any]:
        h = _states(weight_hh, driven, added, nothing)
        return -jnp.take_along_axis(jax.nn.log_softmax(h @ readout.T), targets[:, None], 1)[:, 0], h

    def norms(added: Any) -> Any:
        jacobian, h = jax.jacrev(losses, has_aux=True)(added)
        before = jnp.concatenate([jnp.zeros((1, hidden)), h[:-1]])
        return jnp.linalg.norm(jacobian, axis=2) * jnp.linalg.norm(before, axis=1)

    return _ready(norms, nothing)


def _all_pairs(steps: int, hidden: int) -> Call:
    """‖∂h_t/∂h_k‖_F for all t and k, forward pass included, here as in ours and in PyTorch's."""
    weight_hh, driven, nothing = _net(steps, hidden)
    jacobians = jax.jacrev(lambda added: _states(weight_hh, driven, nothing, added))
    return _ready(lambda added: jnp.sqrt(jnp.square(jacobians(added)).sum(axis=(1, 3))), nothing)


def _last_jacobians(steps: int, hidden: int) -> Call:
    """∂h_T/∂h_k for all k, forward pass included."""
    weight_hh, driven, nothing = _net(steps, hidden)
    return _ready(jax.jacrev(lambda added: _states(weight_hh, driven, nothing, added)[-1]), nothing)


def _spectral_norms(steps: int, hidden: int) -> Call:
    """‖∂h_T/∂h_k‖₂ for all k by singular values, forward pass included."""
    weight_hh, driven, nothing = _net(steps, hidden)
    jacobians = jax.jacrev(lambda added: _states(weight_hh, driven, nothing, added)[-1])
    return _ready(lambda added: jnp.linalg.norm(jacobians(added).swapaxes(0, 1), ord=2, axis=(1, 2)), nothing)


def _sweep(steps: int, hidden: int) -> Call:
    """1024 networks forward and back, W₀ shared by the radii as ours is, and log10 ‖∂L/∂h_t‖ at every step."""
    weights, direct = _random(DRAWS, hidden, hidden) * hidden**-0.5, _random(DRAWS, RADII, hidden, seed=1)
    radii, driven = jnp.logspace(-0.3, 0.3, RADII)[:, None], _random(steps, DRAWS, 1, hidden, seed=2)

    def norms(added: Any) -> Any:
        def loss(extra: Any) -> Any:
            def step(h: Any, each: Any) -> Any:
                return jnp.tanh(jnp.einsum("srh,sgh->srg", h * radii, weights) + each[0]) + each[1], None

            last = jax.lax.scan(step, jnp.zeros((DRAWS, RADII, hidden)), (driven, extra))[0]
            return (last * direct).sum()

        return jnp.log10(jnp.linalg.norm(jax.grad(loss)(added), axis=-1))

    return _ready(norms, jnp.zeros((steps, DRAWS, RADII, hidden)))


def _training_step(steps: int, hidden: int, batch: int) -> Call:
    """Forward, cross-entropy, back, the gradient's norm limited to 1, and new parameters."""
    targets = jnp.asarray(np.random.default_rng(6).integers(0, VOCABULARY, batch))
    readout = {"w": _random(VOCABULARY, hidden, seed=7) * hidden**-0.5, "b": jnp.zeros(VOCABULARY)}

    def loss(parameters: Any, inputs: Any, targets: Any) -> Any:
        logits = _last("rnn", parameters[0], inputs) @ parameters[1]["w"].T + parameters[1]["b"]
        return -jnp.take_along_axis(jax.nn.log_softmax(logits), targets[:, None], 1).mean()

    def step(parameters: Any, inputs: Any, targets: Any) -> Any:
        value, gradient = jax.value_and_grad(loss)(parameters, inputs, targets)
        norm = jnp.sqrt(sum(jnp.square(part).sum() for part in jax.tree.leaves(gradient)))
        scale = jnp.minimum(1.0, 1.0 / norm)
        return value, jax.tree.map(lambda weight, part: weight - 1e-3 * scale * part, parameters, gradient)

    return _ready(step, (_parameters("rnn", hidden), readout), _random(steps, batch, INPUTS, seed=5), targets)
