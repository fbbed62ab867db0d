"""The panels of the Spectrum screen, painted: numbers of matrices whose numbers are known, and the places of things."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.lyapunov import lyapunov
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.lab.spectrum.entries import entries
from rnn_tui.lab.spectrum.spectrum import spectrum
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.steps import Window
from rnn_tui.ui.screens.spectrum.layout import panel_choices, spectrum_layout
from rnn_tui.ui.screens.spectrum.panels.dots import Plane
from rnn_tui.ui.screens.spectrum.panels.grid import bar_part, cell_text, decimals_of, grid_place
from rnn_tui.ui.screens.spectrum.panels.matrix import MatrixPanel
from rnn_tui.ui.screens.spectrum.panels.plane import PlanePanel
from rnn_tui.ui.screens.spectrum.panels.theory import TheoryPanel
from rnn_tui.ui.screens.spectrum.panels.values import LyapunovPanel, SingularPanel
from rnn_tui.ui.screens.spectrum.scene import SpectrumResults, SpectrumScene, SpectrumView
from rnn_tui.ui.state.side_work import Stage
from tests.ui.painting import painted, palette, scene_of, text

# W of two units, entry by entry
ROTATION = ("1,1=0.6", "1,2=-0.8", "2,1=0.8", "2,2=0.6")
JORDAN = ("1,1=0.9", "1,2=5", "2,1=0", "2,2=0.9")
DIAGONAL = ("1,1=-0.5", "1,2=0", "2,1=0", "2,2=0.25")


def seen(experiment: Experiment, *, step: int | None = None, **view: Any) -> SpectrumScene:
    """A scene with everything measured for the screen."""
    found = scene_of(experiment, SpectrumView(**view), SpectrumResults(), step=step)
    assert found.measurement is not None
    results = SpectrumResults(
        spectrum=spectrum(found.measurement, step=found.step + 1),
        lyapunov=lyapunov(found.measurement),
        entries=entries(found.measurement),
        stages={name: Stage(name) for name in ("spectrum", "lyapunov", "entries")},
    )
    return replace(found, results=results)


def two(edits: tuple[str, ...], **settings: Any) -> Experiment:
    return Experiment(hidden=2, edits=edits, **settings)


# ---- numbers that are known


def test_a_rotation() -> None:
    what = seen(two(ROTATION, activation="linear"))
    plane = text(PlanePanel(), what, width=60, height=15)
    assert "W |λ| up to 1.00" in plane
    assert "1.00  ±53°" in plane  # atan2(.8, .6) = 53.13°
    assert "J₄ |λ| up to 1.00 ‖J‖ 1.00" in plane
    assert "⊗" in plane  # a linear net's Jacobian is W
    values = text(SingularPanel(), what, width=40, height=8)
    assert "σ₁ 1.00  σ₂ 1.00" in values
    assert "largest 0" in text(LyapunovPanel(), what, width=40, height=8)
    theory = text(TheoryPanel(), what, width=70, height=20)
    assert "W is normal" in theory
    assert "= Theory and measurement say the same here." in theory


def test_a_jordan_block() -> None:
    what = seen(two(JORDAN, activation="linear", text="a b c d e f"))
    plane = text(PlanePanel(), what, width=60, height=15)
    assert "0.900 0°×2" in plane
    values = text(SingularPanel(), what, width=40, height=8)
    assert "σ₁ 5.16  σ₂ 0.157" in values  # σ₁σ₂ = |det| = .81
    theory = text(TheoryPanel(), what, width=70, height=20)
    assert "‖Wⁿ‖ first grows, to ×19.4 at n = 9" in theory
    assert "It must vanish in the long run, yet over these 5 steps it grew ×" in " ".join(theory.split())
    said = text(MatrixPanel(), what, width=50, height=15)
    assert "∂ρ/∂W tied" in said
    assert "W[1,1] = 0.9 " in said


def test_a_diagonal() -> None:
    what = seen(two(DIAGONAL, activation="linear"))
    plane = text(PlanePanel(), what, width=60, height=15)
    assert "0.500  180°" in plane
    assert "0.250    0°" in plane
    exponents = text(LyapunovPanel(), what, width=40, height=8)
    assert "largest −0.693" in exponents  # ln ½
    assert "−1.39" in exponents  # ln ¼
    said = text(MatrixPanel(), what, width=50, height=15)
    assert "∂ρ/∂W −1.00   ∂σ₁/∂W −1.00" in said


def test_what_an_entry_is_to_the_loss() -> None:
    what = seen(Experiment(lr=0.5), row=2, column=3)
    found = what.results.entries
    assert found is not None
    gradient = found.gradient_sign[2, 3] * 10 ** found.log10_gradient[2, 3]
    value = found.measurement.trace.weight_hh[2, 3]
    said = text(MatrixPanel(), what, width=60, height=15)
    assert f"W[3,4] = {value:.6f}".replace("-", "−") in said
    assert f"W − ηg = {value - 0.5 * gradient:.6f}".replace("-", "−") in said
    assert "unit 4 to unit 3" in said


def test_a_lost_direction_is_minus_infinity() -> None:
    what = seen(two(("1,1=0.5", "1,2=0", "2,1=0", "2,2=0"), activation="linear"))
    assert "−∞" in text(LyapunovPanel(), what, width=40, height=8)


def test_the_line_stands_where_one_over_gamma_is() -> None:
    what = seen(two(("1,1=2", "1,2=0", "2,1=0", "2,2=0.5")))
    rows = text(SingularPanel(), what, width=30, height=42).splitlines()[1:41]
    line = next(y for y, row in enumerate(rows) if "┄┄┄┄┄" in row)
    top = next(y for y, row in enumerate(rows) if row.startswith("█"))
    assert (40 - line) / (40 - top) == pytest.approx(1 / 2, abs=1 / 36)
    assert sum("█" in row[8:] for row in rows) / (40 - top) == pytest.approx(1 / 4, abs=1 / 36)


# ---- words


def test_a_gated_cell_has_no_threshold_and_names_its_block() -> None:
    what = seen(Experiment(cell="lstm"))
    assert "the gates decide" in SingularPanel().foot(what)
    assert "┄" not in text(SingularPanel(), what, width=50, height=8)
    assert MatrixPanel().title(what) == "W · block g, the new content, 8×8"
    assert "the Jacobian of the whole state" in text(TheoryPanel(), what, width=70, height=20)


def test_a_first_layer_says_why_it_has_no_gradient() -> None:
    what = seen(Experiment(cell="feedforward"))
    assert MatrixPanel().title(what) == "W · layer 1 of 4, 8×8"
    assert "∂L/∂W 0   the first layer hears h₀ = 0" in text(MatrixPanel(), what, width=60, height=15)


def test_no_exponents_say_why() -> None:
    assert "A pinned skip" in text(LyapunovPanel(), seen(Experiment(skip="pinned:1-3")), width=40, height=8)
    assert "One step has no factor" in text(LyapunovPanel(), seen(Experiment(text="one")), width=40, height=8)


def test_what_does_not_fit_is_said_to_be_elsewhere() -> None:
    said = text(TheoryPanel(), seen(Experiment()), width=60, height=6).splitlines()
    assert "… p shows all of it" in said
    assert not any(line.endswith("…") for line in said)
    assert "p shows" not in text(TheoryPanel(), seen(Experiment()), width=60, height=20)


def test_the_gradient_and_the_part_in_rho_can_be_the_grid() -> None:
    found = seen(Experiment(), shown="gradient")
    assert found.results.entries is not None
    assert MatrixPanel().title(found) == "∂L/∂W · 8×8"
    slopes = found.results.entries.radius_slopes
    assert slopes is not None
    of_radius = text(MatrixPanel(), seen(Experiment(), shown="radius"), width=80, height=15)
    assert f"{slopes[1, 0]:.2f}".replace("-", "−") in of_radius.splitlines()[2]
    tied = text(MatrixPanel(), seen(Experiment(init="orthogonal"), shown="radius"), width=80, height=15)
    assert "ρ has no one slope" in tied


# ---- the plane


@given(st.integers(3, 90), st.integers(3, 40), st.floats(0.1, 50.0))
def test_the_circle_is_round_and_in_the_middle(width: int, height: int, reach: float) -> None:
    plane = Plane(width=width, height=height, reach=reach)
    assert plane.columns <= max(1, width)
    assert plane.rows <= max(1, height)
    right, up, left, down = (plane.cell(reach * z) for z in (1, 1j, -1, -1j))
    middle = plane.cell(0)
    assert right[1] == left[1] == middle[1]
    assert up[0] == down[0] == middle[0]
    assert right[0] - middle[0] == middle[0] - left[0]
    assert middle[1] - up[1] == down[1] - middle[1]
    # a cell is twice as high as it is wide
    assert abs((right[0] - middle[0]) - 2 * (down[1] - middle[1])) <= 1
    assert plane.holds(0.99 * reach)


def test_every_dot_of_the_circle_is_a_radius_away() -> None:
    ink = Ink(palette().text, palette().panel)
    pen, plane = Pen(61, 31, ink), Plane(width=61, height=31, reach=1.1)
    plane.circle(pen, 0, 1.0, ink)
    unit = plane.cell(1.0)[0] - plane.cell(0)[0]
    drawn = [(x, y) for y, row in enumerate(pen.rows) for x, (char, _) in enumerate(row) if char != " "]
    assert len(drawn) > 100
    for x, y in drawn:
        away = math.hypot(x - plane.cell(0)[0], 2 * (y - plane.cell(0)[1]))
        assert abs(away - unit) <= 2


def test_what_lies_outside_the_circle_has_the_colour_of_what_is_bad() -> None:
    what = seen(two(("1,1=1.5", "1,2=0", "2,1=0", "2,2=0.5")))
    pen = painted(PlanePanel(), what, width=29, height=15)
    marks = [ink.colour for row in pen.rows[2:] for char, ink in row if char == "●"]
    assert sorted(marks) == sorted([what.palette.bad, what.palette.flow])


def test_w_is_held_against_its_own_circle() -> None:
    """A sigmoid's slope is ¼ at most: an eigenvalue of 3 is inside, one of 5 is not."""
    edits = ("1,1=3", "1,2=0", "2,1=0", "2,2=5")
    what = seen(two(edits, activation="sigmoid"))
    pen = painted(PlanePanel(), what, width=41, height=23)
    marks = {ink.colour for row in pen.rows[2:] for char, ink in row if char == "●"}
    assert marks == {what.palette.bad, what.palette.flow}
    assert "1/γ" in "".join(pen.lines())
    assert "1/γ" not in text(PlanePanel(), seen(two(edits)), width=41, height=23)


def test_what_is_not_all_there_says_so() -> None:
    what = seen(Experiment())
    for stage, said in (
        (Stage("", under_way=True), "Eigenvalues · …"),
        (Stage("", under_way=True, progress=0.42), "Eigenvalues · 42% …"),
        (Stage("", stopped=True), "Eigenvalues · stopped"),
        (Stage("", problem="no memory"), "Eigenvalues · no memory"),
        (Stage(""), "Eigenvalues"),
    ):
        assert PlanePanel().title(replace(what, results=replace(what.results, stages={"spectrum": stage}))) == said
    under_way = replace(what, results=replace(what.results, stages={"lyapunov": Stage("", under_way=True)}))
    assert text(LyapunovPanel(), under_way, width=40, height=8).strip() == "measuring …"


@pytest.mark.parametrize("rho", [0.0, 1e-9, 40.0, 1e5])
def test_any_radius_can_be_drawn(rho: float) -> None:
    what = seen(Experiment(rho=rho, activation="sigmoid"))
    assert "|λ| up to" in text(PlanePanel(), what, width=29, height=15)
    assert text(SingularPanel(), what, width=30, height=6)
    assert text(LyapunovPanel(), what, width=30, height=6)


def test_angles_near_the_axis() -> None:
    turned = 0.9 * np.array([[math.cos(0.005), -math.sin(0.005)], [math.sin(0.005), math.cos(0.005)]])
    edits = tuple(f"{i + 1},{j + 1}={float(turned[i, j])!r}" for i in range(2) for j in range(2))
    assert "0.900  ±<1°" in text(PlanePanel(), seen(two(edits)), width=60, height=15)


# ---- the grid


@pytest.mark.parametrize(
    ("value", "width", "shown"),
    [
        (-0.4321, 5, "−0.43"),
        (-0.4321, 4, "−.43"),
        (0.4321, 4, "0.43"),
        (12.34, 4, "12.3"),
        (-12.34, 4, "−12"),
        (-1.26, 4, "−1.3"),
        (0.0, 4, "0"),
        (-0.0, 4, "0"),
        (3e-4, 4, "3e-4"),
        (-3e-4, 4, "−.00"),
        (123456.0, 5, "1e5"),
        (-123456.0, 5, "−1e5"),
        (math.nan, 4, "?"),
    ],
)
def test_a_number_in_a_cell(value: float, width: int, shown: str) -> None:
    assert cell_text(value, width, decimals=2) == shown


@given(st.floats(-1e6, 1e6), st.integers(4, 10))
def test_a_number_fits_its_cell(value: float, width: int) -> None:
    shown = cell_text(value, width, decimals=decimals_of(abs(value), width))
    assert len(shown) <= width
    assert shown.startswith("−") == (value < 0)


@given(st.integers(1, 300), st.integers(20, 200), st.integers(5, 60), st.data())
def test_the_cursor_is_always_in_view(hidden: int, width: int, height: int, data: st.DataObject) -> None:
    row, column = (data.draw(st.integers(0, hidden - 1)) for _ in range(2))
    place = grid_place(width=width, height=height, hidden=hidden, row=row, column=column)
    assert place.rows.start <= row < place.rows.stop <= hidden
    assert place.columns.start <= column < place.columns.stop <= hidden
    assert place.width <= width
    assert place.height <= height
    assert place.all_rows == (place.rows.length == hidden)
    assert place.all_columns == (place.columns.length == hidden)


def test_a_large_w_tells_which_part_of_it_is_shown() -> None:
    what = seen(Experiment(hidden=64), row=40, column=50)
    drawn = text(MatrixPanel(), what, width=55, height=15).splitlines()
    assert drawn[0].split()[-1] == "60"
    assert "▾51" in drawn[0]
    assert any(line.startswith("▸41") for line in drawn)
    assert any("━" in line and "─" in line for line in drawn)
    assert any(line.endswith("┃") for line in drawn)
    assert any(line.endswith("│") for line in drawn)
    assert bar_part(Window(32, 64), 64, 10) == Window(5, 10)
    assert bar_part(Window(0, 1), 256, 10) == Window(0, 1)


def test_what_was_set_is_underlined_and_the_row_in_hand_stands_out() -> None:
    what = seen(Experiment(edits=("2,3=0.5",)), row=4, column=0, hand="row")
    rows = painted(MatrixPanel(), what, width=60, height=15).rows
    assert [y for y, row in enumerate(rows) if any(ink.underline for _, ink in row)] == [2]
    assert [y for y, row in enumerate(rows) if sum(ink.bold for char, ink in row[3:50] if char != " ") > 20] == [5]


# ---- the windows


@pytest.mark.parametrize("width", [60, 79, 80, 99, 100, 120, 200])
@pytest.mark.parametrize("height", [18, 22, 23, 24, 30, 33, 34, 36, 50, 60, 80])
def test_panels_fill_the_window_and_do_not_overlap(width: int, height: int) -> None:
    for panel in panel_choices(width, height):
        shown = spectrum_layout(width, height, panel)
        cells: set[tuple[int, int]] = set()
        for place in shown.values():
            assert place.width >= 20
            assert place.height >= 4 if place != shown["network"] else True
            inside = {
                (x, y) for x in range(place.x, place.x + place.width) for y in range(place.y, place.y + place.height)
            }
            assert not cells & inside
            cells |= inside
        assert max(y for _, y in cells) == height - 4
        assert len(cells) > 0.97 * width * (height - 3)
        assert _within(shown, width)


def _within(shown: Mapping[str, Any], width: int) -> bool:
    return all(place.x >= 0 and place.x + place.width <= width for place in shown.values())


def test_measured_again_while_an_edit_waits() -> None:
    """The grid shows W as it is set before it is measured, and no number of before beside it."""
    before = seen(Experiment())
    edited = before.experiment.edited("1,1=0.77")
    said = text(MatrixPanel(), replace(before, experiment=edited), width=55, height=15)
    assert "W[1,1] = 0.77" in said
    assert "set by you" in said
    assert "∂L/∂W …" in said
    assert "ρ …" in said
    assert measure(edited).trace.weight_hh[0, 0] == 0.77
