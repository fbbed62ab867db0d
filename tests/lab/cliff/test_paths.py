"""Both descents on the cliff: the jump, the turn, what ends a path, and what is taken over from before."""

import math

import numpy as np
import pytest

from rnn_tui.engine.cells.activations import sigmoid
from rnn_tui.lab.cliff.paths import DESCENT, descend, ending_sentence, first_step_outside
from rnn_tui.lab.cliff.settings import STARTS, CliffSettings


def test_at_first_one_path_jumps_and_the_other_turns() -> None:
    settings = CliffSettings()
    found = descend(settings, 200)
    assert found.parted == 9
    assert found.unclipped.points[:8] == found.clipped.points[:8]
    walk = [point.error.value for point in found.unclipped.points[:8]]
    assert walk == sorted(walk, reverse=True)
    wall, out = found.unclipped.points[8:]
    assert wall.norm.value == pytest.approx(199.01, abs=0.01)
    assert max(point.norm.value for point in found.unclipped.points[:8]) < 0.16
    assert (out.w, out.b) == pytest.approx((46.647, 65.230), abs=1e-3)
    assert out.error.value == pytest.approx(0.09)
    assert out.norm.log10 == pytest.approx(-48.659, abs=1e-3)
    assert found.unclipped.ending == "rests"
    assert ending_sentence(found.unclipped) == "Here ‖∇E‖ = 2.2e-49, and η times that moves neither w nor b in float64."
    left = first_step_outside(found.unclipped, settings)
    assert left is not None
    assert (left.step, left.jumped) == (9, True)
    assert (left.w, left.b) == (out.w, out.b)
    clipped = found.clipped
    assert len(clipped.points) == 201
    assert (clipped.ending, ending_sentence(clipped), first_step_outside(clipped, settings)) == (None, None, None)
    turn = clipped.points[9]
    assert clipped.points[8].scale.value == pytest.approx(0.5 / 199.01, rel=1e-4)
    assert math.dist((wall.w, wall.b), (turn.w, turn.b)) == pytest.approx(settings.lr * settings.threshold)
    assert turn.w > wall.w  # back, up the valley's side
    assert turn.b > wall.b
    assert min(point.error.value for point in clipped.points[:60]) < 1e-3
    assert max(point.error.value for point in clipped.points[150:]) < 0.01


def test_from_the_wall_one_step_is_enough() -> None:
    settings = CliffSettings().changed(**STARTS["the wall"])
    found = descend(settings, 1)
    assert found.parted == 1
    out, turn = found.unclipped.points[1], found.clipped.points[1]
    assert (out.w, out.b, out.error.value) == pytest.approx((40.696, 54.767, 0.09), abs=1e-3)
    assert (turn.w, turn.b) == pytest.approx((5.00264115, -2.60809449), abs=1e-8)  # 60 digits
    assert turn.error.value == pytest.approx(0.01118955, abs=1e-8)
    assert found.unclipped.points[0].error.value == pytest.approx(0.141789, abs=1e-6)


def test_steps_go_on_from_what_was_found_before() -> None:
    settings = CliffSettings()
    whole = descend(settings, 40)
    for before in (0, 7, 8, 9, 10, 40, 60):
        assert descend(settings, 40, so_far=descend(settings, before)) == whole
    for steps in (0, 8, 9, 10):
        assert descend(settings, steps, so_far=whole) == descend(settings, steps)
    moved = descend(settings.panned(right=0.5), 40, so_far=whole)
    assert all(one is other for one, other in zip(moved.clipped.points, whole.clipped.points, strict=True))
    changed = {"length": 51, "target": 0.6, "lr": 0.3, "threshold": 0.4, "w": 4.8, "b": -2.1}
    assert set(changed) == set(DESCENT)
    for name, value in changed.items():
        other = settings.changed(**{name: value})
        assert descend(other, 40, so_far=whole) == descend(other, 40) != whole


def test_without_a_step_there_is_the_start() -> None:
    found = descend(CliffSettings(), 0)
    (point,) = found.unclipped.points
    assert (point.step, point.w, point.b) == (0, 4.9, -2.15)
    assert found.unclipped == found.clipped
    assert found.parted is None
    assert first_step_outside(found.unclipped, found.settings) is None


def test_what_leaves_the_picture_is_seen_only_from_inside_it() -> None:
    settings = CliffSettings()
    found = descend(settings, 20)
    near = settings.zoomed(20, w=4.9, b=-2.15)
    left = first_step_outside(found.clipped, near)
    assert left is not None
    assert (left.step, left.jumped) == (2, False)
    assert (left.w, left.b) == pytest.approx((4.86, -2.20), abs=5e-3)
    assert first_step_outside(descend(settings, 8).unclipped, settings) is None  # not taken yet
    elsewhere = settings.panned(right=5)
    assert first_step_outside(found.clipped, elsewhere) is None
    wide = settings.zoomed(0.001, w=4.9, b=-2.15)
    assert first_step_outside(found.unclipped, wide) is None


def test_a_step_beyond_float64_ends_the_path() -> None:
    b = 0.5 - 1000 * float(sigmoid(np.array(0.5)))  # with it x_t stays where it starts, on the steepest place there is
    settings = CliffSettings(length=200, w=1000, b=b, w_low=999, w_high=1001, b_low=b - 1, b_high=b + 1)
    found = descend(settings, 1)
    (start,) = found.unclipped.points
    assert start.norm.float_or_none is None
    assert start.norm.log10 == pytest.approx(470.478, abs=1e-3)  # the closed form in the engine's test
    assert found.unclipped.ending == "leaves float64"
    assert ending_sentence(found.unclipped) == "Here ‖∇E‖ = 10^470, and η times that is beyond what float64 holds."
    left = first_step_outside(found.unclipped, settings)
    assert left is not None
    assert (left.w, left.b) == (math.inf, math.inf)
    assert (left.step, left.jumped) == (1, True)
    turn = found.clipped.points[1]
    assert math.dist((1000, b), (turn.w, turn.b)) == pytest.approx(0.2)


def test_a_gradient_of_exactly_zero_rests() -> None:
    found = descend(CliffSettings(w=0, b=0, target=0.5), 3)
    assert found.unclipped.ending == "rests"
    assert ending_sentence(found.unclipped) == "Here ∇E is exactly 0, and nothing moves any more."
