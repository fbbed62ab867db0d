"""Whole trainings, printed run by run: what learns, what diverges, and what no plain RNN gets.

    OPENBLAS_NUM_THREADS=1 python -m tests.benchmarks.training_runs [order] [divergence] [adding] [others]

Every network is drawn as the lab draws its own: W_hh of a kind scaled to ρ, W_ih N(0, 1/D), the readout N(0, 1/H),
biases N(0, .1²), an LSTM's forget bias 1. Errors are on 2000 sequences of no training step.
"""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.kinds import GATES, Activation, CellName, ClipMode, Init
from rnn_tui.engine.learning.evaluation import Evaluation, evaluate
from rnn_tui.engine.learning.optimisers import fresh_state
from rnn_tui.engine.learning.tasks.named import task_by_name as named
from rnn_tui.engine.learning.tasks.task import Task
from rnn_tui.engine.learning.training_step import Divergence, Recipe, train_step, workspace
from rnn_tui.engine.network.chrono import BIAS_SPREAD, gate_biases
from rnn_tui.engine.network.initialisers import normal, recurrent_blocks
from rnn_tui.engine.network.losses import Readout
from rnn_tui.engine.network.model import Architecture, Model, model
from rnn_tui.engine.network.parameters import Parameters

EVALUATED, BETWEEN = 2000, 500
CLIPS: tuple[ClipMode, ...] = ("off", "norm")


class Run(NamedTuple):
    """One training: steps at most, and the error at which it is done."""

    task: str
    length: int
    recipe: Recipe
    seed: int
    cell: CellName = "rnn"
    activation: Activation = "tanh"
    hidden: int = 50
    init: Init = "gaussian"
    rho: float = 1.0
    batch: int = 20
    steps: int = 10_000
    enough: float = 0.005

    def line(self) -> str:
        """The settings in one line."""
        recipe = self.recipe
        clip = "no clipping" if recipe.clip == "off" else f"{recipe.clip} clipping at {recipe.threshold:g}"
        kind = f"{self.cell} {self.activation}" if self.cell == "rnn" else self.cell
        return (
            f"{self.task} T={self.length} {kind} H={self.hidden} {self.init} ρ={self.rho:g} B={self.batch} "
            f"{recipe.optimiser} η={recipe.lr:g} {clip} seed {self.seed}"
        )


class Outcome(NamedTuple):
    """What came of a run: the evaluations by step, the first divergence, steps made, and seconds."""

    evaluations: Mapping[int, Evaluation]
    diverged: Divergence | None
    steps: int
    seconds: float


def drawn(run: Run, task: Task) -> Model:
    """The network that a run begins with."""
    seed, hidden, gates = run.seed, run.hidden, GATES[run.cell]
    biases = gate_biases(run.cell, seed=seed, hidden=hidden, carry_bias=float(run.cell == "lstm"), chrono=None)
    weight_ih = normal(seed, "weight_ih_l0", (len(gates) * hidden, task.inputs)) / np.sqrt(task.inputs)
    weight_hh = recurrent_blocks(
        run.init, seed=seed, hidden=hidden, gates=gates, rho=run.rho, sigma=None, transient=10.0
    )
    readout = normal(seed, "readout_weight", (task.outputs, hidden)) / np.sqrt(hidden)
    bias = BIAS_SPREAD * normal(seed, "readout_bias", (task.outputs,))
    return model(Parameters(weight_ih, weight_hh, *biases), Readout(readout, bias))


def trained(run: Run) -> Outcome:
    """The training, until the error is low enough, the steps are made, or a gradient is not finite."""
    task, architecture = named(run.task, steps=run.length, seed=run.seed), Architecture(run.cell, run.activation)
    at = drawn(run, task)
    room, state = workspace(architecture, at, steps=task.length, batch=run.batch), fresh_state(at.flat.size)
    evaluations: dict[int, Evaluation] = {}
    diverged: Divergence | None = None
    begin = time.perf_counter()
    step = 0
    for step in range(1, run.steps + 1):
        done = train_step(at, state, task.batch(step, run.batch), room=room, recipe=run.recipe)
        diverged = diverged or done.diverged
        broken = done.diverged is not None and done.diverged.cause == "not-finite"
        if broken or step % BETWEEN == 0 or step == run.steps:
            evaluations[step] = evaluate(task, architecture, at, size=EVALUATED)
            if broken or evaluations[step].error <= run.enough:
                break
    return Outcome(evaluations, diverged, step, time.perf_counter() - begin)


def order() -> Iterator[Run]:
    """The bar: temporal order with tanh, 50 units, η = .01 and clipping at 1, below 1 % within some 10 000 steps."""
    for length in (10, 15, 20):
        for seed in range(5):
            recipe = Recipe("sgd", 0.01, "norm", 1.0)
            yield Run("temporal-order", length, recipe, seed, init="orthogonal")


def divergence() -> Iterator[Run]:
    """Twins that differ in clipping alone: identity ReLU at η = .01, and tanh at η = .1."""
    for seed in range(5):
        for clip in CLIPS:
            yield Run(
                "temporal-order", 20, Recipe("sgd", 0.01, clip), seed, activation="relu", init="identity", steps=4000
            )
            yield Run("temporal-order", 20, Recipe("sgd", 0.1, clip), seed, steps=4000)


def adding() -> Iterator[Run]:
    """Adding at T = 50: gated cells and a plain tanh RNN, the same number of steps."""
    cells: tuple[CellName, ...] = ("rnn", "gru", "lstm")
    for seed in range(3):
        for cell in cells:
            recipe = Recipe("adam", 0.01, "norm", 1.0)
            yield Run("adding", 50, recipe, seed, cell=cell, hidden=32, rho=0.9, steps=1500)


def others() -> Iterator[Run]:
    """The tasks that are left, each with a network that learns it."""
    yield Run("series", 20, Recipe("adam", 0.01, "norm", 1.0), 0, hidden=16, rho=0.9, steps=2000, enough=0.08)
    yield Run("first-sign", 20, Recipe("sgd", 0.05, "norm", 1.0), 0, hidden=16, steps=2000)
    yield Run("copy", 5, Recipe("adam", 0.01, "norm", 1.0), 0, cell="lstm", hidden=64, rho=0.9, steps=3000)
    yield Run("adding-average", 50, Recipe("adam", 0.003, "norm", 1.0), 0, cell="gru", hidden=32, rho=0.9, steps=2000)


SETS: Mapping[str, Callable[[], Iterator[Run]]] = {
    "order": order,
    "divergence": divergence,
    "adding": adding,
    "others": others,
}


def say(line: str) -> None:
    """One line on the standard output, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Prints the sets that are named, or all; 2 where one of them is none."""
    wanted = sys.argv[1:] or [*SETS]
    if unknown := [name for name in wanted if name not in SETS]:
        say(f"no set of runs is called {unknown[0]}: there are {', '.join(SETS)}")
        return 2
    for name in wanted:
        for run in SETS[name]():
            task, outcome = named(run.task, steps=run.length, seed=0), trained(run)
            say(f"{run.line()}: {outcome.steps} steps, {outcome.steps / outcome.seconds:.0f} a second")
            for name, reference in (("guessing", task.guessing), ("current input only", task.current_input)):
                say(f"  {name}: loss {reference.loss:.4f}, error {reference.error:.4f}")
            for step, found in outcome.evaluations.items():
                say(f"  after {step}: loss {found.loss:.4f}, error {found.error:.4f}")
            if (event := outcome.diverged) is not None:
                how = f"‖Δθ‖ {event.norm:.3g} > ‖θ‖ {event.weights:.3g}" if event.cause == "larger" else "not finite"
                say(f"  diverged at step {event.step}: {how}, {event.tensor}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
