"""The cliff's settings, what is refused and why, and its picture."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.engine.dynamics.error_surface import surface_point
from rnn_tui.engine.progress import CancelledError
from rnn_tui.lab.cliff.settings import FARTHEST, STARTS, CliffSettings
from rnn_tui.lab.cliff.surface import LEVELS, cliff_surface
from rnn_tui.lab.settings.errors import ExperimentError

SHARES = st.floats(-2, 2)


@pytest.mark.parametrize(
    ("settings", "setting", "allowed"),
    [
        ({"length": 0}, "length", "a whole number from 1 to 1000"),
        ({"length": 50.0}, "length", "a whole number"),
        ({"length": True}, "length", "a whole number"),
        ({"target": 1.1}, "target", "a number from 0 to 1"),
        ({"target": math.nan}, "target", "a number"),
        ({"lr": 0}, "lr", "a number from 1e-300"),
        ({"threshold": "much"}, "threshold", "a number from 1e-300"),
        ({"w": 2e6}, "w", "a number from -1e+06 to 1e+06"),
        ({"b": -math.inf}, "b", "a number from -1e+06"),
        ({"w_high": 4.0}, "w_high", "more than w_low, which is 4, by 4e-09 or more"),
        ({"b_low": 7}, "b_high", "more than b_low, which is 7, by"),
        ({"b_high": None}, "b_high", "a number"),
    ],
)
def test_what_cannot_be_is_named(settings: dict[str, Any], setting: str, allowed: str) -> None:
    for made in (CliffSettings, CliffSettings().changed):
        with pytest.raises(ExperimentError) as caught:
            made(**settings)
        assert caught.value.setting == setting
        assert allowed in caught.value.allowed


def test_settings_are_numbers_and_stay_as_they_are() -> None:
    settings = CliffSettings(w=5, lr=1)
    assert settings == CliffSettings(w=5.0, lr=1.0)
    assert isinstance(settings.w, float)
    with pytest.raises(AttributeError):
        settings.w = 1.0  # type: ignore[misc]
    for start in STARTS.values():
        there = CliffSettings().changed(**start)
        assert there.shows(there.w, there.b)


def test_the_picture_is_e_at_the_middles_of_its_parts() -> None:
    settings = CliffSettings(length=20, target=0.4)
    found = cliff_surface(settings, columns=7, rows=5)
    assert found.error.shape == found.heights.shape == found.log10_norms.shape == (5, 7)
    assert (found.w[0], found.w[-1]) == pytest.approx((4.1, 5.3))
    assert (found.b[0], found.b[-1]) == pytest.approx((-1.91, -2.79))  # as on paper, the largest b on top
    for row, b in enumerate(found.b.tolist()):
        for column, w in enumerate(found.w.tolist()):
            here = surface_point(w, b, steps=20, target=0.4)
            assert found.error[row, column] == pytest.approx(here.error.value, rel=1e-9)
            assert found.heights[row, column] == pytest.approx(math.sqrt(here.error.value) / 0.6, rel=1e-9)
            norm = math.hypot(here.along_w.value, here.along_b.value)
            assert found.log10_norms[row, column] == pytest.approx(math.log10(norm), rel=1e-8)
    with pytest.raises(ValueError, match="read-only"):
        found.error[0, 0] = 1.0


def test_the_wall_is_in_view() -> None:
    found = cliff_surface(CliffSettings(), columns=100, rows=60)
    assert found.error[-1, 0] > 0.35  # the high plain
    assert 0.04 < found.error[0, -1] < 0.1  # the side of the valley
    assert np.abs(np.diff(found.error, axis=0)).max() > 0.3  # from one to the other between two neighbours
    assert found.floor.any(axis=0).all()  # and the valley floor goes through the picture from left to right
    assert set(np.unique(found.contours)) == {0, 1, 2, 3, 4, 5, 6}
    assert found.heights.max() <= 1.0


def test_contours_are_where_a_level_lies_between_two_neighbours() -> None:
    found = cliff_surface(CliffSettings(), columns=40, rows=30)
    padded = np.pad(found.error, ((0, 1), (0, 2)), mode="edge")

    def below(row: int, column: int, level: float) -> bool:
        return bool((padded[row, column] > level) != (padded[row + 1, column] > level))

    for row, column in np.ndindex(30, 40):
        between = []
        for place, level in enumerate(LEVELS, 1):
            right = (padded[row, column] > level) != (padded[row, column + 1] > level)
            if below(row, column, level) or (right and not below(row, column + 1, level)):
                between.append(place)
        assert found.contours[row, column] == max(between, default=0)


def test_the_valley_floor_is_one_line_without_gaps() -> None:
    found = cliff_surface(CliffSettings(), columns=60, rows=40)
    places = {(int(row), int(column)) for row, column in np.argwhere(found.floor)}
    reached, edge = set[tuple[int, int]](), [min(places)]
    while edge:
        row, column = edge.pop()
        reached.add((row, column))
        around = {(row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1)}
        edge += (around & places) - reached
    assert reached == places


def test_a_picture_far_from_everything_is_flat_and_not_empty() -> None:
    settings = CliffSettings(w_low=-1e6, w_high=1e6, b_low=-1e6, b_high=1e6, length=6)
    found = cliff_surface(settings, columns=6, rows=6)
    assert np.isfinite(found.error).all()
    assert np.isfinite(found.log10_norms).all()
    assert found.log10_norms.min() < -1e5
    one = cliff_surface(settings, columns=1, rows=1)
    assert one.contours.tolist() == [[0]]


def test_a_picture_can_be_called_off() -> None:
    with pytest.raises(CancelledError):
        cliff_surface(CliffSettings(), columns=9, rows=9, watch=lambda _: False)


@given(SHARES, SHARES)
def test_panning_keeps_the_size_and_goes_back(right: float, up: float) -> None:
    settings = CliffSettings()
    there = settings.panned(right=right, up=up)
    assert there.w_low == pytest.approx(4.0 + right * 1.4)
    assert there.b_high == pytest.approx(-1.8 + up * 1.1)
    assert (there.w_high - there.w_low, there.b_high - there.b_low) == pytest.approx((1.4, 1.1))
    back = there.panned(right=-right, up=-up)
    assert (back.w_low, back.b_low) == pytest.approx((4.0, -2.9))


@given(st.floats(0.1, 10), st.floats(4, 5.4), st.floats(-2.9, -1.8))
def test_zooming_keeps_a_point_where_it_is(factor: float, w: float, b: float) -> None:
    there = CliffSettings().zoomed(factor, w=w, b=b)
    assert (there.w_high - there.w_low, there.b_high - there.b_low) == pytest.approx((1.4 / factor, 1.1 / factor))
    assert (w - there.w_low) * factor == pytest.approx(w - 4.0, abs=1e-12)
    assert (there.b_high - b) * factor == pytest.approx(-1.8 - b, abs=1e-12)


def test_the_picture_ends_somewhere() -> None:
    near = far = CliffSettings()
    for _ in range(100):
        near, far = near.zoomed(2.0, w=4.9, b=-2.15), far.zoomed(0.5, w=4.9, b=-2.15)
    assert 4.9e-9 <= near.w_high - near.w_low < 1e-8
    assert near.shows(4.9, -2.15)
    assert (far.w_low, far.w_high, far.b_low, far.b_high) == (-FARTHEST, FARTHEST, -FARTHEST, FARTHEST)
    assert far.panned(right=0.1, up=-0.1) == far
    for _ in range(100):
        near = near.panned(right=1e12)
    assert near.shows(4.9, -2.15)
    assert CliffSettings().zoomed(0.5, w=1e300, b=0.0) == CliffSettings()


@pytest.mark.parametrize(("w", "b"), [(4.9, -2.15), (5.4, -2.9), (6.0, -2.15), (3.0, 0.0), (4.9, -40.0), (1e5, 1e5)])
def test_the_picture_follows_the_start(w: float, b: float) -> None:
    settings = CliffSettings(w=w, b=b)
    shown = settings.with_start_shown()
    assert shown.shows(w, b)
    assert (shown.w_high - shown.w_low, shown.b_high - shown.b_low) == pytest.approx((1.4, 1.1))
    assert (shown == settings) == CliffSettings().shows(w, b)


def test_a_picture_around_points_holds_them_with_a_margin() -> None:
    found = CliffSettings().around([(4.9, -2.15), (46.6, 65.2)])
    assert (found.w_low, found.b_high) == pytest.approx((4.9 - 0.08 * 41.7, 65.2 + 0.08 * 67.35))
    one = CliffSettings().around([(4.9, -2.15)])
    assert (one.w_high - one.w_low, one.b_high - one.b_low) == pytest.approx((1.4, 1.1))
    near = CliffSettings().zoomed(1e7, w=4.9, b=-2.15)
    assert near.around([(4.9, -2.15), (4.9, -2.15 + 1e-9)]).shows(4.9, -2.15)
    far = CliffSettings().around([(0.0, 0.0), (math.inf, -1e300)])
    assert (far.w_high, far.b_low) == (FARTHEST, -FARTHEST)


def test_the_named_starts_have_pictures_that_show_them() -> None:
    for start in STARTS.values():
        named = CliffSettings().changed(**start)
        assert named.shows(named.w, named.b)
        assert CliffSettings(lr=1.0).framed_as(named) == named.changed(lr=1.0, w=4.9, b=-2.15)
