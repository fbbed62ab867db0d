"""Every network on the Unroll screen: its keys, what its cells show, and what is said of it."""

import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rnn_tui.engine.kinds import CELLS, Loss
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.text.numbers import log10_text, short_text
from rnn_tui.ui.app import LabApp
from rnn_tui.ui.panels.network import NetworkPanel
from rnn_tui.ui.panels.steps import subscript
from rnn_tui.ui.screens.unroll.panels.cells.gates import open_text
from rnn_tui.ui.screens.unroll.panels.cells.panel import UnrolledPanel
from rnn_tui.ui.screens.unroll.panels.gradient import GradientPanel
from rnn_tui.ui.screens.unroll.panels.influence import InfluencePanel
from rnn_tui.ui.screens.unroll.panels.inspector import InspectorPanel
from rnn_tui.ui.screens.unroll.scene import InfluenceView, UnrollScene, UnrollView
from tests.ui.painting import painted, scene, text
from tests.ui.pressing import lab, press

SIZES = ((58, 5), (76, 7), (116, 13), (196, 23))
DEFAULT = Experiment()
TWELVE = "the cat sat on the mat and the dog lay by it"


def measured(what: UnrollScene | LabApp) -> Measurement:
    assert what.measurement is not None
    return what.measurement


def says(app: LabApp, pattern: str) -> bool:
    return re.fullmatch(pattern, app.hint.text) is not None


# ---- keys


async def test_g_goes_through_the_cells_and_says_what_each_keeps() -> None:
    async with lab() as (app, pilot):
        for cell, pattern in (
            ("lstm", r"LSTM, forget bias 1: gradient ×0\.65 a step on c; f alone keeps ×0\.78"),
            ("gru", r"GRU, update bias 0: gradient ×0\.46 a step; z alone keeps ×0\.59"),
            ("feedforward", r"feed-forward net, a W for every layer: ×\S+ a step, \w+"),
            ("rnn", r"simple RNN: ×\S+ a step, \w+"),
        ):
            await press(pilot, "g")
            assert app.experiment.cell == measured(app).experiment.cell == cell
            assert says(app, pattern), app.hint.text
        await press(pilot, "u", "u")
        assert app.experiment.cell == "gru"


async def test_an_open_forget_gate_keeps_the_word_and_a_shut_one_does_not() -> None:
    shares = {}
    async with lab() as (app, pilot):
        await press(pilot, "g", "tab")
        assert app.dial == "forget_bias"
        for bias in (0, 4):
            await press(pilot, "enter", *str(bias), "enter")
            triangle = measured(app).triangle
            assert triangle is not None
            shares[bias] = float(triangle.shares[-1, 0])
    assert shares[4] > 1.5 * shares[0]


async def test_turning_a_gate_says_how_far_it_opens() -> None:
    async with lab(Experiment(cell="lstm")) as (app, pilot):
        await press(pilot, "tab", "up")
        assert says(app, r"b_f 1 → 1.5: f 0\.\d+ → 0\.\d+; ×0\.65 → ×0\.75 a step"), app.hint.text
        shown = [float(number) for number in re.findall(r"0\.\d+", app.hint.text)[:2]]
        assert shown[0] < shown[1] == pytest.approx(measured(app).gates["f"].mean(), abs=6e-4)


async def test_a_dial_that_the_new_cell_lacks_is_left() -> None:
    async with lab(Experiment(cell="lstm")) as (app, pilot):
        await press(pilot, "tab", "g")
        assert (app.experiment.cell, app.dial) == ("gru", "rho")
        await press(pilot, "tab", "up")
        assert app.experiment.update_bias == 0.5


async def test_the_activation_of_a_gated_cell_is_its_own() -> None:
    async with lab(Experiment(cell="lstm")) as (app, pilot):
        await press(pilot, "a")
        assert app.experiment.activation == "tanh"
        assert "the LSTM has activations of its own" in app.hint.text


async def test_capital_g_goes_through_the_skips() -> None:
    async with lab() as (app, pilot):
        seen = []
        for _ in range(4):
            await press(pilot, "G")
            seen.append(measured(app).experiment.skip)
        assert seen == ["shared:1", "shared:2", "pinned:1-4", "none"]


async def test_a_pinned_skip_refuses_another_length_while_it_is_typed() -> None:
    async with lab(Experiment(skip="pinned:1-4")) as (app, pilot):
        await press(pilot, "t", "space", "n", "o", "w")
        assert "it runs 4 steps and no other number, and this text has 5" in app.objection
        assert "the last text stays measured" in app.objection
        assert measured(app).words == ("What", "time", "is", "it")
        await press(pilot, "enter")
        assert app.context == "prompt"
        await press(pilot, *["backspace"] * 4)
        assert app.objection == ""
        await press(pilot, "s", "enter")
        assert measured(app).words == ("What", "time", "is", "its")


async def test_truncation_is_turned_and_told() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "shift+tab", "shift+tab", "down", "down")
        assert measured(app).experiment.truncate == 2
        cut = measured(app).truncation
        assert cut is not None
        assert says(app, r"K 3 → 2: \S+ % of g is lost, cosine \S+"), app.hint.text
        await press(pilot, "up", "up")
        assert measured(app).experiment.truncate is None
        assert says(app, "K 3 → off: the whole gradient")


async def test_the_influence_on_the_output_is_reported_by_its_columns() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "y")
        assert app.experiment.influence_on == "output"
        what = app.screen.query_one(InfluencePanel).scene
        assert what is not None
        assert "▸y₄◂" in text(InfluencePanel(), what, width=50, height=8)
        assert any("∂y_t" in way for way in InfluencePanel().foot(what))


# ---- the unrolled cells


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_cells_show_how_far_their_gates_are_open(cell: Any, size: tuple[int, int]) -> None:
    what = scene(Experiment(cell=cell))
    shown = text(UnrolledPanel(), what, width=size[0], height=size[1])
    keeps, *others = CELLS[cell].meanings
    gates = measured(what).gates
    numbers = [open_text(float(value)) for value in gates[keeps].mean(axis=1)]
    found = [match[1] for match in re.finditer(rf"{keeps} ?[▁▂▃▄▅▆▇█]* ?(\.\d\d|1\.0)", shown)]
    assert found == numbers
    for name in others:
        assert shown.count(name) >= 4


@pytest.mark.parametrize("size", SIZES)
def test_an_lstm_has_two_ways_back_with_the_factors_of_the_verdict(size: tuple[int, int]) -> None:
    what = scene(Experiment(cell="lstm", forget_bias=3.0))
    measurement = measured(what)
    of_h, of_c = measurement.log10_grad_hidden_last, measurement.log10_arriving
    rows = text(UnrolledPanel(), what, width=size[0], height=size[1]).splitlines()
    factors = [re.findall(r"×(\d*\.\d+)", row) for row in rows]
    found = [[float(factor) for factor in row] for row in factors if row]
    wanted = [[float(short_text(value)) for value in row] for row in (of_c[:-1] - of_c[1:], of_h[:-1] - of_h[1:])]
    assert found == wanted
    assert measurement.log10_arrives is not None
    assert math.prod(found[0]) == pytest.approx(10**measurement.log10_arrives, rel=0.05)


def test_the_way_on_is_the_heavier_the_wider_the_gate_is_open() -> None:
    strokes = {}
    for bias in (-4.0, 0.0, 1.0, 6.0):
        shown = text(UnrolledPanel(), scene(Experiment(cell="lstm", forget_bias=bias)), width=116, height=13)
        strokes[bias] = set(re.findall(r"([╌─━═]) ×f", shown))
    assert strokes[-4.0] == {"╌"}
    assert strokes[0.0] <= {"─", "━"}
    assert strokes[6.0] == {"═"}


def test_the_loss_that_counts_has_its_place_where_the_two_paths_take_its_row() -> None:
    what = scene(Experiment(cell="lstm"))
    shown = text(UnrolledPanel(), what, width=76, height=7)
    assert re.findall(r"L. \d\.\d+", shown) == [f"L₄ {log10_text(float(measured(what).log10_step_losses[-1]))}"]


def test_every_layer_of_a_feed_forward_net_has_a_w_of_its_own() -> None:
    shown = text(UnrolledPanel(), scene(Experiment(cell="feedforward")), width=116, height=10)
    assert re.findall(r"━ (W\S*) ━", shown) == ["W₂", "W₃", "W₄"]
    assert "own" in text(NetworkPanel(), scene(Experiment(cell="feedforward")), width=196, height=6)


def test_a_shared_skip_is_marked_on_every_step_that_it_reaches() -> None:
    shown = text(UnrolledPanel(), scene(Experiment(skip="shared:2")), width=116, height=11)
    assert re.findall(r"▲ \+ (h.)", shown) == ["h₀", "h₁", "h₂"]


def test_a_pinned_skip_is_one_line_from_its_step_to_the_later_one() -> None:
    what = scene(Experiment(skip="pinned:2-4"))
    rows = text(UnrolledPanel(), what, width=116, height=11).splitlines()
    (line,) = (row for row in rows if "▲" in row)
    assert "+ h₂" in line
    words = rows[-1]
    assert abs(line.index("╰") - words.index("time") - 2) <= 2
    assert abs(line.index("▲") - words.index("it") - 1) <= 2


def test_an_end_of_a_skip_outside_the_window_is_named() -> None:
    what = scene(Experiment(text=TWELVE, skip="pinned:2-12"), step=1)
    shown = text(UnrolledPanel(), what, width=76, height=7)
    assert "+ h₂ to h₁₂" in shown
    assert "▲" not in shown


def test_the_bars_of_a_gated_cell_reach_what_the_foot_says() -> None:
    what = scene(Experiment(cell="lstm", forget_bias=4.0, text=TWELVE))
    panel = UnrolledPanel()
    painted(panel, what, width=116, height=13)
    reach = float(panel.foot(what)[0].partition("±")[2].split()[0])
    states = measured(what).cell_state
    assert states is not None
    assert reach / 2 < max(abs(states).max(), abs(measured(what).hidden_state).max()) <= reach


# ---- the other panels


def test_the_chart_tells_the_two_gradients_of_an_lstm_apart_without_colour() -> None:
    shown = text(GradientPanel(), scene(Experiment(cell="lstm")), width=60, height=14)
    head, *body = shown.splitlines()
    assert "● of h" in head
    assert "▲ of c" in head
    assert sum(row.count("●") for row in body) == 4
    assert sum(row.count("▲") for row in body) >= 3


def test_the_chart_of_a_cut_gradient_shows_the_whole_one_too() -> None:
    what = scene(Experiment(truncate=2))
    shown = text(GradientPanel(), what, width=60, height=14)
    assert "cut after 2" in shown
    assert "· uncut" in shown
    assert [value == -np.inf for value in measured(what).log10_grad_hidden] == [True, True, False, False]
    cells = text(UnrolledPanel(), what, width=116, height=10)
    assert len(re.findall(r"\bcut\b", cells)) == 1


def test_the_network_panel_tells_of_the_kind() -> None:
    for settings, said in (
        ({"cell": "lstm"}, ("of the cell state c at “What”", "forget gate f alone", "no bound", "b_f 1")),
        ({"cell": "gru"}, ("update gate z alone", "no bound", "b_z 0")),
        ({"skip": "shared:2"}, ("no bound", "skip shared:2")),
        ({"truncate": 2}, ("cut after 2", "lacks", "K 2")),
    ):
        what = scene(Experiment().changed(**settings))
        shown = text(NetworkPanel(), what, width=196, height=6)
        for part in said:
            assert part in " ".join(shown.split()), f"{part} in {shown}"
        assert NetworkPanel[UnrollScene]().title(what).endswith(", untrained: guesses are luck")


@pytest.mark.parametrize(("residual", "said"), [(3.1e-9, "Influence · sum ±3.1e-9"), (np.nan, "Influence of words")])
def test_integrated_gradients_say_how_well_they_add_up(residual: float, said: str) -> None:
    what = scene(DEFAULT)
    measurement = measured(what)
    assert measurement.triangle is not None
    residuals = np.array([0.5, 0.5, 0.5, residual])
    triangle = replace(measurement.triangle, integrated_residual=residuals)
    integrated = replace(what, measurement=replace(measurement, triangle=triangle))
    assert InfluencePanel().title(integrated) == said
    assert InfluencePanel().title(what) == "Influence of words"


@pytest.mark.parametrize("view", ["shares", "log", "stacked"])
def test_a_step_without_shares_says_how_far_off_it_is(view: InfluenceView) -> None:
    what = scene(DEFAULT, view=UnrollView(influence=view))
    measurement = measured(what)
    assert measurement.triangle is not None
    shares, logs = (np.array(one) for one in (measurement.triangle.shares, measurement.triangle.influence_log10))
    shares[2:], logs[2:] = np.nan, np.nan
    triangle = replace(
        measurement.triangle,
        shares=shares,
        influence_log10=logs,
        integrated_residual=np.array([1e-9, 1e-9, 0.55, 127.0]),
    )
    steep = replace(what, measurement=replace(measurement, triangle=triangle))
    assert InfluencePanel().title(steep) == "Influence · no shares ±127×"
    shown = text(InfluencePanel(), steep, width=57, height=14)
    assert "±55%" in shown
    assert "±127×" in shown
    narrow = text(InfluencePanel(), steep, width=30, height=14)
    assert "±55%" in narrow
    assert ("±127×" if view == "log" else ">99×") in narrow
    inspected = text(InspectorPanel(), steep, width=116, height=20)
    assert "no shares: off by 127 times the whole" in inspected
    assert "no shares: ±127×" in text(InspectorPanel(), steep, width=76, height=12)


async def test_integrated_gradients_are_one_of_the_measures() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "m", "m")
        assert says(app, r"influence gradient-input → integrated: the first word's share \S+ % → \S+ %"), app.hint.text
        panel = app.screen.query_one(InfluencePanel)
        assert panel.scene is not None
        assert re.fullmatch(r"Influence of words · adds up within \S+", panel.title(panel.scene))


def test_the_weight_of_an_update_of_a_feed_forward_net_names_its_layer() -> None:
    what = scene(Experiment(cell="feedforward"))
    assert f"W{subscript((measured(what).update.layer or 0) - 1)}[" in text(
        InspectorPanel(), what, width=116, height=20
    )


def test_the_inspector_spells_the_gates_out() -> None:
    what = scene(Experiment(cell="lstm"), step=1)
    shown = text(InspectorPanel(), what, width=116, height=20)
    gates = measured(what).gates
    for name in "fio":
        assert f"{name} {gates[name][1].mean():.3f}" in shown
        assert f"{gates[name][1].min():.2f} to {gates[name][1].max():.2f}" in shown
    for part in ("carry", "f alone keeps", "saturated", "‖∂h_T/∂h₂‖", "c₂ "):
        assert part in shown


def test_the_inspector_keeps_gates_and_jacobians_at_the_common_size() -> None:
    shown = text(InspectorPanel(), scene(Experiment(cell="lstm"), step=1), width=76, height=10)
    for part in ("gates", "f 0.", "carry", "‖∂L/∂h₂‖", "‖∂h_T/∂h₂‖", "‖h₂‖", "c₂"):
        assert part in shown


@pytest.mark.parametrize("loss", ["last", "sum", "mean"])
def test_truncation_cuts_the_way_of_the_last_error_whatever_the_loss(loss: Loss) -> None:
    shown = text(UnrolledPanel(), scene(Experiment(loss=loss, truncate=2, rho=5.0)), width=116, height=13)
    assert shown.count(" cut ") == 1
    assert "×0 " not in shown
