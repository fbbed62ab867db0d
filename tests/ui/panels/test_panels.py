"""What the panels say, in plain and in odd cases."""

import itertools
import math
import re
from typing import Any, Literal

import pytest

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.network import NetworkPanel
from rnn_tui.ui.screens.unroll.panels.cells.panel import UnrolledPanel
from rnn_tui.ui.screens.unroll.panels.gradient import GradientPanel
from rnn_tui.ui.screens.unroll.panels.influence import InfluencePanel
from rnn_tui.ui.screens.unroll.panels.inspector import InspectorPanel
from rnn_tui.ui.screens.unroll.scene import InfluenceView, Play, UnrollView
from tests.ui.painting import painted, scene, text

DEFAULT = Experiment()
LONG = " ".join(f"w{index % 37}" for index in range(600))
ODD = {
    "one step": Experiment(text="What"),
    "many scripts": Experiment(text="سلام دنیا 日本語 👩‍🚀 café 👍🏽 🇮🇷 \u200b"),
    "long words": Experiment(text="incomprehensibilities " * 5),
    "one unit": Experiment(init="number", hidden=1),
    "many units": Experiment(hidden=64),
    "dead": Experiment(activation="relu", rho=0.0, text="What time is it"),
    "exploding": Experiment(activation="linear", rho=5.0, text="a b " * 100),
    "vanishing": Experiment(activation="linear", rho=0.01, text="a b " * 100),
    "saturated": Experiment(rho=500.0),
    "sum": Experiment(loss="sum", clip="step", threshold=0.01),
    "long": Experiment(text=LONG),
    "lstm": Experiment(cell="lstm"),
    "open lstm": Experiment(cell="lstm", forget_bias=8.0, hidden=64, text="a b c d e f g h i j"),
    "shut lstm": Experiment(cell="lstm", forget_bias=-300.0, rho=0.0),
    "one unit of an lstm": Experiment(cell="lstm", init="number", hidden=1, text="What"),
    "gru": Experiment(cell="gru", chrono=20),
    "feedforward": Experiment(cell="feedforward", text="a b c d e f g h i j k l m n"),
    "pinned": Experiment(cell="lstm", skip="pinned:2-12", text="a b c d e f g h i j k l m n"),
    "shared": Experiment(cell="gru", skip="shared:3", text="a b c d e f g h i j k l m n"),
    "growing skip": Experiment(activation="linear", skip="shared:1", rho=5.0, text="a b " * 100),
    "cut": Experiment(cell="lstm", truncate=2, loss="sum", clip="step"),
}
PANELS: tuple[type[Canvas[Any]], ...] = (NetworkPanel, UnrolledPanel, InfluencePanel, GradientPanel, InspectorPanel)
SIZES = ((1, 1), (20, 3), (36, 7), (58, 5), (76, 11), (116, 13), (196, 33))


@pytest.mark.parametrize("case", ODD)
@pytest.mark.parametrize("panel", PANELS)
def test_every_panel_paints_every_odd_case_at_every_size(panel: type[Canvas[Any]], case: str) -> None:
    what = scene(ODD[case], window=(540, 600) if case == "long" else None)
    for width, height in SIZES:
        pen = painted(panel(), what, width=width, height=height)
        assert [len(row) for row in pen.rows] == [width] * height


@pytest.mark.parametrize("view", ["shares", "stacked", "log", "itemised"])
@pytest.mark.parametrize("case", ODD)
def test_every_view_of_the_influence_paints_every_odd_case(view: InfluenceView, case: str) -> None:
    what = scene(ODD[case], view=UnrollView(influence=view), window=(540, 600) if case == "long" else None)
    for width, height in SIZES:
        painted(InfluencePanel(), what, width=width, height=height)


def test_the_network_panel_fits_its_two_lines_without_breaking_a_number() -> None:
    what = scene(DEFAULT)
    for width in range(56, 200):
        first, second = text(NetworkPanel(), what, width=width, height=2).splitlines()
        assert first.startswith("▸ ρ(W)   0.90")
        assert second.startswith("VANISHING")
        assert "×0.46 a step" in second
        assert "10 %" in second
        assert ("“What”" in second) == (width >= 59)
        assert ("the gradient at “What” is 10 % as large as at “it”: ×0.46 a step" in second) == (width >= 75)
        assert max(len(first), len(second)) <= width
        assert second.split()[-1] in {"off", "words", "explode", "step", "average"}


def test_a_roomy_network_panel_says_whole_sentences_and_every_dial() -> None:
    what = scene(DEFAULT, dial="threshold")
    lines = text(NetworkPanel(), what, width=196, height=6)
    assert what.measurement is not None
    causes = "W alone would leave any error up to ×1.01 a step: the slopes of tanh take it."
    assert what.measurement.verdict_sentence.endswith(causes)
    assert causes in lines
    assert lines.count("The gradient at") == 0  # the line above has said it
    assert what.measurement.bound_sentence in lines
    for value in ("ρ(W) 0.90", "θ 1", "η 0.1", "H 8", "tanh", "gaussian", "seed 7", "loss last", "clip off"):
        assert value in lines
    assert "‖g‖" in lines.splitlines()[0]


@pytest.mark.parametrize("dial", ["activation", "init", "loss", "clip"])
def test_a_dial_of_choices_shows_them_all(dial: str) -> None:
    line = text(NetworkPanel(), scene(DEFAULT, dial=dial), width=76, height=2).splitlines()[0]
    assert line.count("●") == 1
    assert line.count("○") >= 2


def test_clipping_is_reported_in_the_verdict_line() -> None:
    clipped = scene(Experiment(clip="norm", threshold=0.5))
    assert "clip norm ‖g‖ 2.43 → 0.500" in text(NetworkPanel(), clipped, width=140, height=2)
    steps = scene(Experiment(clip="step", threshold=0.2))
    assert "clip step θ 0.2: 1 of 4 steps" in text(NetworkPanel(), steps, width=140, height=2)


def test_the_unrolled_cells_carry_losses_factors_and_norms() -> None:
    shown = text(UnrolledPanel(), scene(DEFAULT), width=76, height=6)
    for part in ("→ time 47 % ✓", "L₁ 0.746", "h₀", "W", "×0.58", "×0.40", "×0.43", "‖δ₄‖ 0.758", "▸it◂"):
        assert part in shown


def test_the_factors_are_the_ratios_of_the_norms_that_are_shown() -> None:
    words = text(UnrolledPanel(), scene(DEFAULT), width=116, height=10).split()
    norms = [float(words[place + 1]) for place, word in enumerate(words) if word.startswith("‖δ")]
    factors = [float(word[1:]) for word in words if word.startswith("×")]
    assert factors == pytest.approx([one / other for one, other in itertools.pairwise(norms)], rel=0.05)


@pytest.mark.parametrize("settings", [{}, {"loss": "sum"}, {"clip": "step", "threshold": 0.2}, {"cell": "gru"}])
def test_the_factors_multiply_to_what_the_verdict_says_whatever_is_set(settings: dict[str, Any]) -> None:
    what = scene(Experiment().changed(**settings))
    panel = UnrolledPanel()
    shown = text(panel, what, width=116, height=10)
    factors = [float(factor) for factor in re.findall(r"×([0-9.]+)", shown)]
    assert what.measurement is not None
    assert what.measurement.log10_arrives is not None
    assert math.prod(factors) == pytest.approx(10**what.measurement.log10_arrives, rel=0.05)
    notes = {"loss": "of the last step's loss alone", "clip": "before clipping"}
    for setting, said in notes.items():
        assert any(said in way for way in panel.foot(what)) == (setting in settings)


def test_a_limited_step_is_marked_at_the_threshold() -> None:
    shown = text(UnrolledPanel(), scene(Experiment(clip="step", threshold=0.2)), width=116, height=10)
    assert "‖δ₄‖ 0.200 = θ" in shown
    assert shown.count("= θ") == 1


def test_dead_units_are_dots_and_a_dead_gradient_has_no_arrow() -> None:
    shown = text(UnrolledPanel(), scene(ODD["dead"]), width=116, height=10)
    assert "‖δ₁‖ 0" in shown
    assert "×0" in shown
    assert "◀" not in shown
    assert "·" in shown


@pytest.mark.parametrize("phase", ["forward", "backward"])
def test_the_influence_stays_while_a_walk_passes_steps_that_are_not_measured(
    phase: Literal["forward", "backward"],
) -> None:
    what = scene(ODD["long"], step=100, view=UnrollView(play=Play(phase, 100)), window=(540, 600))
    shown = text(InfluencePanel(), what, width=58, height=12)
    assert "h₆₀₀" in shown
    assert "%" in shown
    assert "▸" not in shown


def test_all_of_many_units_are_shown_with_their_signs() -> None:
    what = scene(Experiment(text="What is", hidden=64))
    assert what.measurement is not None
    states = what.measurement.hidden_state
    shown = text(UnrolledPanel(), what, width=76, height=10)
    assert sum(shown.count(mark) for mark in "▲▴") == int((states > 0).sum())
    assert sum(shown.count(mark) for mark in "▼▾") == int((states < 0).sum())


def test_more_units_than_fit_are_counted() -> None:
    shown = text(UnrolledPanel(), scene(Experiment(hidden=200)), width=76, height=10)
    hidden = [line.count(mark) for line in shown.splitlines() for mark in "▲▴▼▾"]
    assert f"+{200 - sum(hidden) // 4}" in shown


def test_a_state_beyond_float64_is_still_drawn() -> None:
    experiment = Experiment(activation="linear", rho=5.0, text="a b c d " * 200)
    pen = painted(UnrolledPanel(), scene(experiment), width=116, height=10)
    assert any(char == "█" for row in pen.rows for char, _ in row)
    assert "10^" in "\n".join(pen.lines())


def test_a_long_text_says_how_much_is_not_shown() -> None:
    shown = text(UnrolledPanel(), scene(Experiment(text=LONG), step=300), width=116, height=11)
    overview = shown.splitlines()[-1]
    found = re.fullmatch(r"‹ (\d+) more .*\[.+\].* (\d+) more ›", overview)
    assert found is not None
    assert int(found[1]) + int(found[2]) + shown.count("‖δ") == 600
    assert "▸w4◂" in shown


def test_a_walk_shows_what_it_has_reached() -> None:
    forward = text(
        UnrolledPanel(), scene(DEFAULT, step=1, view=UnrollView(play=Play("forward", 1))), width=116, height=10
    )
    assert "L₂" in forward
    assert "L₃" not in forward
    assert "‖δ" not in forward
    back = text(
        UnrolledPanel(), scene(DEFAULT, step=2, view=UnrollView(play=Play("backward", 2))), width=116, height=10
    )
    assert "L₁" in back
    assert "‖δ₃‖" in back
    assert "‖δ₂‖" not in back
    assert back.count("×") == 1


def test_shares_stand_by_word_and_state() -> None:
    shown = text(InfluencePanel(), scene(DEFAULT), width=50, height=8).splitlines()
    assert "▸h₄◂" in shown[0]
    assert shown[1].split() == ["What", "100%", "30%", "16%", "7%"]
    assert shown[4].split() == ["▸it", "58%"]


def test_stacked_columns_are_labelled_where_there_is_room() -> None:
    shown = text(InfluencePanel(), scene(DEFAULT, view=UnrollView(influence="stacked")), width=60, height=20)
    for label in ("What 100%", "time 70%", "is 50%", "it 58%", "100 %", "0 %"):
        assert label in shown


def test_the_itemised_gradient_shows_the_true_zeros_of_the_first_copy() -> None:
    what = scene(DEFAULT, view=UnrollView(influence="itemised"))
    rows = text(InfluencePanel(), what, width=50, height=8).splitlines()
    assert rows[0].split() == ["L₁", "L₂", "L₃", "▸L₄◂"]
    assert rows[1].split() == ["What", "0", "0", "0", "0"]
    assert any("h₀ = 0" in way for way in InfluencePanel().foot(what))


def test_earlier_words_are_one_row_of_a_window() -> None:
    shown = text(InfluencePanel(), scene(Experiment(text=LONG), window=(500, 600)), width=50, height=8)
    assert shown.splitlines()[1].startswith("earlier")
    total = sum(float(line.split()[-1].strip("%<")) for line in shown.splitlines()[1:])
    assert total == pytest.approx(100, abs=3)


def test_shares_of_nothing_are_dashes() -> None:
    what = scene(Experiment(activation="relu", rho=0.0, inputs=1, hidden=1, seed=1, text="a b"))
    assert what.measurement is not None
    assert what.measurement.triangle is not None
    shown = text(InfluencePanel(), what, width=40, height=6)
    assert ("–" in shown) == bool((what.measurement.triangle.shares != what.measurement.triangle.shares).any())


def test_the_chart_names_its_markers_and_what_clipping_acts_on() -> None:
    legends = {
        mode: text(GradientPanel(), scene(Experiment(clip=mode, threshold=0.2)), width=76, height=10).splitlines()[0]
        for mode in ("off", "norm", "value", "step")
    }
    assert all("‖∂L/∂h₄‖ 0.758" in legend and "● raw" in legend for legend in legends.values())
    assert "◆ clipped" in legends["norm"]
    assert "‖g‖ 2.43 → 0.200" in legends["norm"]
    assert "┄ θ 0.2" in legends["step"]
    assert "◆ clipped" in legends["step"]
    assert "entries of g" in legends["value"]
    assert "◆" not in legends["value"]
    assert "◆" not in legends["off"]


def test_the_chart_draws_each_curve_with_a_marker_of_its_own() -> None:
    shown = text(GradientPanel(), scene(Experiment(loss="sum", clip="norm", threshold=0.2)), width=76, height=20)
    body = "\n".join(shown.splitlines()[1:])
    assert body.count("●") + body.count("○") + body.count("◆") >= 11
    assert {"●", "○", "◆"} <= set(body)


def test_a_true_zero_is_marked_at_the_foot_of_the_chart() -> None:
    shown = text(GradientPanel(), scene(ODD["dead"]), width=76, height=12).splitlines()
    assert shown[-3].partition("┤")[2].count("0") == 3


def test_the_selected_step_is_marked_in_every_panel() -> None:
    what = scene(DEFAULT, step=1)
    assert "▸time◂" in text(UnrolledPanel(), what, width=76, height=6)
    assert "▸time◂" in text(GradientPanel(), what, width=60, height=9)
    assert "┊" in text(GradientPanel(), what, width=60, height=9)
    influence = text(InfluencePanel(), what, width=50, height=8)
    assert "▸time" in influence
    assert "▸h₂◂" in influence


def test_the_inspector_spells_the_step_out() -> None:
    what = scene(Experiment(clip="norm"), step=2)
    shown = text(InspectorPanel(), what, width=116, height=20)
    measurement = what.measurement
    assert measurement is not None
    for part in ("L₃", "predicted", "true next", "‖h₃‖", "saturated", "‖∂L/∂h₃‖", "clipped", "‖g‖", "unmoved"):
        assert part in shown
    update = measurement.update
    assert f"W[{update.row + 1},{update.column + 1}]" in shown
    weight = re.search(r"(\S+) − 0\.1·\((\S+)\) = (\S+)", shown)
    assert weight is not None
    before, gradient, after = (float(number.replace("−", "-")) for number in weight.groups())
    assert before == pytest.approx(update.before, abs=5e-7)
    assert before - 0.1 * gradient == pytest.approx(after, abs=2e-6)
    assert after == pytest.approx(update.after, abs=5e-7)
    assert "What" in shown
    assert "50%" in shown


def test_the_inspector_keeps_the_shares_at_the_least_size() -> None:
    shown = text(InspectorPanel(), scene(DEFAULT), width=58, height=14)
    assert "Share of each word in h₄" in shown
    assert "58%" in shown
    assert "‖∂L/∂h₄‖" in shown
