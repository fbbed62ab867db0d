"""Tasks: their batches come from a seed alone, and their vectors have words."""

from itertools import combinations

import numpy as np
import pytest

from rnn_tui.engine.learning.batch import ALL, LAST, Batch, loss_and_error
from rnn_tui.engine.learning.tasks.adding import Adding, Averaging
from rnn_tui.engine.learning.tasks.copying import BLANK, SIGN, Copying
from rnn_tui.engine.learning.tasks.first_sign import FirstSign
from rnn_tui.engine.learning.tasks.named import NAMES, WITHOUT_TEXT, task_by_name
from rnn_tui.engine.learning.tasks.next_word import NextWord
from rnn_tui.engine.learning.tasks.series import WaveSeries
from rnn_tui.engine.learning.tasks.task import Task, TaskError, two_decimals
from rnn_tui.engine.learning.tasks.temporal_order import TemporalOrder

MANY = 40_000
WORDS = ("the", "cat", "and", "the", "dog", "and", "the", "bird", "saw", "the", "cat")


def next_word(steps: int = 4, words: tuple[str, ...] = WORDS, *, by_step: bool = False) -> NextWord:
    """A text whose end is a token too."""
    vocabulary = (*dict.fromkeys(words), "<eos>")
    places = np.array([vocabulary.index(word) for word in words])
    return NextWord(
        steps=steps,
        seed=3,
        vocabulary=vocabulary,
        places=places,
        targets=np.append(places[1:], len(vocabulary) - 1),
        embedding=np.random.default_rng(0).standard_normal((len(vocabulary), 5)),
        by_step=by_step,
    )


def every_task(steps: int = 10) -> list[Task]:
    return [*(task_by_name(name, steps=steps, seed=3) for name in WITHOUT_TEXT), next_word(steps)]


ALL_TASKS = pytest.mark.parametrize("one", every_task(), ids=NAMES)


@ALL_TASKS
def test_a_batch_is_of_task_seed_step_and_size_alone(one: Task) -> None:
    first = one.batch(7, 5)
    one.batch(8, 5)
    one.fresh(3)
    again = one.batch(7, 5)
    assert np.array_equal(first.inputs, again.inputs)
    assert np.array_equal(first.targets, again.targets)
    others = [one.batch(8, 5), one.fresh(5), one.fresh(5, 1), one.fresh(5, 7)]
    assert not any(np.array_equal(left.inputs, right.inputs) for left, right in combinations([first, *others], 2))


def test_another_seed_has_other_batches() -> None:
    for name in WITHOUT_TEXT:
        first, second = (task_by_name(name, steps=10, seed=seed).batch(1, 5) for seed in (3, 4))
        assert not np.array_equal(first.inputs, second.inputs)


@ALL_TASKS
def test_shapes(one: Task) -> None:
    batch = one.batch(1, 5)
    scored = len(range(one.length)[one.scored])
    assert batch.scored == one.scored
    assert batch.inputs.shape == (one.length, 5, one.inputs)
    assert batch.targets.shape == ((scored, 5) if one.kind == "classes" else (scored, 5, one.outputs))
    assert one.outputs == len(one.output_names)
    if one.kind == "classes":
        assert batch.targets.dtype == np.int64
        assert batch.targets.min() >= 0
        assert batch.targets.max() < one.outputs


@pytest.mark.parametrize("steps", [4, 5, 10, 50, 100])
@pytest.mark.parametrize("kind", [Adding, Averaging])
def test_what_adding_asks_for_is_in_its_sequence(kind: type[Adding], steps: int) -> None:
    one = kind(steps=steps, seed=1)
    batch = one.fresh(500)
    numbers, marks = batch.inputs[..., 0], batch.inputs[..., 1]
    assert (marks.sum(axis=0) == 2).all()
    total = (numbers * marks).sum(axis=0)
    assert batch.targets[0, :, 0] == pytest.approx(total if kind is Adding else total / 2)
    places = np.sort(np.argsort(-marks, axis=0, kind="stable")[:2], axis=0) + 1
    for found, (first, last) in zip(places, one.places, strict=True):
        assert (found.min(), found.max()) == (first, last)


@pytest.mark.parametrize("steps", [2, 3, 5, 9, 10, 11, 20, 100])
def test_temporal_order_has_its_capitals_where_it_says(steps: int) -> None:
    one = TemporalOrder(steps=steps, seed=1)
    batch = one.fresh(4000)
    symbols = batch.inputs.argmax(axis=-1)
    assert ((symbols < 2).sum(axis=0) == 2).all()
    places = np.argsort(symbols >= 2, axis=0, kind="stable")[:2]
    for found, (first, last) in zip(np.sort(places, axis=0) + 1, one.places, strict=True):
        assert (found.min(), found.max()) == (first, last)
    rows = np.arange(4000)
    first, second = (symbols[place, rows] for place in np.sort(places, axis=0))
    assert np.array_equal(batch.targets[0], 2 * first + second)
    assert list(one.output_names) == ["AA", "AB", "BA", "BB"]
    if steps >= 10:
        (early, _), (late, last) = one.places
        assert (early, late, last) == (steps // 10, 4 * steps // 10, 5 * steps // 10)


def test_copy_is_as_its_literature_has_it() -> None:
    one = Copying(steps=7, seed=1)
    batch = one.batch(1, 4)
    shown = batch.inputs.argmax(axis=-1)
    assert len(shown) == one.length == 27
    assert (shown[:10] < 8).all()
    assert (shown[10:16] == BLANK).all()
    assert (shown[16] == SIGN).all()
    assert (shown[17:] == BLANK).all()
    assert (batch.targets[:17] == BLANK).all()
    assert np.array_equal(batch.targets[17:], shown[:10])


def test_the_sign_is_of_the_first_number() -> None:
    batch = FirstSign(steps=6, seed=1).fresh(2000)
    assert np.array_equal(batch.targets[0], (batch.inputs[0, :, 0] > 0).astype(np.int64))
    assert np.abs(batch.inputs[0]).min() > 0.5
    assert batch.inputs[1:].std() == pytest.approx(0.2, rel=0.05)


def test_the_series_asks_for_what_comes_next() -> None:
    batch = WaveSeries(steps=30, seed=1).batch(1, 4)
    assert np.array_equal(batch.targets[:-1], batch.inputs[1:])


def test_next_word_gives_windows_of_its_text() -> None:
    one = next_word(4)
    batch = one.batch(1, 50)
    windows = {" ".join(WORDS[i : i + 4]) for i in range(len(WORDS) - 3)}
    for b in range(50):
        words = one.tokens(batch.inputs[:, b])
        assert " ".join(words) in windows
        asked = [one.vocabulary[place] for place in batch.targets[:, b].astype(int)]
        assert asked[:-1] == list(words[1:])


@ALL_TASKS
def test_tokens_and_vectors_both_ways(one: Task) -> None:
    inputs = one.batch(1, 1).inputs[:, 0]
    tokens = one.tokens(inputs)
    assert len(tokens) == one.length
    assert all(token and not any(c.isspace() for c in token) for token in tokens)
    vectors = one.vectors(tokens)
    assert np.abs(vectors - inputs).max() <= 0.005 + 1e-12
    assert one.tokens(vectors) == tokens


def test_tokens_of_numbers() -> None:
    adding, sign = Adding(steps=4), FirstSign(steps=4)
    assert adding.tokens(np.array([[0.534, 0.0], [0.534, 1.0], [0.0, 0.0], [1.0, 1.0]])) == (
        ".53",
        ".53*",
        ".00",
        "1.00*",
    )
    assert adding.vectors([".53", "0.5*", "1*"]).tolist() == [[0.53, 0.0], [0.5, 1.0], [1.0, 1.0]]
    assert sign.tokens(np.array([[0.834], [-0.12], [12.0]])) == ("+.83", "-.12", "+12.00")
    assert sign.vectors(["+.83", "−.12", "2"]).ravel().tolist() == [0.83, -0.12, 2.0]
    assert [two_decimals(value) for value in (0.5, -0.5, 10.25)] == [".50", "-.50", "10.25"]


@pytest.mark.parametrize(
    ("one", "token", "reason"),
    [
        (Adding(steps=4), "x", "no number from 0 to 1, like"),
        (Adding(steps=4), "1.2", "no number from 0 to 1, like"),
        (Adding(steps=4), ".5**", "no number from 0 to 1, like"),
        (Adding(steps=4), "nan", "no number from 0 to 1, like"),
        (FirstSign(steps=4), "inf", "no number, like"),
        (WaveSeries(steps=4), "", "no number, like"),
        (WaveSeries(steps=4), "1e3", "no number, like"),
        (TemporalOrder(steps=4), "a", "none of the symbols A B c d e f"),
        (Copying(steps=4), "9", "none of the symbols 1 2 3 4 5 6 7 8 _ >"),
        (next_word(), "fish", "not in the text"),
    ],
)
def test_a_token_it_cannot_read_is_refused_with_its_step(one: Task, token: str, reason: str) -> None:
    good = one.tokens(one.batch(1, 1).inputs[:, 0])[0]
    with pytest.raises(TaskError, match=reason) as raised:
        one.vectors([good, token])
    assert str(raised.value).startswith(f"step 2: “{token}”")


def test_a_length_that_cannot_be_is_refused() -> None:
    with pytest.raises(TaskError, match="adding needs T ≥ 2, not 1"):
        Adding(steps=1)
    with pytest.raises(TaskError, match="the text has 11 words: a window of it cannot have 12"):
        next_word(12)


def test_a_mean_over_all_scored_steps() -> None:
    """Ten classes right but for one step of two: half of the sequences' last step is wrong, and nothing else."""
    outputs = np.zeros((3, 2, 2))
    outputs[..., 0] = 50.0
    targets = np.zeros((3, 2), dtype=np.int64)
    targets[-1, 0] = 1
    assert loss_and_error(outputs, targets)[0] == pytest.approx(50.0 / 6)
    assert TemporalOrder(steps=3).error(outputs, Batch(np.zeros((3, 2, 6)), targets, ALL)) == pytest.approx(1 / 6)
    assert Batch(np.zeros((3, 2, 6)), targets).scored == LAST
