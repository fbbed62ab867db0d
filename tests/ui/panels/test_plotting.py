"""Charts: finite points within the limits, broken at gaps, in the theme's colours, with ticks that mean something."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.ui.charts.limits import limits_of_steps, y_limits
from rnn_tui.ui.charts.plotting import (
    ChartSeries,
    chart,
    column_of,
    essential_points,
    finite_runs,
    log_axis,
    power_text,
)

NAN, INF = math.nan, math.inf
COLOUR, AXIS = "#ffab5e", "#8d96a8"


def drawn(series: list[ChartSeries], *, width: int = 40, height: int = 9, steps: int = 4) -> list[str]:
    limits = y_limits([value for one in series for value in one.y])
    built = chart(
        series,
        width=width,
        height=height,
        x_limits=limits_of_steps(steps),
        y_limits=limits,
        y_ticks=log_axis(*limits, rows=height - 1)[1],
        label_width=6,
        axis=AXIS,
    )
    assert [len(row) for row in built.rows] == [width] * height
    return ["".join(char for char, _ in row) for row in built.rows]


def test_every_step_has_its_marker_in_its_column() -> None:
    rows = drawn([ChartSeries(x=[1, 2, 3, 4], y=[-3.0, -2.0, -1.0, 0.0], colour=COLOUR, marker="●")])
    columns = sorted(row.index("●") for row in rows if "●" in row)
    assert columns == [7 + column_of(step, limits=(1, 4), columns=33) for step in (1, 2, 3, 4)]


def test_the_colours_are_those_given() -> None:
    series = [ChartSeries(x=[1, 2], y=[0.0, 1.0], colour=COLOUR, marker="●")]
    built = chart(
        series,
        width=30,
        height=6,
        x_limits=(1, 2),
        y_limits=(-1, 2),
        y_ticks=log_axis(-1, 2, rows=5)[1],
        label_width=6,
        axis=AXIS,
    )
    colours = {colour for row in built.rows for char, colour in row if char != " "}
    assert colours == {COLOUR, AXIS}


@pytest.mark.parametrize("gap", [NAN, -INF, INF])
def test_a_line_breaks_where_a_value_is_missing(gap: float) -> None:
    series = ChartSeries(x=[1, 2, 3, 4, 5], y=[0.0, 0.5, gap, 0.5, 1.0], colour=COLOUR)
    runs = finite_runs(series, limits=(1, 5), y_limits=(-1, 2), columns=30)
    assert [[x for x, _ in run] for run in runs] == [[1, 2], [4, 5]]


def test_a_point_between_two_gaps_is_still_seen() -> None:
    rows = drawn([ChartSeries(x=[1, 2, 3], y=[NAN, 0.0, -INF], colour=COLOUR)], steps=3)
    assert sum(row.count("●") for row in rows) == 1


@pytest.mark.parametrize("values", [[NAN] * 4, [-INF] * 4, []])
def test_nothing_to_draw_is_an_empty_chart(values: list[float]) -> None:
    rows = drawn([ChartSeries(x=range(1, len(values) + 1), y=values, colour=COLOUR, marker="●")])
    assert "●" not in "".join(rows)
    assert any("┤" in row for row in rows)


def test_far_outside_points_are_held_at_the_limits() -> None:
    series = ChartSeries(x=[1, 2], y=[-1e9, 1e9], colour=COLOUR)
    assert finite_runs(series, limits=(1, 2), y_limits=(-1, 1), columns=9) == [[(1, -1), (2, 1)]]


@pytest.mark.parametrize("values", [[0.3], [0.3, 0.3, 0.3]])
def test_equal_values_are_a_level_line(values: list[float]) -> None:
    rows = drawn([ChartSeries(x=range(1, len(values) + 1), y=values, colour=COLOUR, marker="●")], steps=len(values))
    assert sum("●" in row for row in rows) == 1
    assert sum(row.count("●") for row in rows) == len(values)


@given(st.integers(1, 30), st.lists(st.floats(-5, 5) | st.sampled_from([NAN, -INF]), min_size=61, max_size=400))
def test_a_column_keeps_its_lowest_and_its_highest_point(columns: int, values: list[float]) -> None:
    limits = limits_of_steps(len(values))
    steps = range(1, len(values) + 1)
    runs = finite_runs(ChartSeries(x=steps, y=values, colour=COLOUR), limits=limits, y_limits=(-9, 9), columns=columns)
    kept: dict[int, set[float]] = {}
    for x, y in (point for run in runs for point in run):
        kept.setdefault(column_of(x, limits=limits, columns=columns), set()).add(y)
    wanted: dict[int, list[float]] = {}
    for step, value in zip(steps, values, strict=True):
        if math.isfinite(value):
            wanted.setdefault(column_of(step, limits=limits, columns=columns), []).append(value)
    assert kept == {column: {min(found), max(found)} for column, found in wanted.items()}


@given(st.floats(-20_000, 20_000), st.floats(0.5, 30_000), st.integers(3, 40))
def test_ticks_are_few_within_the_limits_and_in_order(low: float, span: float, rows: int) -> None:
    (bottom, top), ticks = log_axis(low, low + span, rows=rows)
    places = [tick.place for tick in ticks]
    assert bottom <= low + 1e-6
    assert top >= low + span - 1e-6
    assert 2 <= len(ticks) <= max(2, (rows + 1) // 2)
    assert all(bottom - 1e-6 <= place <= top + 1e-6 for place in places)
    assert places == sorted(places)
    assert len({tick.label for tick in ticks}) == len(ticks)


@given(st.floats(-400, 400), st.floats(3, 600), st.integers(5, 40))
def test_decades_stand_an_equal_number_of_rows_apart(low: float, span: float, rows: int) -> None:
    limits, ticks = log_axis(low, low + span, rows=rows)
    at = [column_of(tick.place, limits=limits, columns=rows) for tick in ticks]
    assert len({later - earlier for earlier, later in itertools.pairwise(at)}) <= 1


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (-1.2, 0.2, ["0.1", "0.3", "1"]),
        (-3.1, 0.5, ["1e-3", "0.01", "0.1", "1", "10"]),
        (0.0, 6990.0, ["1", "10^3000", "10^6000"]),
        (-0.31, 0.1, ["0.5", "0.7", "1"]),
    ],
)
def test_ticks_stand_at_round_numbers(low: float, high: float, labels: list[str]) -> None:
    assert [tick.label for tick in log_axis(low, high, rows=11)[1]] == labels


def test_powers_are_written_with_the_digits_that_mean_something() -> None:
    assert [power_text(power) for power in (-214, -5, -2, 0, 3, 4, 120)] == [
        "10^-214",
        "1e-5",
        "0.01",
        "1",
        "1000",
        "1e4",
        "10^120",
    ]
    assert power_text(-1, 5) == "0.5"


@given(
    st.lists(st.tuples(st.integers(0, 50).map(lambda tenths: tenths / 10), st.floats(-9, 9)), min_size=2, max_size=60),
    st.floats(1e-3, 2.0),
)
def test_a_line_passes_the_points_that_were_left_out(points: list[tuple[float, float]], tolerance: float) -> None:
    run = sorted(points, key=lambda point: point[0])
    kept = essential_points(run, tolerance=tolerance)
    assert (kept[0], kept[-1]) == (run[0], run[-1])
    places = iter(run)
    assert all(point in places for point in kept)  # in their order
    for x, y in run:
        heights = [
            height
            for (left, bottom), (right, top) in itertools.pairwise(kept)
            if left <= x <= right
            for height in ((bottom, top) if left == right else (bottom + (x - left) / (right - left) * (top - bottom),))
        ]
        assert min(heights) - tolerance - 1e-6 <= y <= max(heights) + tolerance + 1e-6


def test_a_straight_line_is_its_two_ends_and_a_bent_one_keeps_its_bend() -> None:
    straight = [(float(x), 2.0 * x) for x in range(100)]
    assert essential_points(straight, tolerance=1e-9) == [straight[0], straight[-1]]
    assert essential_points([(0, 0), (1, 1), (2, 2), (3, 1), (4, 0)], tolerance=0.1) == [(0, 0), (2, 2), (4, 0)]
    assert essential_points([(3, 1)], tolerance=0.1) == [(3, 1)]
