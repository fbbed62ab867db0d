"""What can be had without memory: the best answers reach the stated references, and no network without memory more."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.engine.kinds import CellName
from rnn_tui.engine.learning.batch import Batch, loss_and_error
from rnn_tui.engine.learning.evaluation import evaluate
from rnn_tui.engine.learning.tasks import series
from rnn_tui.engine.learning.tasks.named import WITHOUT_TEXT, task_by_name
from rnn_tui.engine.learning.tasks.next_word import NextWord
from rnn_tui.engine.learning.tasks.series import WaveSeries
from rnn_tui.engine.learning.tasks.task import Task
from rnn_tui.engine.network.losses import Readout
from rnn_tui.engine.network.model import Architecture, Model, model
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
from tests.engine.learning.test_tasks import next_word

MANY = 12_000
BINS = 40  # for an input that is no symbol
HIDDEN = 24

words = st.lists(st.sampled_from("abcd"), min_size=1, max_size=20).map(tuple)


def tasks() -> st.SearchStrategy[Task]:
    """Every task with a random length and seed, and the next word of a random text, whole or in parts."""
    made = st.builds(
        lambda name, extra, seed: task_by_name(name, steps=WITHOUT_TEXT[name].shortest + extra, seed=seed),
        st.sampled_from([*WITHOUT_TEXT]),
        st.integers(0, 14),
        st.integers(0, 10**6),
    )
    return made | texts()


def texts() -> st.SearchStrategy[NextWord]:
    return words.flatmap(
        lambda text: st.builds(next_word, st.integers(1, len(text)), st.just(text), by_step=st.booleans())
    )


def seen(one: Task, batch: Batch, *, inputs: bool) -> IntArray:
    """(n, B) which group each scored input is in: one for all, or one for each symbol or each bin of a number.

    The number of the step is given where the task grants it.
    """
    scored = batch.inputs[batch.scored]
    step = np.broadcast_to(np.arange(len(scored))[:, None], scored.shape[:2])
    known = step if one.name == "copy" or (isinstance(one, NextWord) and one.by_step and inputs) else 0 * step
    if not inputs:
        return known
    flat = scored.reshape(-1, one.inputs)
    if one.name in ("adding", "adding-average"):  # a number that is not marked is of no use
        flat = np.where(flat[:, 1:] > 0, 1.0 + np.floor(flat[:, :1] * BINS), 0.0)
    elif one.inputs == 1:
        flat = np.floor(flat * BINS)
    _, group = np.unique(flat, axis=0, return_inverse=True)
    return np.unique(known.ravel() * (group.max() + 1) + group.ravel(), return_inverse=True)[1].reshape(step.shape)


def best(one: Task, targets: FloatArray | IntArray, groups: IntArray) -> FloatArray:
    """The answer of each group that is the best for the first half of these sequences, (groups, V)."""
    half = groups.shape[1] // 2
    wanted, group = targets[:, :half].reshape(-1, *targets.shape[2:]), groups[:, :half].ravel()
    count = groups.max() + 1
    if one.kind == "classes":
        found = np.full((count, one.outputs), 1e-9)
        np.add.at(found, (group, wanted.astype(int)), 1.0)
        logits: FloatArray = np.log(found / found.sum(axis=1, keepdims=True))
        return logits
    total, number = np.zeros((count, 1)), np.bincount(group, minlength=count)
    np.add.at(total, group, wanted)
    return total / np.maximum(number, 1)[:, None]


def simulated(one: Task, *, inputs: bool) -> tuple[float, float, float, float]:
    """Loss and error of one half of the sequences by the best answers of the other half, each with its spread."""
    batch = one.fresh(MANY)
    groups = seen(one, batch, inputs=inputs)
    answers, half = best(one, batch.targets, groups), MANY // 2
    rest = Batch(batch.inputs[:, half:], batch.targets[:, half:], batch.scored)
    parts = [slice(begin, begin + half // 10) for begin in range(0, half, half // 10)]
    losses, errors = [], []
    for part in parts:
        group = groups[:, half:][:, part]
        some = Batch(rest.inputs[:, part], rest.targets[:, part], rest.scored)
        losses.append(loss_and_error(answers[group], some.targets)[0])
        errors.append(one.error(answers[group], some))
    spread = [float(np.std(each)) / math.sqrt(len(parts) - 1) for each in (losses, errors)]
    return float(np.mean(losses)), spread[0], float(np.mean(errors)), spread[1]


@settings(max_examples=12)
@given(one=tasks())
def test_the_references_are_what_the_best_answers_get(one: Task) -> None:
    for inputs, reference in ((False, one.guessing), (True, one.current_input)):
        loss, loss_spread, error, error_spread = simulated(one, inputs=inputs)
        # bins are not points, and their answers are learnt from a sample
        assert loss == pytest.approx(reference.loss, abs=6 * loss_spread + 0.01 * reference.loss + 1e-3)
        assert error == pytest.approx(reference.error, abs=6 * error_spread + 0.01 * reference.error + 1e-3)
    assert one.current_input.loss <= one.guessing.loss + 1e-12
    assert one.current_input.error <= one.guessing.error + 1e-12


CLOSED_FORMS = {
    "temporal-order": (10, math.log(4), 0.75, math.log(4), 0.75),
    "adding": (10, 1 / 6, 0.9216, 0.15, 0.8 * 0.9216 + 0.2 * 0.92),
    "adding-average": (10, 1 / 24, 0.8464, 1 / 24, 0.8464),
    "copy": (10, math.log(8) / 3, 7 / 8, math.log(8) / 3, 7 / 8),
    "first-sign": (10, math.log(2), 0.5, math.log(2), 0.5),
    "series": (10, 0.6275, math.sqrt(0.6275), 0.161215111331828, math.sqrt(0.161215111331828)),
}


@pytest.mark.parametrize("name", WITHOUT_TEXT)
def test_the_references_are_the_closed_forms(name: str) -> None:
    steps, *numbers = CLOSED_FORMS[name]
    one = task_by_name(name, steps=int(steps), seed=5)
    assert [*one.guessing[:2], *one.current_input[:2]] == pytest.approx(numbers, rel=1e-13)


def test_at_the_shortest_the_last_input_is_one_that_tells() -> None:
    found = {
        name: task_by_name(name, steps=WITHOUT_TEXT[name].shortest, seed=5).current_input.loss for name in WITHOUT_TEXT
    }
    assert found["temporal-order"] == pytest.approx(math.log(2))
    assert found["first-sign"] == 0.0
    assert found["adding"] == pytest.approx(1 / 12)


def test_the_best_forecast_from_the_value_just_seen_by_quadrature() -> None:
    """E[x_{t+1} | x_t]: both phases over half a turn, as sines meet every value there, and x_t over all it can be."""
    turn = (np.arange(300) + 0.5) / 300 * np.pi - np.pi / 2
    first, second = (a * np.sin(turn) for a in series.AMPLITUDES)
    now = np.add.outer(first, second).ravel()
    ahead = np.cos(2 * np.pi / series.PERIODS)
    comes = np.add.outer(ahead[0] * first, ahead[1] * second).ravel()
    known = 0.0
    step = 0.01
    for x in np.arange(-2.0, 2.0, step):
        density = np.exp(-0.5 * ((x - now) / series.NOISE) ** 2) / (series.NOISE * math.sqrt(2 * np.pi) * now.size)
        if (mass := density.sum()) > 0:
            known += step * (density @ comes) ** 2 / mass
    one = WaveSeries(steps=4)
    assert one.guessing.loss - known == pytest.approx(one.current_input.loss, rel=1e-9)
    slope = (series.AMPLITUDES**2 / 2) @ ahead
    line = one.guessing.loss - slope**2 / one.guessing.loss
    assert line == pytest.approx(0.1630122, abs=1e-7)
    assert line > one.current_input.loss


def counted(one: NextWord, *, step: bool, word: bool) -> tuple[float, float]:
    """The references of a text by brute force: every window, every step of it, one by one."""
    asked: dict[tuple[int, int], dict[int, int]] = {}
    for begin in range(len(one.places) - one.steps + 1):
        for t in range(one.steps):
            key = (t if step else 0, int(one.places[begin + t]) if word else 0)
            of = asked.setdefault(key, {})
            target = int(one.targets[begin + t])
            of[target] = of.get(target, 0) + 1
    every = sum(sum(of.values()) for of in asked.values())
    loss = sum(n * math.log(sum(of.values()) / n) for of in asked.values() for n in of.values()) / every
    return loss, 1 - sum(max(of.values()) for of in asked.values()) / every


@given(one=texts())
def test_the_next_word_counts_what_its_windows_ask_for(one: NextWord) -> None:
    assert one.guessing[:2] == pytest.approx(counted(one, step=False, word=False), abs=1e-12)
    assert one.current_input[:2] == pytest.approx(counted(one, step=one.by_step, word=True), abs=1e-12)


def test_of_a_text_whose_words_name_the_next_the_current_word_is_enough() -> None:
    one = next_word(4, ("What", "time", "is", "it"))
    assert one.guessing.loss == pytest.approx(math.log(4))
    assert one.current_input[:2] == (0.0, 0.0)
    assert next_word(6, ("to", "be", "or", "not", "to", "be")).current_input.error == pytest.approx(1 / 6)


def without_memory(one: Task, cell: CellName, seed: int) -> Model:
    """A network with W_hh = 0 whose readout is the best for many sequences, or on the way to it."""
    rng = np.random.default_rng(seed)
    layers = (one.length,) if cell == "feedforward" else ()
    weight_ih = 2.0 * rng.standard_normal((*layers, HIDDEN, one.inputs))
    bias = rng.standard_normal((*layers, HIDDEN))
    parameters = Parameters(weight_ih, np.zeros((*layers, HIDDEN, HIDDEN)), bias, np.zeros_like(bias))
    batch = one.batch(1, 4000)
    at = model(parameters, Readout(np.zeros((one.outputs, HIDDEN)), np.zeros(one.outputs)))
    inputs = batch.inputs
    drive = np.einsum("tbd,thd->tbh", inputs, np.broadcast_to(weight_ih, (one.length, HIDDEN, one.inputs)))
    states = np.tanh(drive + np.broadcast_to(bias, (one.length, HIDDEN))[:, None])[batch.scored].reshape(-1, HIDDEN)
    wide = np.concatenate([states, np.ones((len(states), 1))], axis=1)
    if one.kind == "numbers":
        found = np.linalg.lstsq(wide, batch.targets.reshape(-1, one.outputs), rcond=None)[0]
    else:
        found = softmax_regression(wide, batch.targets.ravel().astype(int), one.outputs)
    at.readout.weight[...], at.readout.bias[...] = found[:-1].T, found[-1]
    return at


def softmax_regression(wide: FloatArray, targets: IntArray, classes: int) -> FloatArray:
    """(H + 1, V) coefficients after some steps towards the lowest mean cross-entropy."""
    some = slice(0, None, max(1, len(wide) // 4000))
    wide, targets = wide[some], targets[some]
    found, velocity = np.zeros((wide.shape[1], classes)), 0.0
    right = np.eye(classes)[targets]
    step = 2.0 / float(np.linalg.norm(wide.T @ wide / len(wide), 2))
    for _ in range(150):
        y = wide @ found
        share = np.exp(y - y.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        velocity = 0.9 * velocity - step * (wide.T @ (share - right)) / len(wide)
        found = found + velocity
    result: FloatArray = found
    return result


@settings(max_examples=12)
@given(one=tasks(), cell=st.sampled_from(["rnn", "feedforward"]), seed=st.integers(0, 1000))
def test_a_network_without_memory_comes_no_lower_than_the_current_input_allows(
    one: Task, cell: CellName, seed: int
) -> None:
    if isinstance(one, NextWord) and one.by_step != (cell == "feedforward"):
        return
    found = evaluate(one, Architecture(cell), without_memory(one, cell, seed), size=3000, draw=seed)
    assert found.loss >= one.current_input.loss - 5 * found.standard_error - 1e-12


@pytest.mark.parametrize("name", ["series", "adding", "next-word"])
def test_a_network_without_memory_comes_near_what_the_current_input_allows(name: str) -> None:
    one = next_word(6) if name == "next-word" else task_by_name(name, steps=4, seed=3)
    found = evaluate(one, Architecture("rnn"), without_memory(one, "rnn", 3), size=3000)
    assert found.loss < 0.5 * (one.guessing.loss + one.current_input.loss)
