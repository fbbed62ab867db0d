"""A text one word longer or shorter: the word that stood there, else the text begins again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.words import with_next, without_last
from rnn_tui.lab.settings.errors import ExperimentError


def test_the_text_begins_again() -> None:
    experiment = Experiment(text="What time is it")
    for added in ("What", "time", "is", "it", "What"):
        before = experiment
        experiment = with_next(experiment, ())
        assert experiment.text == f"{before.text} {added}"


def test_what_was_taken_away_comes_back() -> None:
    whole = Experiment(text="What time is it")
    part = without_last(without_last(whole))
    assert part.text == "What time"
    assert with_next(part, (Experiment(text="What time flies"), whole)).text == "What time is"
    assert with_next(part, (whole, Experiment(text="What time flies"))).text == "What time flies"
    assert with_next(part, (Experiment(text="another text"),)).text == "What time What"


def test_characters_are_words_too() -> None:
    experiment = Experiment(text="né e\u0301\n", tokens="chars")
    assert without_last(experiment).words == ("n", "é", " ")
    assert with_next(experiment, ()).words == ("n", "é", " ", "e\u0301", "n")


def test_the_only_word_stays_and_a_pinned_network_refuses() -> None:
    with pytest.raises(ExperimentError, match="only word"):
        without_last(Experiment(text="alone"))
    pinned = Experiment(text="What time is it", skip="pinned:1-4")
    with pytest.raises(ExperimentError, match="runs 4 steps and no other number"):
        without_last(pinned)
    with pytest.raises(ExperimentError, match="runs 4 steps and no other number"):
        with_next(pinned, ())


@given(st.lists(st.sampled_from("ab"), min_size=1, max_size=12))
def test_one_word_more_and_one_less_is_the_same_text(words: list[str]) -> None:
    experiment = Experiment(text=" ".join(words))
    longer = with_next(experiment, ())
    assert longer.words[:-1] == experiment.words
    assert without_last(longer).words == experiment.words
    # the shortest way on that fits: no shorter stretch repeats throughout the text
    periods = [p for p in range(1, len(words) + 1) if all(words[i] == words[i - p] for i in range(p, len(words)))]
    assert longer.words[-1] == words[len(words) - periods[0]]
