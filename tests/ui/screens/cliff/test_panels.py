"""The Cliff's panels, painted: the ground, both paths without their colours, and sums that add up."""

import math
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.lab.cliff.paths import descend
from rnn_tui.lab.cliff.settings import FARTHEST, STARTS, CliffSettings
from rnn_tui.lab.cliff.surface import cliff_surface
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.session.cliff_history import CliffHistory
from rnn_tui.ui.screens.cliff.panels.ground import ground
from rnn_tui.ui.screens.cliff.panels.numbers import NumbersPanel
from rnn_tui.ui.screens.cliff.panels.plot import cliff_plot
from rnn_tui.ui.screens.cliff.panels.strip import CliffStrip
from rnn_tui.ui.screens.cliff.panels.surface import SurfacePanel
from rnn_tui.ui.screens.cliff.panels.trails import trails
from rnn_tui.ui.screens.cliff.scene import CliffResults, CliffScene, CliffView
from rnn_tui.ui.state.scene import Scene
from tests.ui.painting import painted, palette, text

FIRST = CliffSettings()
WALL = FIRST.changed(**STARTS["the wall"])
BRAILLE = re.compile("[\u2801-\u28ff]")


def cliff_scene(settings: CliffSettings, steps: int, *, theme: str = "night") -> CliffScene:
    results = CliffResults(surface=cliff_surface(settings, columns=60, rows=40), descents=descend(settings, steps))
    return Scene(
        palette=palette(theme),
        experiment=Experiment(),
        measurement=None,
        triangle=None,
        step=0,
        view=CliffView(CliffHistory(settings), step=steps),
        charts=True,
        word_colours={},
        results=results,
    )


# ---- the places of things


@given(
    st.floats(-FARTHEST, FARTHEST),
    st.floats(-9, 6),
    st.floats(-FARTHEST, FARTHEST),
    st.integers(1, 200),
    st.integers(1, 99),
)
def test_any_picture_has_axes_within_it(low: float, log10_size: float, b_low: float, width: int, height: int) -> None:
    size = 10.0**log10_size * max(1.0, abs(low), abs(b_low))
    if max(low, b_low) + size > FARTHEST:
        return
    settings = CliffSettings(w_low=low, w_high=low + size, b_low=b_low, b_high=b_low + size)
    plot = cliff_plot(settings, width=width, height=height)
    assert plot.left + plot.columns <= max(width, plot.left + 1)
    assert plot.w_ticks
    assert plot.b_ticks
    assert all(0 <= tick.at < plot.columns for tick in plot.w_ticks)
    assert all(0 <= tick.at < plot.rows for tick in plot.b_ticks)
    assert all(tick.label for tick in (*plot.w_ticks, *plot.b_ticks))


def test_ticks_stand_at_the_numbers_they_name() -> None:
    plot = cliff_plot(FIRST, width=76, height=24)
    assert [tick.label for tick in plot.b_ticks] == ["−2.8", "−2.6", "−2.4", "−2.2", "−2.0", "−1.8"]
    for column, label in plot.w_ticks:
        assert plot.cell(plot.across(float(label)), 0.0)[0] == column
    near = cliff_plot(FIRST.zoomed(1e6, w=4.9, b=-2.15), width=76, height=24)
    labels = [tick.label for tick in near.w_ticks]
    assert len(set(labels)) == len(labels) > 2
    assert "4.9000000" in labels


# ---- the ground


def test_the_ground_is_two_heights_a_cell() -> None:
    plot = cliff_plot(FIRST, width=66, height=21)
    surface = cliff_surface(FIRST, columns=plot.columns, rows=2 * plot.rows)
    rows = ground(surface, plot, palette(), shaded=False)
    assert (len(rows), len(rows[0])) == (plot.rows, plot.columns)
    assert {char for row in rows for char, _ in row} == {" ", "▀"}
    top, bottom = rows[0][-1], rows[-1][0]
    assert top[1].ground != bottom[1].ground


@pytest.mark.parametrize("theme", ["sixteen", "night"])
def test_without_colours_shades_tell_the_height(theme: str) -> None:
    panel = SurfacePanel()
    panel.shaded = theme == "night"
    what = cliff_scene(FIRST, 0, theme=theme)
    lines = painted(panel, what, width=66, height=21).lines()
    left = cliff_plot(FIRST, width=66, height=21).left
    assert lines[19][left] in "▓█"  # the high plain
    assert lines[0][-2] in "░▒"  # the side of the valley
    assert any("·" in line for line in lines)
    assert not any("▀" in line for line in lines)


def test_a_picture_that_is_not_there_yet_shows_what_is_known_of_it() -> None:
    plot = cliff_plot(FIRST.panned(right=0.5), width=66, height=21)
    rows = ground(cliff_surface(FIRST, columns=60, rows=40), plot, palette(), shaded=False)
    known = [any(ink.ground != palette().panel for _, ink in column) for column in zip(*rows, strict=True)]
    assert known[0]
    assert not known[-1]
    assert sum(known) == pytest.approx(plot.columns / 2, abs=1)
    blank = ground(
        cliff_surface(FIRST, columns=60, rows=40),
        cliff_plot(FIRST.panned(up=3), width=66, height=21),
        palette(),
        shaded=True,
    )
    assert {char for row in blank for char, _ in row} == {" "}


# ---- both paths


def test_the_paths_are_distinguished_without_colours() -> None:
    shown = text(SurfacePanel(), cliff_scene(FIRST, 8), width=100, height=40)
    assert shown.count("○") == 8
    assert shown.count("◆") == 1
    assert "×" not in shown
    shown = text(SurfacePanel(), cliff_scene(FIRST, 20), width=100, height=40)
    assert shown.count("●") > 8
    assert "↗" in shown
    assert "× step 9 → (46.6, 65.2)" in shown
    assert len(BRAILLE.findall(shown)) > 10


@pytest.mark.parametrize("width", [40, 45, 66, 100, 190])
@pytest.mark.parametrize("height", [8, 15, 40])
@pytest.mark.parametrize("settings", [FIRST, WALL])
def test_the_jump_is_reported_at_every_size(width: int, height: int, settings: CliffSettings) -> None:
    what = cliff_scene(settings, 12)
    (leaving,) = trails(descend(settings, 12), cliff_plot(settings, width=width, height=height)).exits
    assert leaving.arrow in "↑↗→"  # as steep as the picture's cells make it
    shown = text(SurfacePanel(), what, width=width, height=height)
    assert f"{leaving.arrow}" in shown.replace("→ (4", "")
    assert "→ (4" in shown


def test_the_arrow_points_to_where_the_path_goes() -> None:
    for w, b, arrow in ((-5, 0, "←"), (5, 0.02, "→"), (0, 9, "↑"), (0, -9, "↓"), (-9, 7, "↖"), (9, -7, "↘")):
        plot = cliff_plot(FIRST, width=66, height=24)
        found = descend(FIRST, 1)
        start, end = found.unclipped.points
        leaves = replace(start, w_after=start.w + w, b_after=start.b + b)
        jumped = replace(end, w=start.w + w, b=start.b + b)
        path = replace(found.unclipped, points=(leaves, jumped))
        (leaving,) = trails(replace(found, unclipped=path), plot).exits
        assert leaving.arrow == arrow
        assert leaving.step == 1


def test_the_line_of_the_unclipped_path_is_broken_and_the_other_is_full() -> None:
    plot = cliff_plot(FIRST, width=106, height=40)
    found = descend(FIRST.changed(threshold=0.05), 1)  # both go the same way, the clipped one not as far
    assert found.parted == 1
    start, end = found.unclipped.points
    along = [replace(start, w_after=4.2, b_after=-2.8), replace(end, w=4.2, b=-2.8)]
    ways = {}
    for kind in ("unclipped", "clipped"):
        other = "clipped" if kind == "unclipped" else "unclipped"
        stays = replace(getattr(found, other), points=(start if other == "unclipped" else found.clipped.points[0],))
        one = replace(getattr(found, kind), points=(replace(along[0], scale=found.clipped.points[0].scale), along[1]))
        drawn = trails(replace(found, **{kind: one, other: stays}), plot)
        ways[kind] = sum(pattern.bit_count() for pattern, _ in drawn.dots.values())
    assert 0.6 < ways["unclipped"] / ways["clipped"] < 0.75


def test_a_step_beyond_float64_leaves_too() -> None:
    plot = cliff_plot(FIRST, width=66, height=24)
    found = descend(FIRST, 0)
    gone = replace(found.unclipped.points[0], w_after=math.inf, b_after=-math.inf)
    path = replace(found.unclipped, points=(gone,), ending="leaves float64")
    (leaving,) = trails(replace(found, unclipped=path), plot).exits
    assert leaving.arrow == "↘"


def test_a_line_across_the_picture_is_seen_though_both_its_ends_are_outside() -> None:
    found = descend(WALL, 1)
    crossed = FIRST.changed(w_low=20.0, w_high=30.0, b_low=20.0, b_high=40.0)
    drawn = trails(found, cliff_plot(crossed, width=66, height=24))
    assert drawn.dots
    assert not drawn.marks
    beside = FIRST.changed(w_low=20.0, w_high=30.0, b_low=-40.0, b_high=-20.0)
    assert not trails(found, cliff_plot(beside, width=66, height=24)).dots
    what = cliff_scene(WALL.framed_as(beside), 1)
    assert "both paths are outside" in text(SurfacePanel(), what, width=66, height=24)


# ---- the numbers


@pytest.mark.parametrize("settings", [FIRST, WALL])
@pytest.mark.parametrize("steps", [0, 8, 9])
def test_number_under_number_adds_up(settings: CliffSettings, steps: int) -> None:
    shown = text(NumbersPanel(), cliff_scene(settings, steps), width=26, height=15)
    lines = shown.splitlines()
    for axis in "wb":
        at = next(place for place, line in enumerate(lines) if line.startswith(f"{axis} "))
        start, move, end = (
            [float(each) for each in line.replace("−", "-").split()[-2:]] for line in lines[at : at + 3]
        )
        assert [round(one + by, 5) for one, by in zip(start, move, strict=True)] == pytest.approx(end, abs=2e-5)


def test_sums_in_whole_lines() -> None:
    shown = text(NumbersPanel(), cliff_scene(FIRST, 8), width=48, height=24)
    assert "× w 4.67469 − 0.4·(−104.932) = 46.6473" in shown
    assert "● w 4.67469 − 0.4·2.5e-3·(−104.932) = 4.78015" in shown
    assert "  b −2.41005 − 0.4·2.5e-3·(−169.099) = −2.24011" in shown
    assert "   8    0.028      199    0.028      199 2.5e-3" in shown
    far = text(NumbersPanel(), cliff_scene(FIRST, 20), width=48, height=24)
    assert "46.6473 − 0.4·1.6e-49 = 46.6473" in far
    assert "2.2e-49" in far
    assert re.search(r"20 +– +– +1\.3e-3 +0\.158 +1", far)


@pytest.mark.parametrize(("width", "height"), [(58, 2), (58, 4), (26, 12), (26, 15), (48, 24), (60, 50)])
@pytest.mark.parametrize("steps", [0, 9, 20])
def test_no_number_is_cut_off(width: int, height: int, steps: int) -> None:
    for settings in (FIRST, WALL):
        wider, shown = (
            [
                set(line.split())
                for line in painted(NumbersPanel(), cliff_scene(settings, steps), width=w, height=height).lines()
            ]
            for w in (width + 1, width)
        )
        assert all(cut <= whole for cut, whole in zip(shown, wider, strict=True))


# ---- the strip


@pytest.mark.parametrize("width", [58, 76, 116, 196])
@pytest.mark.parametrize(
    ("steps", "word"), [(0, "AT THE START"), (4, "TOGETHER"), (8, "ON THE WALL"), (9, "JUMPED OUT")]
)
def test_the_verdict_is_the_same_at_every_width(width: int, steps: int, word: str) -> None:
    line = text(CliffStrip(), cliff_scene(FIRST, steps), width=width, height=2).splitlines()[1]
    assert line.startswith(word)
    assert ("step 9 to (46.6473, 65.2296)" in line) == (steps == 9)
    assert "E 0" in line or steps == 8


def test_the_strip_has_every_dial_and_marks_the_norm_on_theta() -> None:
    what = cliff_scene(FIRST, 0)
    lines = text(CliffStrip(), what, width=116, height=5).splitlines()
    assert lines[1].split() == ["η", "0.4", "θ", "0.5", "T", "50", "target", "0.7", "w", "4.9", "b", "−2.15"]
    small = cliff_scene(FIRST.changed(threshold=0.02), 0)
    theta = replace(small, view=replace(small.view, dial="threshold"))
    assert "┃‖∇E‖" in text(CliffStrip(), theta, width=116, height=5)
    assert "┃" not in text(CliffStrip(), what, width=116, height=5)
