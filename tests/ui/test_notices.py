"""What is said of a change, and what to press next, from the measurements alone."""

import pytest

from rnn_tui.lab.experiment import Experiment
from rnn_tui.lab.measure import measure
from rnn_tui.ui.hints import next_hint
from rnn_tui.ui.notices import change_notice
from rnn_tui.ui.widgets.network import NetworkPanel
from rnn_tui.ui.widgets.steps import short_text
from tests.ui.painting import scene, text


def test_clipping_that_has_nothing_to_limit_says_so() -> None:
    for threshold, nothing in ((1e3, True), (1e-3, False)):
        off = Experiment(threshold=threshold)
        said = change_notice(measure(off), measure(off.changed(clip="norm")))
        assert ("nothing exceeds θ" in said) == nothing, said


def test_a_text_of_one_word_is_told_what_it_lacks() -> None:
    alone = measure(Experiment(text="alone"))
    assert "One word has no past" in next_hint(alone.experiment, alone, frozenset())


@pytest.mark.parametrize("width", [58, 76, 116])
def test_an_open_forget_gate_is_not_told_as_an_explosion(width: int) -> None:
    experiment = Experiment(cell="lstm", forget_bias=8.0, text="a b c d e f g h i j k l m n o p")
    what = scene(experiment)
    found = what.measurement
    assert found is not None
    assert found.log10_jacobian_cell is not None
    assert found.verdict == "exploding"
    assert found.log10_jacobian_cell[0] < 0.1
    ends = [f"×{short_text(float(of[0]))}" for of in (found.log10_jacobian_cell, found.log10_jacobian)]
    assert f"c₁ {ends[0]} h₁ {ends[1]}" in text(NetworkPanel(), what, width=width, height=2)
    assert "explodes" not in next_hint(experiment, found, frozenset())
    said = change_notice(measure(experiment.changed(seed=3)), found)
    assert f"c₁ arrives {ends[0]}, h₁ {ends[1]}" in said
    assert "exploding" not in said


def test_a_gradient_that_grows_on_its_way_is_told_as_an_explosion() -> None:
    for experiment in (Experiment(activation="linear", rho=2.0), Experiment(cell="lstm", forget_bias=4.0, rho=12.0)):
        assert "explodes" in next_hint(experiment, measure(experiment), frozenset()), experiment.cell


def test_a_cell_whose_gradient_grows_is_not_said_to_keep_it() -> None:
    simple = Experiment(skip="shared:2")
    grown = measure(simple.changed(cell="gru"))
    assert grown.verdict == "exploding"
    assert "grows ×" in change_notice(measure(simple), grown)
