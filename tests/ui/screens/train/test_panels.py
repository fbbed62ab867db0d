"""What the panels of the Train screen draw from a training: their axes, bins, maps, and names of weights."""

import math
from typing import Any

import numpy as np
import pytest

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.text.numbers import log10_text, number_text
from rnn_tui.lab.training.next_step import next_step
from rnn_tui.lab.training.settings.train_settings import TrainSettings
from rnn_tui.lab.training.settings.twin import Twin
from rnn_tui.lab.training.training import Training, advanced, started
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.tensors import indices, place_text, typed_place
from rnn_tui.ui.screens.train.panels.axis import axis_end, axis_top, binned_curve, mark_stride
from rnn_tui.ui.screens.train.panels.by_step import ByStepPanel, chosen_steps
from rnn_tui.ui.screens.train.panels.charted import ChartedPanel, charted
from rnn_tui.ui.screens.train.panels.course import CoursePanel
from rnn_tui.ui.screens.train.panels.events import EventsPanel
from rnn_tui.ui.screens.train.panels.loss import LossPanel
from rnn_tui.ui.screens.train.panels.norm import NormPanel
from rnn_tui.ui.screens.train.panels.parts import PartsPanel, mapped
from rnn_tui.ui.screens.train.panels.sampled import ErrorPanel, RadiusPanel
from rnn_tui.ui.screens.train.panels.update import UpdatePanel
from rnn_tui.ui.screens.train.scene import TrainResults, TrainScene, TrainView
from rnn_tui.ui.screens.train.training.progress import Progress
from rnn_tui.ui.state.scene import Scene
from tests.ui.painting import palette, text

SMALL = TrainSettings(experiment=Experiment(hidden=4), length=6, batch=4, eval_every=2, twin=Twin("clip", "norm"))
SHAPES = {"weight_hh_l0": (4, 3), "readout_bias": (2,)}


def scene(training: Training, *, view: TrainView | None = None, **progress: Any) -> TrainScene:
    from rnn_tui.lab.training.settings.course import course_of

    now = Progress(course=course_of(training.settings), training=training, **progress)
    return Scene(
        palette=palette(),
        experiment=training.settings.experiment,
        measurement=None,
        triangle=None,
        step=0,
        view=view or TrainView(),
        charts=True,
        word_colours={},
        results=TrainResults(progress=now, next_step=next_step(training)),
    )


@pytest.mark.parametrize(("step", "end"), [(0, 20), (20, 20), (21, 30), (99, 100), (101, 150), (7600, 8000)])
def test_the_axis_ends_at_the_next_round_number(step: int, end: int) -> None:
    assert axis_end(step) == end


@pytest.mark.parametrize("step", [0, 7, 499, 500, 3210, 98_765])
def test_the_mark_moves_by_about_a_column(step: int) -> None:
    assert 1 <= mark_stride(step) <= max(1, axis_end(step) // 50)


@pytest.mark.parametrize("largest", [0.013, 0.75, 1.0, 1.39, 7.0, 99.0])
def test_the_top_holds_the_largest_and_is_not_far_above(largest: float) -> None:
    assert largest <= axis_top(largest) <= 1.6 * largest


def test_bins_hold_means_and_largest_of_their_steps() -> None:
    steps, values = np.arange(1, 101), np.arange(1.0, 101.0)
    x, y = binned_curve(steps, values, end=100, bins=10, take=np.maximum)
    assert y.tolist() == x.tolist() == [9, 19, 29, 39, 49, 59, 69, 79, 89, 100]
    _, mean = binned_curve(steps, values, end=100, bins=10, take=np.add)
    assert mean[0] == pytest.approx(5.0)
    assert mean[1] == pytest.approx(14.5)


def test_a_mean_of_few_waits_for_more() -> None:
    steps = np.arange(1, 14)
    x, _ = binned_curve(steps, steps.astype(float), end=100, bins=10, take=np.add)
    assert x.tolist() == [9]
    x, _ = binned_curve(steps[:3], steps[:3].astype(float), end=100, bins=10, take=np.add)
    assert x.tolist() == [3]


def test_the_map_is_each_steps_part_against_the_largest() -> None:
    training = advanced(started(SMALL), 4)
    found = mapped(training, "weights", rows=6, columns=41)
    parts = training.main.samples.kept[0].log10_parts
    assert math.isinf(parts[0])
    assert found[0, 0] == -1.0
    assert found[1:, 0] == pytest.approx(np.clip(1 + (parts[1:] - parts[1:].max()) / 4, 0, 1))
    last = training.main.samples.kept[-1].log10_parts
    assert found[1:, 8] == pytest.approx(np.clip(1 + (last[1:] - last[1:].max()) / 4, 0, 1))
    assert np.isnan(found[:, 10:]).all()


def test_where_rows_are_few_each_shows_the_largest_of_its_steps() -> None:
    training = started(SMALL)
    fine, coarse = (mapped(training, "states", rows=rows, columns=5) for rows in (6, 3))
    assert coarse[:, 0] == pytest.approx(np.maximum(fine[::2, 0], fine[1::2, 0]))


PANELS = (
    LossPanel,
    NormPanel,
    PartsPanel,
    ErrorPanel,
    RadiusPanel,
    EventsPanel,
    UpdatePanel,
    ChartedPanel,
    ByStepPanel,
)


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize(("width", "height"), [(2, 1), (12, 3), (34, 5), (60, 9), (196, 40)])
@pytest.mark.parametrize("steps", [0, 1, 5])
def test_every_panel_draws_itself_at_every_size(
    panel: type[Canvas[TrainScene]], width: int, height: int, steps: int
) -> None:
    training = advanced(started(SMALL), steps)
    for view in (TrainView(), TrainView(cursor=0, parts="states", weight=3)):
        drawn = text(panel(), scene(training, view=view), width=width, height=height)
        assert max(map(len, drawn.splitlines())) <= width


def test_the_numbers_are_those_of_the_marked_step() -> None:
    training = advanced(started(SMALL), 6)
    losses = training.main.curves.of("loss").mean
    for step in (2, 6):
        drawn = text(LossPanel(), scene(training, view=TrainView(cursor=step)), width=60, height=9)
        assert f"⠒ {losses[step - 1]:.2f}" in drawn or f"⠒ {losses[step - 1]:.3f}" in drawn


def test_the_twin_has_marks_and_the_network_a_line() -> None:
    training = advanced(started(SMALL.changed(twin=Twin("cell", "gru"))), 12)
    drawn = text(RadiusPanel(), scene(training), width=60, height=12)
    rows = drawn.splitlines()[1:-2]
    assert any("▴" in row for row in rows)
    assert any(0x2800 < ord(char) < 0x2900 for row in rows for char in row)


def test_clipped_steps_are_marked_on_theta() -> None:
    training = advanced(started(SMALL.changed(clip="norm", threshold=1e-3, twin=None)), 12)
    drawn = text(NormPanel(), scene(training), width=60, height=12)
    (row,) = [line for line in drawn.splitlines()[1:] if "×" in line]
    assert row.count("×") >= 5
    open_ = advanced(started(SMALL.changed(clip="norm", threshold=1e3, twin=None)), 12)
    assert "×" not in "".join(text(NormPanel(), scene(open_), width=60, height=12).splitlines()[1:])


def test_divergence_stands_on_the_axis_in_the_list_and_in_the_course() -> None:
    training = advanced(started(SMALL.changed(lr=1e9, twin=None)), 12)
    assert training.stopped
    assert "✗" in text(LossPanel(), scene(training), width=60, height=9)
    assert "✗" in text(EventsPanel(), scene(training), width=60, height=9)
    assert "✗ diverged" in text(CoursePanel(), scene(training), width=116, height=3)


@pytest.mark.parametrize("panel", [LossPanel, ErrorPanel])
def test_both_references_are_named_as_narrow_as_80_columns_have_it(panel: type[Canvas[TrainScene]]) -> None:
    training = advanced(started(SMALL.changed(task="series", twin=Twin("cell", "gru"))), 4)
    legend, *rows = text(panel(), scene(training), width=35, height=11).splitlines()
    assert "┄ guess" in legend
    assert "· input" in legend
    assert any("┄ guessing" in row for row in rows)
    assert any("· current input only" in row for row in rows)
    legend = text(panel(), scene(training), width=90, height=11).splitlines()[0]
    assert "┄ guessing 0." in legend
    assert "· current input only 0." in legend


def test_where_the_current_input_tells_nothing_there_is_one_reference() -> None:
    drawn = text(LossPanel(), scene(advanced(started(SMALL), 4)), width=60, height=11)
    assert "┄ guessing 1.39" in drawn
    assert "input" not in drawn


def test_no_name_covers_a_curve() -> None:
    training = advanced(started(SMALL.changed(lr=1e-9, twin=None)), 20)
    drawn = text(LossPanel(), scene(training), width=40, height=11)
    assert "guessing" not in "".join(drawn.splitlines()[1:])


def test_a_goal_has_a_bar() -> None:
    training = advanced(started(SMALL), 5)
    drawn = text(CoursePanel(), scene(training, going=True, goal=10, origin=0), width=116, height=3).splitlines()[1]
    assert (drawn.count("━"), drawn.count("╌")) == (10, 10)
    assert "step 5 of 10" in drawn


def test_speed_is_reported_in_two_digits_while_it_goes() -> None:
    training = advanced(started(SMALL), 5)
    assert "1,200 steps/s" in text(CoursePanel(), scene(training, going=True, speed=1234.5), width=116, height=3)
    assert "steps/s" not in text(CoursePanel(), scene(training), width=116, height=3)


@pytest.mark.parametrize("place", range(12))
def test_a_weight_is_typed_as_it_is_shown(place: int) -> None:
    assert indices((4, 3), place) == divmod(place, 3)
    assert typed_place(SHAPES, place_text("weight_hh_l0", (4, 3), place)) == (0, place)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "names no weight"),
        ("W_hh", "names no weight"),
        ("W_xx[1,1]", "there is no W_xx; there are W_hh, b_y"),
        ("W_hh[5,1]", "W_hh is 4×3: its last entry is W_hh[4,3]"),
        ("W_hh[0,1]", "its last entry is"),
        ("b_y[1,1]", "b_y is 2: its last entry is b_y[2]"),
    ],
)
def test_what_is_no_weight_is_reported(typed: str, said: str) -> None:
    found = typed_place(SHAPES, typed)
    assert isinstance(found, str)
    assert said in found


@pytest.mark.parametrize("typed", ["b_y[2]", "b_y 2", "readout_bias[2]", " B_Y [ 2 ] "])
def test_a_weight_may_be_typed_in_more_ways(typed: str) -> None:
    assert typed_place(SHAPES, typed) == (1, 1)


@pytest.mark.parametrize("clip", ["off", "norm", "value", "step"])
@pytest.mark.parametrize("step", [1, 4, 6])
def test_the_charts_in_numbers_are_what_the_steps_reported(clip: str, step: int) -> None:
    training = advanced(started(SMALL.changed(clip=clip, threshold=0.3, eval_every=2, twin=Twin("cell", "gru"))), 6)
    curves, twin = training.main.curves, training.runs["twin"].curves
    found = {fact.label.strip(): fact for fact in charted(training, step)}
    for label, quantity in (("loss", "loss"), ("‖g‖", "norm"), ("‖Δ‖", "move")):
        each = (number_text(float(run.of(quantity).mean[step - 1])) for run in (curves, twin))
        assert found[label].values[0].split() == ["⠒", next(each), "▴", next(each)]
    assert number_text(training.main.plan.task.guessing.loss) in found["loss"].notes[0]
    norm = float(curves.of("norm").mean[step - 1])
    after = {"off": "off", "norm": number_text(min(norm, 0.3)), "value": "entries", "step": "steps"}[clip]
    assert after in found["clipped"].values[0]
    place = step // 2
    assert number_text(training.main.samples.kept[place].rho) in found["ρ(W)"].values[0]


def test_before_the_first_step_only_what_is_sampled_is_known() -> None:
    found = {fact.label.strip(): fact.values[0].rstrip() for fact in charted(started(SMALL.changed(twin=None)), 0)}
    assert {found[label] for label in ("loss", "‖g‖", "clipped", "‖Δ‖")} == {"⠒ –"}
    assert "%" in found["wrong"]


@pytest.mark.parametrize(("width", "height"), [(56, 8), (76, 9), (116, 13)])
def test_the_numbers_behind_the_charts_are_whole_at_every_size(width: int, height: int) -> None:
    training = advanced(started(SMALL.changed(clip="norm", threshold=0.3)), 6)
    drawn = text(ChartedPanel(), scene(training), width=width, height=height)
    for fact in charted(training, 6):
        assert fact.values[0].rstrip() in drawn
        assert any(note in drawn for note in fact.notes)
    steps = text(ByStepPanel(), scene(training), width=width, height=height)
    sample = training.main.samples.last
    assert sample is not None
    for step in (1, SMALL.length - 1):
        assert log10_text(float(sample.log10_hidden[step])) in steps
        assert log10_text(float(sample.log10_parts[step])) in steps


@pytest.mark.parametrize(("length", "most"), [(3, 9), (15, 14), (1000, 7), (5, 1), (5, 0)])
def test_of_many_time_steps_some_are_chosen_evenly(length: int, most: int) -> None:
    found = chosen_steps(length, most)
    assert len(found) == min(length, most) == len(set(found))
    assert found == sorted(found)
    assert not found or found[-1] == length - 1
