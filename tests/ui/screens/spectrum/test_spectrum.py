"""The Spectrum screen, its keys pressed: W is changed under the cursor, and all follows."""

import math
import threading
from typing import Any

import numpy as np
import pytest

import rnn_tui.lab.measurement.measure
from rnn_tui.engine.kinds import GATES, CellName
from rnn_tui.engine.progress import Watch, unwatched
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.session.saved import Lab
from rnn_tui.ui.app import LabApp
from rnn_tui.ui.panels.drawing.canvas import Canvas
from tests.ui import opened
from tests.ui.pressing import lab, note, press, send_key, settle

# takes longer than a frame to measure
LONG = Experiment(text="a b " * 80)


def edits(app: LabApp) -> tuple[str, ...]:
    """What was changed of W."""
    return app.experiment.edits


def undoable(app: LabApp) -> int:
    """How many steps of undo there are."""
    return len(app.history.past)


def place(app: LabApp) -> str:
    """Where the keys are."""
    return app.context


def measured(app: LabApp) -> Measurement:
    """The measurement of what is set."""
    assert app.measurement is not None
    assert app.measurement.experiment == app.experiment
    return app.measurement


def weight(app: LabApp, row: int, column: int) -> float:
    """An entry of the measured W, its row and column counted from 1."""
    return float(measured(app).trace.weight_hh[row - 1, column - 1])


def lines(app: LabApp, panel: str) -> str:
    return "\n".join(strip.text for strip in app.screen.query_one(f"#{panel}", Canvas)._strips)


def shown(app: LabApp) -> set[str]:
    return {str(panel.id) for panel in app.screen.query(Canvas) if panel.display}


async def test_the_arrows_move_and_say_where_w_ends() -> None:
    async with lab(Experiment(hidden=3)) as (app, pilot):
        await press(pilot, "4", "right", "down", "down")
        assert opened.spectrum(app).view.cursor(3) == (2, 1)
        assert "W[3,2] = " in lines(app, "matrix")
        await press(pilot, "down")
        assert app.hint.text == "this is the last row of W"
        await press(pilot, "left", "left")
        assert app.hint.text == "this is the first column of W"
        assert app.experiment.rho == 0.9
        app.change(app.experiment.changed(hidden=2))
        await settle(pilot)
        assert "W[2,1] = " in lines(app, "matrix")


async def test_a_nudge_changes_the_entry_and_all_that_is_measured() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "4")
        before, loss = weight(app, 1, 1), measured(app).loss
        await press(pilot, "plus")
        assert weight(app, 1, 1) == round(before + 0.01, 2)
        assert measured(app).loss != loss
        assert app.hint.text.startswith("W 1,1=-0.31: ρ 0.900 → ")
        assert opened.results(app, "spectrum").entries is not None
        assert opened.results(app, "spectrum").entries.measurement is app.measurement
        assert opened.results(app, "spectrum").spectrum is not None
        assert np.abs(opened.results(app, "spectrum").spectrum.eigenvalues[0]) == pytest.approx(
            measured(app).spectral_radius
        )
        await press(pilot, "greater_than_sign", "minus")
        assert weight(app, 1, 1) == round(round(before + 0.01, 2) + 0.09, 2)
        await press(pilot, "1")
        assert measured(app).experiment.edits == ("1,1=-0.22",)


async def test_a_burst_of_nudges_is_one_step_of_undo() -> None:
    async with lab() as (app, pilot):
        app.clock = lambda: 0.0
        await press(pilot, "4", *["plus"] * 5)
        assert undoable(app) == 1
        assert edits(app) == ("1,1=-0.27",)
        await press(pilot, "right", "plus", "plus")
        assert undoable(app) == 2
        await press(pilot, "u")
        assert edits(app) == ("1,1=-0.27",)
        assert app.hint.text.startswith("undid: W without 1,2=")
        await press(pilot, "u")
        assert app.experiment == Experiment()
        app.clock = iter(range(0, 100, 2)).__next__
        await press(pilot, "plus", "plus")
        assert undoable(app) == 2


async def test_a_number_is_typed() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "4", "enter", *"x")
        assert "'x' is no number" in note(app)
        await press(pilot, "enter")
        assert place(app) == "prompt"
        await press(pilot, "backspace", *"-1e-3", "enter")
        assert weight(app, 1, 1) == -1e-3
        await press(pilot, "enter", "enter")
        assert app.hint.text == "W[1,1] is -0.001 already"
        await press(pilot, "enter", *"1e9", "enter")
        assert "from −1,000,000 to 1,000,000" in note(app)
        await press(pilot, "escape")
        assert weight(app, 1, 1) == -1e-3
        assert place(app) == "spectrum"


async def test_zero_clears() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "4", "0")
        assert weight(app, 1, 1) == 0.0
        await press(pilot, "0")
        assert app.hint.text == "it is so already"
        assert undoable(app) == 1
        await press(pilot, "minus", "plus")
        assert math.copysign(1.0, weight(app, 1, 1)) == 1.0


@pytest.mark.parametrize(("presses", "kind"), [(1, "row"), (2, "column")])
async def test_a_row_or_a_column_is_scaled(presses: int, kind: str) -> None:
    async with lab() as (app, pilot):
        app.clock = lambda: 0.0
        await press(pilot, "4", "down", *["x"] * presses)
        before = measured(app).trace.weight_hh.copy()
        part = np.s_[1, :] if kind == "row" else np.s_[:, 0]
        number = 2 if kind == "row" else 1
        await press(pilot, "plus", "plus", "greater_than_sign")
        assert edits(app) == (f"{kind} {number}*2.42",)
        after = measured(app).trace.weight_hh
        assert after[part] == pytest.approx(2.42 * before[part])
        assert np.count_nonzero(after != before) == 8
        await press(pilot, "less_than_sign", "minus", "minus")
        assert edits(app) == ()
        await press(pilot, "enter", *"-3", "enter")
        assert edits(app) == (f"{kind} {number}*-3",)
        await press(pilot, "0")
        assert not measured(app).trace.weight_hh[part].any()
        await press(pilot, "plus")
        assert app.hint.text == f"{kind} {number} is 0 throughout, and stays 0 however it is scaled"
        await press(pilot, "u")
        assert measured(app).trace.weight_hh[part].any()


async def test_rho_and_sigma_of_an_edited_w_are_set_exactly() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "4", "plus", "equals_sign", *"1.25", "enter")
        assert edits(app) == ("1,1=-0.31", "rho=1.25")
        assert measured(app).spectral_radius == pytest.approx(1.25, rel=1e-14)
        await press(pilot, "tab", "equals_sign", *"0.5", "enter")
        assert measured(app).largest_singular_value == pytest.approx(0.5, rel=1e-14)
        assert "= sets σ₁ exactly" in lines(app, "matrix")
        assert "must vanish" in lines(app, "theory")


@pytest.mark.parametrize(("cell", "gate"), [("gru", "n"), ("lstm", "g")])
async def test_of_a_gated_cell_the_block_is_changed_that_is_reported_of(cell: CellName, gate: str) -> None:
    async with lab(Experiment(cell=cell)) as (app, pilot):
        await press(pilot, "4", "0")
        rows = measured(app).trace.network.parameters.weight_hh_l0[:, 0]
        assert np.flatnonzero(rows == 0.0).tolist() == [8 * GATES[cell].index(gate)]
        assert f"block {gate}" in lines(app, "matrix")


async def test_to_an_entry_by_its_numbers_and_to_the_largest() -> None:
    async with lab(Experiment(hidden=32)) as (app, pilot):
        await press(pilot, "4", "i", *"31,9", "enter")
        assert opened.spectrum(app).view.cursor(32) == (30, 8)
        for wrong in ("33,1", "0,1", "4", "a,b"):
            await press(pilot, "i", *wrong, "enter")
            assert "two numbers from 1 to 32" in note(app)
            await press(pilot, "escape")
        await press(pilot, "m")
        sizes = np.abs(measured(app).trace.weight_hh)
        assert sizes[opened.spectrum(app).view.cursor(32)] == sizes.max()
        await press(pilot, "m")
        assert app.hint.text == "this is the largest entry of what is shown"
        await press(pilot, "v", "v", "m")
        assert opened.results(app, "spectrum").entries is not None
        slopes = opened.results(app, "spectrum").entries.radius_slopes
        assert slopes is not None
        assert np.abs(slopes[opened.spectrum(app).view.cursor(32)]) == np.abs(slopes).max()


async def test_the_step_of_the_jacobian_is_the_chosen_one() -> None:
    async with lab(Experiment(text="the cat sat on the mat")) as (app, pilot):
        await press(pilot, "4", "b", "b")
        assert app.step == 3
        assert opened.results(app, "spectrum").spectrum is not None
        assert opened.results(app, "spectrum").spectrum.jacobian is not None
        assert opened.results(app, "spectrum").spectrum.jacobian.step == 4
        plane = lines(app, "plane").splitlines()
        assert "× J₄" in plane[2]
        assert " on " in plane[2]
        await press(pilot, "f", "f", "f")
        assert app.hint.text == "already at the last step"
        await press(pilot, "b", "1")
        assert app.step == 4


async def test_what_no_state_depends_on_asks_for_nothing_anew() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "4")
        spectrum, entries = opened.results(app, "spectrum").spectrum, opened.results(app, "spectrum").entries
        others: dict[str, Any] = {
            "clip": "norm", "threshold": 2.0, "lr": 0.5, "loss": "sum", "truncate": 1, "influence": "occlusion",
            "influence_on": "output",
        }  # fmt: skip
        for name, value in others.items():
            app.change(app.experiment.changed(**{name: value}))
            await settle(pilot)
            assert opened.results(app, "spectrum").spectrum is spectrum, name
            assert opened.results(app, "spectrum").entries is not entries, name
            entries = opened.results(app, "spectrum").entries
        app.change(app.experiment.changed(activation="linear"))
        await settle(pilot)
        assert opened.results(app, "spectrum").spectrum is not spectrum


@pytest.mark.parametrize(
    ("size", "first", "then"),
    [
        (
            (120, 36),
            {"matrix", "plane", "singular", "lyapunov", "theory"},
            [{"matrix"}, {"matrix", "plane"}, {"matrix", "singular", "lyapunov"}, {"matrix", "theory"}],
        ),
        (
            (80, 24),
            {"matrix", "plane"},
            [{"matrix", "singular", "lyapunov"}, {"theory"}, {"matrix"}],
        ),
        ((60, 18), {"matrix"}, [{"plane"}, {"singular", "lyapunov"}, {"theory"}]),
    ],
)
async def test_the_panels_take_turns(size: tuple[int, int], first: set[str], then: list[set[str]]) -> None:
    async with lab(size=size) as (app, pilot):
        await press(pilot, "4")
        assert shown(app) == {"network", *first}
        for panels in [*then, first]:
            await press(pilot, "p")
            assert shown(app) == {"network", *panels}


async def test_the_cursor_brings_w_back_where_one_panel_is_shown_at_a_time() -> None:
    async with lab(size=(60, 18)) as (app, pilot):
        await press(pilot, "4", "p", "right")
        assert shown(app) == {"network", "matrix"}
        await press(pilot, "p", "plus")
        assert shown(app) == {"network", "plane"}
        await pilot.resize_terminal(80, 24)
        await press(pilot, "p", "p")
        assert shown(app) == {"network", "theory"}
        await press(pilot, "left")
        assert shown(app) == {"network", "matrix", "plane"}


async def test_w_shows_a_nudge_before_it_is_measured() -> None:
    async with lab(LONG) as (app, pilot):
        await press(pilot, "4", "0")
        for _ in range(3):
            send_key(app, "plus")
        while "0.03" not in app.experiment.edits[-1]:
            await pilot.pause(0)
        await pilot._wait_for_screen()
        assert edits(app) == ("1,1=0.03",)
        assert "W[1,1] = 0.03" in lines(app, "matrix")
        await settle(pilot)
        assert weight(app, 1, 1) == 0.03


async def test_a_draw_that_is_not_measured_yet_is_not_nudged(monkeypatch: pytest.MonkeyPatch) -> None:
    measure, gate = rnn_tui.lab.measurement.measure.measure, threading.Event()

    def held(experiment: Experiment, *, full: bool = False, watch: Watch = unwatched) -> Measurement:
        assert gate.wait(30)
        return measure(experiment, full=full, watch=watch)

    async with lab(LONG) as (app, pilot):
        await press(pilot, "4")
        monkeypatch.setattr(rnn_tui.lab.measurement.measure, "measure", held)
        send_key(app, "n")
        send_key(app, "plus")
        while app.experiment.seed == 7 or app.hint.kind == "hint":
            await pilot.pause(0)
        assert app.hint.text.startswith("W is still being measured")
        gate.set()
        await settle(pilot)
        assert edits(app) == ()
        await press(pilot, "plus")
        assert len(edits(app)) == 1


async def test_the_screen_can_be_the_first() -> None:
    app = LabApp(Lab(Experiment(), screen="spectrum"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert place(app) == "spectrum"
        assert "W[1,1] = " in lines(app, "matrix")
        assert app.hint.text.startswith("`+` `-` nudge")


async def test_no_network_says_so() -> None:
    async with lab(Experiment(init="identity")) as (app, pilot):
        await press(pilot, "4", "x", *["0", "down"] * 8)
        assert measured(app).spectral_radius == 0.0
        await press(pilot, "right_square_bracket")
        assert app.hint.kind == "error"
        assert measured(app).experiment == app.experiment
        assert "∂ρ/∂W none at 0   ∂σ₁/∂W none at 0" in lines(app, "matrix")
