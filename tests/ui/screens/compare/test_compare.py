"""The Compare screen: nine networks in a table and a chart, what they refuse, and their way to the other screens."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from rnn_tui.lab.compare.compare import Comparison, compare, comparisons
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.networks import NETWORK_KINDS, network_of
from rnn_tui.ui.app import LabApp
from rnn_tui.ui.charts.overlay import CurveMarkers, ShadedBand, draw_bands, draw_markers
from rnn_tui.ui.charts.plotting import Chart
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.screens.compare.layout import shows_one_at_a_time
from rnn_tui.ui.screens.compare.measured import base_experiment, built_for, order_of
from rnn_tui.ui.screens.compare.panels.chart import ComparedChart
from rnn_tui.ui.screens.compare.panels.columns import (
    COMPARED_COLUMNS,
    NAME_WIDTH,
    SORTS,
    columns_that_fit,
    sorted_names,
)
from rnn_tui.ui.screens.compare.panels.marks import ABOUT, CELL_MARKER, MARKERS
from rnn_tui.ui.screens.compare.panels.table import ComparedTable
from rnn_tui.ui.screens.compare.panels.words import ComparedWords
from rnn_tui.ui.screens.compare.scene import CompareResults, CompareScene, CompareView
from rnn_tui.ui.state.side_work import Stage
from tests.ui import opened
from tests.ui.painting import palette, scene_of
from tests.ui.pressing import lab, press, send_key, settle

FIXED = ("feed-forward", "residual net", "pinned skip")


def lines(app: LabApp, panel: str) -> list[str]:
    """What a panel shows, row by row."""
    rows = app.screen.query_one(f"#compared-{panel}", Canvas)._rows
    return ["".join(char for char, _ in row) for row in rows]


def said_in(app: LabApp) -> str:
    """All that the table's panel says, its lines joined."""
    return " ".join(" ".join(lines(app, "table")).replace("│", " ").split())


def line_of(app: LabApp, name: str) -> str:
    """A network's row of the table."""
    return next(line for line in lines(app, "table") if f" {name} " in line and "·" not in line.partition(name)[2])


def compared(app: LabApp) -> Comparison:
    found: Comparison = opened.results(app, "compare").compare
    return found


def painted(
    panel: Canvas[CompareScene], comparison: Comparison, view: CompareView, *, stage: Stage | None = None
) -> list[str]:
    """What a panel paints of a comparison, without a screen."""
    results = CompareResults(compare=comparison, stages={"compare": stage} if stage else {})
    shown = scene_of(comparison.experiment, view, results, step=0)
    return paint(panel, shown, 74, 20)


def paint(panel: Canvas[CompareScene], shown: CompareScene, width: int, height: int) -> list[str]:
    pen = Pen(width, height, Ink(palette().text, palette().panel))
    panel.paint(pen, shown)
    return pen.lines()


async def test_every_network_has_its_numbers_its_marker_and_its_curve() -> None:
    async with lab(size=(120, 36)) as (app, pilot):
        await press(pilot, "3")
        drawn = "".join(lines(app, "chart"))
        for row in compare(app.experiment).rows:
            line = line_of(app, row.name)
            assert row.figures is not None
            for column in COMPARED_COLUMNS:
                assert f" {column.text(row.figures)}" in line
            assert MARKERS[row.name] in line
            assert MARKERS[row.name] in drawn
        assert CELL_MARKER in drawn
        assert compared(app).sentence.partition(",")[0] in " ".join(lines(app, "table"))


async def test_turning_w_is_measured_anew_and_the_cursor_stays() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "3", "down", "right_square_bracket")
        expected = compare(Experiment(rho=0.95)).row("feed-forward").figures
        found = compared(app).row("feed-forward").figures
        assert found is not None
        assert expected is not None
        assert np.array_equal(found.log10_grad_hidden, expected.log10_grad_hidden)
        assert opened.compare(app).view.chosen == "feed-forward"
        assert app.experiment.rho == 0.95


async def test_a_word_more_is_refused_in_the_row_and_said_why() -> None:
    async with lab(size=(120, 36)) as (app, pilot):
        await press(pilot, "3", "plus", "down", "down", "down")
        for name in FIXED:
            assert "refuses 5 steps: it was built for 4" in line_of(app, name)
        assert "its structure is fixed: it runs 4 steps" in said_in(app)
        assert "3 networks refuse 5" in said_in(app)
        assert not set(lines(app, "chart")[3]) & {MARKERS[name] for name in FIXED}
        await press(pilot, "u")
        assert app.experiment == Experiment()
        assert all(row.refusal is None and row.figures for row in compared(app).rows)
        await press(pilot, "r")
        assert [row.name for row in compared(app).rows if row.refusal] == [*FIXED]
        await press(pilot, "m")
        assert all(row.refusal is None and row.figures for row in compared(app).rows)
        assert len(compared(app).experiment.words) == 5


async def test_a_word_less_runs_through_layers_but_not_through_a_pinned_skip() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "3", "minus")
        assert [row.name for row in compared(app).rows if row.refusal] == ["pinned skip"]
        await press(pilot, "plus")
        assert app.experiment.text == Experiment().text
        assert all(row.refusal is None for row in compared(app).rows)
        # words in a row are one step of undo
        app.clock = lambda: 0.0
        await press(pilot, "plus", "plus", "plus", "u")
        assert app.experiment == Experiment()


async def test_a_pinned_network_that_all_screens_have_refuses_the_word_itself() -> None:
    async with lab(Experiment(skip="pinned:1-4")) as (app, pilot):
        await press(pilot, "3", "plus")
        assert app.hint.kind == "error"
        assert "its structure is fixed" in app.hint.text
        assert len(app.experiment.words) == 4


@pytest.mark.parametrize("name", ["simple RNN", "LSTM", "identity-ReLU RNN"])
async def test_a_network_goes_to_all_screens_and_comes_back(name: str) -> None:
    async with lab(Experiment(loss="sum")) as (app, pilot):
        await press(pilot, "3", *["down"] * list(NETWORK_KINDS).index(name))
        assert opened.compare(app).view.chosen == name
        before = compared(app)
        await press(pilot, "enter")
        assert app.context == "unroll"
        assert app.experiment == network_of(Experiment(loss="sum"), name)
        assert app.measurement is not None
        assert app.measurement.experiment == app.experiment
        assert name in app.hint.text
        # the comparison is the one it was taken from, though W may be of another kind now
        await press(pilot, "3")
        assert [row.experiment for row in compared(app).rows] == [row.experiment for row in before.rows]
        if name != "simple RNN":
            await press(pilot, "1", "u")
            assert app.experiment == Experiment(loss="sum")
            assert app.history.past == ()


async def test_a_network_that_refuses_this_text_is_not_taken() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "3", "plus", "down", "enter")
        assert app.screen.id == "compare"
        assert "refuses 5 steps" in app.hint.text
        await press(pilot, "m", "enter")
        assert app.context == "unroll"
        assert app.experiment.cell == "feedforward"


async def test_what_cannot_be_built_says_so() -> None:
    async with lab(Experiment(text="alone"), size=(120, 36)) as (app, pilot):
        await press(pilot, "3", "down", "down", "down")
        assert "cannot be built" in line_of(app, "pinned skip")
        assert "a pinned skip leads from a step to a later one" in said_in(app)
        await press(pilot, "enter")
        assert app.hint.kind == "error"
        await press(pilot, "minus")
        assert "its only word" in app.hint.text


async def test_a_hidden_network_leaves_the_chart_and_stays_in_the_table() -> None:
    async with lab(size=(120, 36)) as (app, pilot):
        await press(pilot, "3", "down", "h")
        assert "1 hidden" in lines(app, "table")[0]
        assert "■" not in "".join(lines(app, "chart")[3:])
        assert "· feed-forward" in "".join(lines(app, "table"))
        await press(pilot, "H")
        assert set("".join(lines(app, "chart")[3:])) & set(MARKERS.values()) == {"■"}
        await press(pilot, "H")
        assert set(MARKERS.values()) <= set("".join(lines(app, "chart")))


async def test_rows_are_sorted_and_turned_round() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "3", "right")
        rows = {row.name: row.figures for row in compared(app).rows}

        def shown() -> list[float]:
            found = (rows[name] for name in order_of(opened.results(app, "compare").compare, opened.compare(app).view))
            return [figures.log10_word_to_state for figures in found if figures is not None]

        assert shown() == sorted(shown(), reverse=True)
        await press(pilot, "f")
        assert shown() == sorted(shown())
        # up and down go by the order that is seen
        first = order_of(opened.results(app, "compare").compare, opened.compare(app).view)
        await press(pilot, *["up"] * 9)
        assert opened.compare(app).view.chosen == first[0]
        assert "first network" in app.hint.text


async def test_bands_are_measured_on_request() -> None:
    async with lab(size=(120, 36)) as (app, pilot):
        await press(pilot, "3")
        assert not set("".join(lines(app, "chart"))) & set("░▒")
        await press(pilot, "b")
        assert set("░▒") <= set("".join(lines(app, "chart")))
        assert "Over the seeds" in "".join(lines(app, "table"))
        await press(pilot, "b")
        assert not set("".join(lines(app, "chart"))) & set("░▒")


async def test_long_work_blocks_no_key_and_can_be_stopped_and_gone_on_with() -> None:
    async with lab(Experiment(hidden=48)) as (app, pilot):
        send_key(app, "3")
        send_key(app, "b")
        send_key(app, "down")
        while opened.compare(app).view.chosen != "feed-forward" or not (
            opened.results(app, "compare").compare and opened.results(app, "compare").compare.seeds
        ):
            await asyncio.sleep(0.001)
        stage = opened.results(app, "compare").stage("compare")
        assert stage is not None
        assert stage.under_way
        opened.compare(app).action_stop_measuring()
        await settle(pilot)
        stage = opened.results(app, "compare").stage("compare")
        assert stage is not None
        assert stage.stopped
        table = app.screen.query_one("#compared-table", ComparedTable)
        assert table.scene is not None
        assert table.foot(table.scene) == ("stopped: m goes on",)
        opened.compare(app).set_view(bands=False)
        await settle(pilot)
        assert opened.results(app, "compare").complete("compare")
        assert all(row.figures for row in compared(app).rows)


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((60, 18), ["table"]),
        ((80, 24), ["chart", "table", "words"]),
        ((120, 36), ["chart", "table"]),
        ((70, 50), ["chart", "table"]),
    ],
)
async def test_the_panels_that_have_room_are_shown(size: tuple[int, int], shown: list[str]) -> None:
    async with lab(size=size) as (app, pilot):
        await press(pilot, "3")

        def panels() -> list[str]:
            found = (str(panel.id) for panel in app.screen.query(Canvas) if panel.display)
            return sorted(name.removeprefix("compared-") for name in found if name != "network")

        assert panels() == shown
        for name in shown:
            panel = app.screen.query_one(f"#compared-{name}")
            assert panel.size.height >= (4 if name == "words" else 11), name
        seen = []
        for _ in range(3):
            await press(pilot, "p")
            seen.append(tuple(name for name in panels() if name != "words"))
        alone = {("chart",), ("table",)}
        assert set(seen) == (alone if shows_one_at_a_time(*size) else alone | {("chart", "table")})


def test_rows_do_not_move_while_they_come() -> None:
    before = compare(Experiment(rho=0.9))
    view = CompareView(sort="first")
    order = order_of(before, view)
    *partial, whole = comparisons(Experiment(rho=0.2), before=before)
    for each in partial:
        assert order_of(each, view) == order
    assert order_of(whole, view) == sorted_names(whole.rows, "first", flipped=False) != order


def test_rows_of_before_are_marked_once_that_takes_a_moment() -> None:
    first = next(comparisons(Experiment(rho=0.2), before=compare(Experiment())))
    stage = Stage("any", under_way=True)
    at_once, later = (
        painted(ComparedTable(), first, CompareView(), stage=replace(stage, progress=progress))
        for progress in (0.0, 0.4)
    )
    assert not any("…" in line for line in at_once[:10])
    assert [name for name, line in zip(NETWORK_KINDS, later[1:10], strict=True) if "…" in line] == list(first.waiting)


def test_a_first_comparison_comes_row_by_row() -> None:
    first = next(comparisons(Experiment()))
    drawn = painted(ComparedTable(), first, CompareView(sort="first"))
    assert "0.100" in drawn[1]
    assert all(line.rstrip().endswith("…") for line in drawn[2:10])
    chart = painted(ComparedChart(), first, CompareView())
    assert set("".join(chart[1:])) & set(MARKERS.values()) == {"●"}


@pytest.mark.parametrize("size", [(1, 1), (8, 20), (19, 4), (20, 4), (40, 3)])
def test_panels_of_any_size_are_painted(size: tuple[int, int]) -> None:
    whole = compare(Experiment(text="tick tock " * 20))
    shown = scene_of(whole.experiment, CompareView(), CompareResults(compare=whole), step=0)
    for panel in (ComparedChart(), ComparedTable(), ComparedWords()):
        assert [len(line) for line in paint(panel, shown, *size)] == [size[0]] * size[1]


def test_curves_of_a_text_of_another_length_are_not_drawn() -> None:
    first = next(comparisons(Experiment(text="two words"), before=compare(Experiment())))
    chart = painted(ComparedChart(), first, CompareView())
    assert set("".join(chart[1:])) & set(MARKERS.values()) == {"●"}


def test_a_true_zero_is_a_zero_at_the_foot_and_a_long_text_has_fewer_markers() -> None:
    dead = painted(ComparedChart(), compare(Experiment(rho=0.0, activation="relu")), CompareView())
    assert "0" in dead[-3]
    long = painted(ComparedChart(), compare(Experiment(text="tick tock " * 100)), CompareView())
    for name in ("simple RNN", "LSTM", "orthogonal RNN"):
        assert 2 <= "".join(long[1:]).count(MARKERS[name]) <= 20
    # those of different networks are at different steps
    columns = {name: {line.find(marker) for line in long[1:]} - {-1} for name, marker in MARKERS.items()}
    assert len(set.union(*columns.values())) > max(map(len, columns.values()))


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("width", [37, 58, 76, 90])
def test_the_column_that_is_sorted_by_is_always_seen(sort: str, width: int) -> None:
    shown = columns_that_fit(width, sort)
    assert sort == "network" or sort in {column.name for column in shown}
    assert NAME_WIDTH + sum(column.width + 1 for column in shown) <= width


def test_every_cell_fits_its_column_and_what_is_unknown_comes_last() -> None:
    for experiment in (
        Experiment(),
        Experiment(text="tick tock " * 60, rho=0.01, activation="linear"),
        Experiment(text="a"),
    ):
        rows = compare(experiment).rows
        for row in rows:
            for column in COMPARED_COLUMNS:
                assert row.figures is None or len(column.text(row.figures)) <= column.width
        for flipped in (False, True):
            names = sorted_names(rows, "lyapunov", flipped=flipped)
            assert sorted(names) == sorted(NETWORK_KINDS)
            assert "pinned skip" in names[-1 - sum(row.figures is None for row in rows) :] or len(experiment.words) == 1


def test_every_network_has_a_marker_of_its_own_and_is_explained() -> None:
    assert list(MARKERS) == list(ABOUT) == list(NETWORK_KINDS)
    assert len({*MARKERS.values(), CELL_MARKER}) == len(NETWORK_KINDS) + 1


def test_a_kind_of_w_that_was_taken_is_not_the_w_of_all() -> None:
    own, taken = Experiment(), Experiment(init="identity", activation="relu")
    view = CompareView(swapped=(("init", "identity", "gaussian"), ("activation", "relu", "tanh")))
    assert base_experiment(taken, view) == own
    assert base_experiment(taken.changed(rho=0.5), view) == own.changed(rho=0.5)
    # what the person sets since is the comparison's as well
    assert base_experiment(taken.changed(init="diagonal"), view) == taken.changed(init="diagonal")


@pytest.mark.parametrize(
    ("text", "built"),
    [("What time is it now", True), ("What time", True), ("What time is it", False), ("Which time is it now", False)],
)
def test_networks_stay_built_for_a_text_that_only_goes_on_or_stops(text: str, built: bool) -> None:
    view = CompareView(built=Experiment())
    assert built_for(Experiment(text=text), view) == (Experiment().text if built else None)
    assert built_for(Experiment(text=text, tokens="chars"), view) is None


def test_markers_that_meet_stand_beside_each_other_on_their_curves() -> None:
    rows: list[list[tuple[str, str | None]]] = [[(" ", None)] * 12 for _ in range(6)]
    flat, rising = np.zeros(3), np.array([0.0, 0.0, 4.0])
    curves = [CurveMarkers(each, range(3), char, "#ffffff") for each, char in ((flat, "a"), (rising, "b"), (flat, "c"))]
    draw_markers(Chart(rows, 1, 11), curves, x_limits=(1.0, 3.0), y_limits=(0.0, 4.0))
    assert ["".join(char for char, _ in row) for row in rows] == [
        "           b",
        "            ",
        "            ",
        "       b    ",
        " abc  ac  ca",
        "            ",
    ]


def test_a_band_is_filled_where_nothing_else_is_drawn() -> None:
    rows: list[list[tuple[str, str | None]]] = [[(" ", None)] * 6 for _ in range(6)]
    rows[1][3] = ("●", "#ffffff")
    steps, low = range(1, 4), np.array([0.0, 1.0, np.nan])
    inner = ShadedBand(steps, low, np.array([2.0, 2.0, 2.0]), "▒", "#444444")
    outer = ShadedBand(steps, np.array([-np.inf, 0.0, 0.0]), np.array([4.0, 3.0, 3.0]), "░", "#222222")
    draw_bands(Chart(rows, 1, 5), [outer, inner], x_limits=(1.0, 3.0), y_limits=(0.0, 4.0))
    assert ["".join(char for char, _ in row) for row in rows] == [
        " ░░   ",
        " ░░●░░",
        " ▒▒▒░░",
        " ▒▒▒░░",
        " ▒▒░░░",
        "      ",
    ]
