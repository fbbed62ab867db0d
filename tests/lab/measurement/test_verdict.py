"""The verdict: how much of the last step's gradient arrives, against closed forms and against what is printed."""

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.ensemble.ensemble import measure_ensemble
from rnn_tui.lab.measurement.ensemble.report import verdicts
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.measurement.verdict.verdict import finding_of, verdict
from rnn_tui.lab.measurement.verdict.words import extreme_clause, extreme_step, line_ways, quoted_word, sentence_of
from rnn_tui.lab.text.numbers import short_text

ORTHOGONAL: dict[str, Any] = {"activation": "linear", "init": "orthogonal"}


def times(value: float | None) -> float:
    """The number that a log10 stands for."""
    assert value is not None
    return math.pow(10.0, value)


def said(found: Measurement) -> str:
    return sentence_of(finding_of(found))


@pytest.mark.parametrize(
    ("ratio", "kind"),
    [
        (0.499, "vanishing"),
        (0.5 * (1 - 1e-8), "vanishing"),
        (0.5 * (1 - 1e-10), "steady"),
        (1.0, "steady"),
        (2.0 * (1 + 1e-10), "steady"),
        (2.0 * (1 + 1e-8), "exploding"),
        (0.0, "dead"),
    ],
)
def test_the_verdict_is_on_the_whole_way(ratio: float, kind: str) -> None:
    for steps in (4, 10_000):
        assert verdict(math.log10(ratio) if ratio else -math.inf, steps) == kind
    for steps in (1, 2, 3):
        assert verdict(math.log10(ratio) if ratio else -math.inf, steps) == "undefined"


def test_without_an_error_there_is_no_verdict() -> None:
    assert verdict(None, 10) == verdict(math.nan, 10) == "undefined"


@pytest.mark.parametrize(("rho", "kind"), [(0.975, "vanishing"), (1.0, "steady"), (1.02, "exploding")])
def test_an_orthogonal_linear_w_over_a_thousand_steps(rho: float, kind: str) -> None:
    found = measure(Experiment(**ORTHOGONAL, rho=rho, text="a b " * 500))
    assert times(found.log10_arrives) == pytest.approx(rho**999, rel=1e-9)
    assert found.arrives_per_step == pytest.approx(rho, rel=1e-12)
    assert found.verdict == kind
    sizes = {0.975: "10⁻¹¹ times as large", 1.0: "as large", 1.02: "3.9·10⁸ times as large"}
    assert f"is {sizes[rho]} as at “b”: ×{short_text(math.log10(rho))} a step" in said(found)


def test_the_default_network() -> None:
    found = measure(Experiment())
    assert times(found.log10_arrives) == pytest.approx(0.0999, abs=1e-4)
    assert said(found) == "The gradient at “What” is 10 % as large as at “it”: ×0.46 a step on average."
    assert found.verdict == "vanishing"
    assert found.word_to_state == pytest.approx(0.118, abs=5e-4)


@pytest.mark.parametrize(
    ("cell", "changes", "arrives", "word", "kind"),
    [
        ("lstm", {}, 0.278, 0.378, "vanishing"),
        ("lstm", {"forget_bias": 3.0}, 0.823, 0.797, "steady"),
        ("gru", {}, 0.098, 0.176, "vanishing"),
        ("gru", {"update_bias": 3.0}, 0.768, 1.007, "steady"),
    ],
)
def test_gated_cells(cell: str, changes: dict[str, float], arrives: float, word: float, kind: str) -> None:
    found = measure(Experiment().changed(cell=cell, **changes))
    assert times(found.log10_arrives) == pytest.approx(arrives, abs=5e-4)
    assert found.word_to_state == pytest.approx(word, abs=5e-4)
    assert found.verdict == kind
    assert found.arrives_of == ("c" if cell == "lstm" else "h")
    assert ("gradient of the cell state c" in said(found)) == (cell == "lstm")


def test_of_an_lstm_it_is_the_total_gradient_of_c() -> None:
    found = measure(Experiment(cell="lstm"))
    assert found.log10_grad_cell is not None
    assert np.array_equal(found.log10_arriving, found.log10_grad_cell)
    trace = found.trace
    assert trace.trajectory.c is not None
    output = 1 / (1 + np.exp(-trace.trajectory.a.mantissa[-1].reshape(4, -1)[3]))
    direct = trace.losses.each.direct
    error = direct.mantissa[-1] * 2.0 ** direct.exponent[-1]
    at_last = error * output * (1 - np.tanh(trace.trajectory.c[-1]) ** 2)
    assert times(float(found.log10_arriving[-1])) == pytest.approx(np.linalg.norm(at_last), rel=1e-12)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "feedforward"])
def test_it_follows_the_last_loss_whole_whatever_is_set(cell: str) -> None:
    text = "the cat sat on the mat"
    plain = measure(Experiment(text=text).changed(cell=cell))
    for changes in ({"loss": "sum"}, {"loss": "mean", "truncate": 2}, {"truncate": 1, "clip": "step"}):
        found = measure(Experiment(text=text).changed(cell=cell, **changes))
        assert np.allclose(found.log10_arriving, plain.log10_arriving, rtol=0, atol=1e-12)
        assert found.verdict == plain.verdict
        assert found.log10_arrives == pytest.approx(plain.log10_arrives, abs=1e-12)


def test_a_pinned_skip_holds_and_the_word_it_passes_is_named() -> None:
    found = measure(Experiment(skip="pinned:1-4"))
    assert found.verdict == "steady"
    assert said(found) == (
        "The gradient at “What” is 1.02 times as large as at “it”, but only 9.9 % at “time” (the pinned skip leads "
        "past it): ×1.01 a step on average."
    )
    named = extreme_step(finding_of(found))
    assert named is not None
    assert named[0] == 1
    assert times(named[1]) == pytest.approx(0.0994, abs=2e-4)
    assert extreme_clause(finding_of(measure(Experiment(activation="linear")))) == ""


def test_a_residual_net_holds() -> None:
    found = measure(Experiment(cell="feedforward", skip="shared:1"))
    assert found.verdict == "steady"
    assert times(found.log10_arrives) == pytest.approx(1.329, abs=1e-3)


@pytest.mark.parametrize(
    ("rho", "words", "kind", "ratio"),
    [
        (0.9, "What time is it", "steady", 0.688),
        (0.9, "What time is it now", "vanishing", 0.317),
        (1.0, "What time is it", "steady", 0.964),
        (1.0, "What time is it now", "vanishing", 0.496),
        (0.9, "What time is", "undefined", 0.687),
        (1.0, "What time", "undefined", None),
    ],
)
def test_a_linear_network_with_a_word_more_and_less(rho: float, words: str, kind: str, ratio: float | None) -> None:
    found = measure(Experiment(activation="linear", rho=rho, text=words))
    assert found.verdict == kind
    assert ratio is None or times(found.log10_arrives) == pytest.approx(ratio, abs=5e-4)
    assert said(found).startswith("Too short to judge. ") == (kind == "undefined")


def test_saturation_is_named_where_it_was_measured() -> None:
    found = measure(Experiment(rho=5.0))
    assert times(found.log10_arrives) == pytest.approx(0.0447, abs=1e-4)
    assert "the slopes of tanh take it, with 58 % of the units saturated (|φ'| < .01)" in found.verdict_sentence
    assert "saturated" not in measure(Experiment()).verdict_sentence


def test_where_any_error_and_this_one_disagree_both_are_said() -> None:
    found = measure(Experiment(rho=1.5))
    assert "×0.73 a step on average. Any error could get at most ×1.03 a step; this one gets ×0.73." in said(found)
    assert any("any error at most ×1.03" in way for way in line_ways(finding_of(found)))
    assert "Any error" not in said(measure(Experiment()))
    assert "Any error in the whole state (h, c)" in said(measure(Experiment(cell="lstm")))


def test_over_forty_seeds_one_error_is_noisy() -> None:
    found = [measure(Experiment(rho=1.5, seed=seed)) for seed in range(40)]
    shrinks = sum(each.arrives_per_step is not None and each.arrives_per_step < 0.97 for each in found)
    grows = sum(each.growth_per_step is not None and each.growth_per_step > 1.03 for each in found)
    assert (shrinks, grows) == (34, 27)
    assert sum(each.verdict == "vanishing" for each in found) == 25


def test_one_step_and_no_error() -> None:
    alone = measure(Experiment(text="alone"))
    assert (alone.verdict, alone.log10_arrives, alone.arrives_per_step) == ("undefined", None, None)
    assert (alone.word_to_state, alone.log10_word_to_state) == (None, None)
    assert said(alone) == "One step has no step before it: there is nothing to fade. Add a word."
    sure = measure(Experiment(activation="linear", rho=40.0, text="a b " * 40, seed=3))
    if np.isnan(sure.log10_step_losses[-1]):
        assert (sure.verdict, sure.log10_arrives) == ("undefined", None)
        assert said(sure).startswith("There is no error to send")


def test_dead_steps_are_named_one_by_one() -> None:
    found = measure(Experiment(rho=0.0, skip="shared:2"))
    assert found.verdict == "dead"
    assert (
        "it is a true zero at steps 1, 3 of 4. W is zero: only the skip carries anything on." in found.verdict_sentence
    )
    assert measure(Experiment(rho=0.0)).verdict_sentence.endswith("steps 1–3 of 4. W is zero.")


def test_a_cause_of_death_holds_for_every_path() -> None:
    together = measure(Experiment(init="identity", hidden=2, rho=1.0, activation="relu", seed=2, text="a b c d e f"))
    assert together.verdict == "dead"
    assert not (together.saturation[1:] == 1.0).any()  # no step shuts every path
    assert "No step shuts every path alone" in together.verdict_sentence
    assert "every relu unit is off" not in together.verdict_sentence
    nilpotent = measure(Experiment(init="identity", hidden=2, edits=("1,1=0", "2,2=0", "1,2=5")))
    assert nilpotent.verdict_sentence.endswith("The product of W over these steps is zero.")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(4, 8))
def test_a_step_that_is_said_to_be_shut_is_shut(seed: int, hidden: int, steps: int) -> None:
    found = measure(Experiment(activation="relu", hidden=hidden, seed=seed, text=" ".join("abcdefgh"[:steps])))
    shut = re.search(r"At step (\d+) .* every relu unit is off", found.verdict_sentence)
    if shut is not None:
        assert found.verdict == "dead"
        assert found.saturation[int(shut[1]) - 1] == 1.0
        assert np.isneginf(found.log10_jacobian[: int(shut[1]) - 1]).all()


EXPERIMENTS = st.fixed_dictionaries(
    {
        "cell": st.sampled_from(["rnn", "rnn", "lstm", "gru", "feedforward"]),
        "activation": st.sampled_from(["tanh", "sigmoid", "relu", "linear"]),
        "init": st.sampled_from(["gaussian", "orthogonal", "identity", "uniform"]),
        "rho": st.sampled_from([0.0, 0.5, 0.9, 0.975, 0.9996, 1.0, 1.0004, 1.02, 1.5, 5.0]),
        "skip": st.sampled_from(["none", "none", "shared:1", "shared:2", "pinned:1-4"]),
        "seed": st.integers(0, 1000),
        "loss": st.sampled_from(["last", "sum"]),
        "text": st.integers(4, 12).map(lambda steps: " ".join("abcdefghijkl"[:steps])),
    }
)
NUMBER = r"[0-9.]+(?:e-?[0-9]+)?"


@settings(max_examples=120, deadline=None)
@given(EXPERIMENTS)
def test_what_is_printed_never_contradicts_what_was_measured(changes: dict[str, Any]) -> None:
    found = measure(Experiment().changed(**changes))
    judged = finding_of(found)
    assert judged.kind == found.verdict
    if judged.log10_arrives is None or not math.isfinite(judged.log10_arrives):
        return
    # the factors between the steps, as the arrows have them, multiply to r, and their mean is the one that is said
    factors = judged.way[:-1] - judged.way[1:]
    assert factors.sum() == pytest.approx(judged.log10_arrives, abs=1e-9)
    rate = re.search(rf"×({NUMBER}) a step", said(found))
    assert rate is not None
    assert math.log10(float(rate[1])) * (judged.steps - 1) == pytest.approx(
        judged.log10_arrives, abs=0.03 * (judged.steps - 1)
    )
    size = re.search(rf"is ({NUMBER}) (% |times )as large", said(found))
    if size is not None:
        printed = float(size[1]) / (100 if size[2] == "% " else 1)
        assert (printed < 0.5, printed > 2) == (found.verdict == "vanishing", found.verdict == "exploding")
    if judged.carrier == "h":
        assert judged.log10_any is not None
        assert judged.log10_arrives <= judged.log10_any + 1e-9


@pytest.mark.parametrize("changes", [{"rho": 1.5}, {"cell": "lstm"}, {"activation": "relu", "hidden": 2}, {"rho": 0.0}])
def test_an_ensemble_counts_what_its_members_meet(changes: dict[str, Any]) -> None:
    experiment = Experiment(seed=3).changed(**changes)
    together = measure_ensemble(experiment, [3])
    alone = measure(experiment)
    assert verdicts(together) == {alone.verdict: 1}
    assert together.measures["log10_arrives"][0] == pytest.approx(alone.log10_arrives, abs=1e-12)
    assert together.measures["log10_word_to_state"][0] == pytest.approx(alone.log10_word_to_state, abs=1e-12)


def test_words_are_cut_by_their_cells_and_told_apart() -> None:
    assert quoted_word("extraordinarily", 8) == "“extraor…”"
    assert quoted_word("今天天气很好", 8) == "“今天天…”"
    assert quoted_word("a\x1b[31mb") == "“a␛[31mb”"
    assert quoted_word("سلام").endswith("”\u200e")
    same = measure(Experiment(text="a b c a"))
    assert "at the first “a” is" in said(same)
    assert "as at the last “a”" in said(same)
