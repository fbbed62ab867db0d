"""Bands of dots in a chart: where they are, what they cover, and how they are distinguished without colour."""

import numpy as np
import pytest

from rnn_tui.ui.charts.filling import DottedBand, with_bands
from rnn_tui.ui.charts.plotting import Chart

WIDTH, ROWS, LEFT = 20, 6, 3
SHARED, OWN, LINE = "#112233", "#445566", "#778899"
LIMITS = {"x_limits": (0.0, 10.0), "y_limits": (-1.0, 1.0)}


def blank() -> Chart:
    return Chart([[(" ", None)] * (LEFT + WIDTH) for _ in range(ROWS + 1)], LEFT, WIDTH)


def band(low: float, high: float, texture: str = "dense", colour: str = OWN, to: float = 10.0) -> DottedBand:
    x = np.array([0.0, to])
    return DottedBand(x, np.full(2, low), np.full(2, high), colour, texture)  # type: ignore[arg-type]


def text(chart: Chart) -> list[str]:
    return ["".join(char for char, _ in row)[LEFT:] for row in chart.rows[:ROWS]]


def test_a_band_fills_the_rows_between_its_curves() -> None:
    rows = text(with_bands(blank(), [band(-1.0, 1.0)], **LIMITS))
    assert rows == ["⣿" * WIDTH] * ROWS
    upper = text(with_bands(blank(), [band(0.02, 1.0)], **LIMITS))
    assert upper == ["⣿" * WIDTH] * (ROWS // 2) + [" " * WIDTH] * (ROWS // 2)


def test_a_band_that_spreads_nothing_is_a_line() -> None:
    rows = text(with_bands(blank(), [band(0.0, 0.0)], **LIMITS))
    drawn = [row for row in rows if row.strip()]
    assert drawn == [drawn[0][0] * WIDTH]
    assert drawn[0][0] in "⠉⠒⠤⣀"


def test_a_band_ends_where_its_draws_end_so_far() -> None:
    rows = text(with_bands(blank(), [band(-1.0, 1.0, to=5.0)], **LIMITS))
    assert all(row.rstrip() and len(row.rstrip()) in (10, 11) for row in rows)


@pytest.mark.parametrize("high", [np.inf, -np.inf])
def test_what_is_beyond_the_axis_is_cut_and_a_true_zero_has_no_place_on_it(high: float) -> None:
    edges = DottedBand(np.array([0.0, 10.0]), np.full(2, -np.inf), np.full(2, 5.0 if high > 0 else high), OWN, "dense")
    rows = text(with_bands(blank(), [edges], **LIMITS))
    assert rows == (["⣿" * WIDTH] * ROWS if high > 0 else [" " * WIDTH] * ROWS)


def test_two_bands_are_distinguished_without_colour_and_the_dense_one_is_on_top() -> None:
    both = with_bands(blank(), [band(-1.0, 1.0, "sparse", SHARED), band(-0.3, 0.3)], **LIMITS)
    rows = text(both)
    assert set(rows[0]) == {"⠡"} or len(set(rows[0])) <= 2
    assert "⣿" not in rows[0]
    assert "⣿" in rows[2]
    assert {colour for _, colour in both.rows[0][LEFT:]} == {SHARED}
    assert {colour for _, colour in both.rows[2][LEFT:]} == {OWN}


def test_a_line_stays_before_a_sparse_band_and_behind_a_dense_one() -> None:
    chart = blank()
    chart.rows[2] = [(" ", None)] * LEFT + [("⠒", LINE)] * WIDTH
    assert text(with_bands(chart, [band(-1.0, 1.0, "sparse", SHARED)], **LIMITS))[2] == "⠒" * WIDTH
    assert text(with_bands(chart, [band(-1.0, 1.0)], **LIMITS))[2] == "⣿" * WIDTH
    assert chart.rows[2][LEFT] == ("⠒", LINE), "the chart that is given stays as it is"
