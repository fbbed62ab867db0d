"""The Powers screen: its numbers are the lab's, its keys change what they say, and long work waits, shows and stops."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

import rnn_tui.lab.powers.draws
from rnn_tui.engine.progress import Watch, report
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.powers.bands import power_bands
from rnn_tui.lab.powers.draws import Draws, DrawSpec, power_draws
from rnn_tui.lab.powers.powers import powers, powers_with_tanh
from rnn_tui.lab.text.numbers import log10_text, short_text
from rnn_tui.ui.app import LabApp
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.screens.powers.panels.axes import evenly, size_axis
from tests.ui import opened
from tests.ui.pressing import lab, press, send_key, settle


def shown(app: LabApp, panel: str) -> str:
    return "\n".join(strip.text for strip in app.screen.query_one(f"#{panel}", Canvas)._strips)


def words(app: LabApp, panel: str) -> str:
    """What a panel says, without its frame and its line breaks."""
    return " ".join(shown(app, panel).replace("│", " ").split())


async def test_it_opens_on_what_becomes_of_x() -> None:
    experiment = Experiment()
    found, bands = powers(experiment), power_bands(experiment)
    async with lab(experiment) as (app, pilot):
        await press(pilot, "2")
        said, products = words(app, "powers-of-w"), words(app, "products")
        assert found.limit in said
        assert f"‖x(n)‖ {log10_text(float(found.log10_state[-1]))}" in said
        assert f"‖Wⁿ‖₂ {log10_text(float(found.log10_power[-1]))}" in said
        assert bands.sentences[-1] in products
        assert bands.sentences[0] in products
        for each in (bands.shared, bands.independent):
            assert each.spread is not None
            assert f"{each.mean:+.3f}".replace("-", "−") in products
            assert f"{each.spread:.3g}"[:4] in products
        assert bands.law.independent_mean is not None
        assert f"{bands.law.independent_mean:+.3f}".replace("-", "−") in products
        assert "∝ n" in products
        assert bands.drawn_from in products


async def test_the_cursor_reads_every_curve_where_it_stands() -> None:
    experiment = Experiment()
    found, bands = powers(experiment), power_bands(experiment, last=10)
    async with lab(experiment) as (app, pilot):
        await press(pilot, "2", "home", *["right"] * 9)
        assert opened.powers(app).view.n == 10
        said, products = shown(app, "powers-of-w"), words(app, "products")
        place = found.steps.tolist().index(10)
        assert f"‖x(n)‖ {log10_text(float(found.log10_state[place]))}" in said
        assert f"×{short_text(float(found.log10_power[place]) / 10)} a factor" in said
        assert "▸10◂" in said
        # the spread after ten factors is that of draws that end there
        assert bands.independent.spread is not None
        assert f"{bands.independent.spread:.3f}" in products
        assert f"{0.26637518 * 10**0.5:.3f}" in products
        await press(pilot, "left")
        assert "▸9◂" in shown(app, "powers-of-w")


async def test_one_number_takes_the_place_of_w() -> None:
    async with lab(Experiment(rho=1.5)) as (app, pilot):
        await press(pilot, "2", "x")
        assert "|w| = 1.50 > 1: to infinity, 10^704 after 4,000 steps." in words(app, "powers-of-w")
        assert power_bands(Experiment(rho=1.5), number=1.5).sentences[-1] in words(app, "products")
        assert app.experiment == Experiment(rho=1.5), "the network is as it was"
        app.change(Experiment(rho=0.5))
        await settle(pilot)
        assert "|w| = 0.500 < 1: to zero, 10^-1204 after 4,000 steps." in words(app, "powers-of-w")
        await press(pilot, "x")
        assert "Wⁿ x(0)" in shown(app, "powers-of-w")


async def test_a_number_is_the_radius_that_follows_from_another_scale() -> None:
    async with lab(Experiment(sigma=1.0, cell="gru")) as (app, pilot):
        await press(pilot, "2", "x")
        assert app.measurement is not None
        assert opened.results(app, "powers").powers is not None
        assert opened.results(app, "powers").powers.number == app.measurement.spectral_radius
        await press(pilot, "x", *"wwwww")
        assert app.experiment.init == "number"
        await press(pilot, "x")
        assert "W is one number already" in app.hint.text


async def test_tanh_holds_the_state_and_not_the_gradient() -> None:
    experiment = Experiment(rho=1.4)
    found = powers_with_tanh(experiment)
    async with lab(experiment) as (app, pilot):
        await press(pilot, "2")
        assert opened.results(app, "powers").tanh_powers is None, "it is measured when it is wanted"
        await press(pilot, "h")
        said = words(app, "powers-of-w")
        assert found.limit in said
        assert "does not bound the gradient" in said
        assert f"‖x(n)‖ {log10_text(float(found.log10_state[-1]))}" in said
        assert f"‖∂x(n)/∂x(0)‖ {log10_text(float(found.log10_gradient[-1]))}" in said
        await press(pilot, "]")
        assert powers_with_tanh(Experiment(rho=1.45)).limit in words(app, "powers-of-w")
        await press(pilot, "h")
        assert "tanh(" not in shown(app, "powers-of-w")


async def test_a_nonnormal_w_is_one_key_away_and_one_key_back() -> None:
    for before in (Experiment(init="uniform", rho=1.5), Experiment(sigma=0.5)):
        async with lab(before) as (app, pilot):
            await press(pilot, "2", "N")
            assert app.experiment.init == "nonnormal"
            assert (app.experiment.rho or 2.0) < 1.0
            assert "yet ‖Wⁿ‖ first grows to ×10.0 at n = 9." in words(app, "powers-of-w")
            await press(pilot, "N")
            assert app.experiment.init == before.init
    async with lab(Experiment(init="number", hidden=1)) as (app, pilot):
        await press(pilot, "2", "N")
        assert (app.experiment.init, app.experiment.hidden) == ("nonnormal", 8)


async def test_how_far_n_goes_is_chosen() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "2", "minus", "minus")
        assert "after 100 steps" in words(app, "powers-of-w")
        bands = opened.results(app, "powers").bands
        assert bands is not None
        assert bands.last == 100
        await press(pilot, "minus")
        assert "that is the least" in app.hint.text
        await press(pilot, "plus", "plus", "plus")
        assert "after 10,000 steps" in words(app, "powers-of-w")
        await press(pilot, "plus")
        assert "no further" in app.hint.text
        await press(pilot, "left", "minus")
        assert opened.powers(app).view.n is None, "the cursor was beyond the last n"


async def test_turning_w_draws_nothing_anew_and_typing_measures_nothing() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "2")
        draws, before = opened.results(app, "powers").draws, opened.results(app, "powers").powers
        await press(pilot, "]", "]", "a", "c")
        bands = opened.results(app, "powers").bands
        assert opened.results(app, "powers").draws is draws
        assert opened.results(app, "powers").powers is not before
        assert bands is not None
        drawn = power_bands(Experiment(rho=1.0))
        assert np.array_equal(bands.log10_shared, drawn.log10_shared)
        assert bands.sentence == drawn.sentence
        turned = opened.results(app, "powers").powers
        await press(pilot, "t", "!", "enter")
        assert app.experiment.text.endswith("!")
        assert opened.results(app, "powers").powers is turned
        await press(pilot, "n")
        assert opened.results(app, "powers").draws is not draws


async def test_a_screen_that_is_left_and_opened_again_shows_what_it_had() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "2", "left", "h", "1", "]", "2")
        assert opened.results(app, "powers").powers is not None
        assert opened.results(app, "powers").powers.experiment == app.experiment
        assert opened.powers(app).view.tanh
        assert powers(app.experiment).limit[:30] in words(app, "powers-of-w") or "With tanh" in words(
            app, "powers-of-w"
        )


async def test_draws_come_bit_by_bit_and_esc_stops_them(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()

    def slow(spec: DrawSpec, experiment: Experiment, *, number: float | None = None, watch: Watch) -> Iterator[Draws]:
        for each in power_draws(spec, experiment, number=number, watch=lambda done: watch(done / 2)):
            yield each
            while not gate.wait(0.001):
                report(watch, 0.25)

    monkeypatch.setattr(rnn_tui.lab.powers.draws, "power_draws", slow)
    async with lab() as (app, pilot):
        send_key(app, "2")
        while opened.results(app, "powers").bands is None or "factors" not in words(app, "products"):
            await pilot.pause(0.01)
        assert "measuring" in shown(app, "products")
        assert "Esc stops" in shown(app, "products")
        most = rnn_tui.lab.powers.draws.MOST
        early = int(opened.results(app, "powers").bands.steps[-1])
        assert most // 10 < early < opened.results(app, "powers").bands.last == most
        assert f"▸{early}◂" in shown(app, "products")
        await pilot.pause()
        send_key(app, "right_square_bracket")  # a key is answered meanwhile
        while (
            app.experiment.rho != 0.95
            or opened.results(app, "powers").powers is None
            or opened.results(app, "powers").powers.experiment.rho != 0.95
        ):
            await pilot.pause(0.01)
        while "measuring… 25%" not in shown(app, "products"):  # it is announced five times a second
            await pilot.pause(0.01)
        await press(pilot, "escape")
        assert "stopped" in app.hint.text
        assert "stopped at 25%" in shown(app, "products")
        gate.set()
        await press(pilot, "escape")
        assert f"after {most} factors" in words(app, "products")
        assert "stopped" not in shown(app, "products")
        await press(pilot, "escape")
        assert app.hint.text == "nothing is being measured"


async def test_a_large_w_waits_in_a_thread() -> None:
    async with lab(Experiment(hidden=40)) as (app, pilot):
        send_key(app, "2")
        while app.context != "powers":
            await pilot.pause()
        await settle(pilot)
        assert powers(Experiment(hidden=40)).limit in words(app, "powers-of-w")
        assert opened.results(app, "powers").complete("bands")


async def test_what_cannot_be_is_said_and_taken_back() -> None:
    async with lab(Experiment(init="nonnormal", rho=0.95)) as (app, pilot):
        await press(pilot, "2", "]")
        assert "rho cannot be 1.0" in app.hint.text
        assert app.experiment.rho == 0.95
        assert powers(app.experiment).limit in words(app, "powers-of-w")


async def test_zeros_are_said_to_be_zeros() -> None:
    async with lab(Experiment(rho=0.0)) as (app, pilot):
        await press(pilot, "2")
        assert "ρ(W) = 0: nothing at all is left after 1 step." in words(app, "powers-of-w")
        assert "000000" in shown(app, "powers-of-w")
        assert "one zero among the factors leaves nothing" in words(app, "products")


@pytest.mark.parametrize(
    ("size", "panels"),
    [
        ((60, 18), [["powers-of-w"], ["products"], ["powers-of-w"]]),
        ((80, 24), [["powers-of-w", "products"], ["powers-of-w"], ["products"]]),
        ((70, 44), [["powers-of-w", "products"], ["powers-of-w"], ["products"]]),
    ],
)
async def test_the_panels_share_the_window_or_take_turns(size: tuple[int, int], panels: list[list[str]]) -> None:
    async with lab(size=size) as (app, pilot):
        await press(pilot, "2")
        for expected in panels:
            assert [str(each.id) for each in app.screen.query("#lower Canvas") if each.display] == expected
            await press(pilot, "p")


@pytest.mark.parametrize("experiment", [Experiment(rho=0.3), Experiment(rho=3.0), Experiment(init="nonnormal")])
@pytest.mark.parametrize("even", [False, True])
def test_the_axis_holds_every_size_with_ticks_on_rows_of_their_own(experiment: Experiment, even: bool) -> None:
    found = powers(experiment)
    for rows in (4, 7, 20, 40):
        axis = size_axis([found.log10_state, found.log10_power], rows=rows, even=even)
        places = axis.place(found.log10_power)
        assert axis.bent is not even
        assert (places >= axis.limits[0] - 1e-12).all()
        assert (places <= axis.limits[1] + 1e-12).all()
        assert np.array_equal(np.argsort(places, kind="stable"), np.argsort(found.log10_power, kind="stable"))
        on = [
            round((tick.place - axis.limits[0]) / (axis.limits[1] - axis.limits[0]) * (rows - 1)) for tick in axis.ticks
        ]
        assert len(on) == len(set(on)) >= 2
        assert all(axis.limits[0] <= tick.place <= axis.limits[1] for tick in axis.ticks)


def test_the_even_axis_of_n_has_few_round_ticks() -> None:
    assert evenly(1000) == [0, 500, 1000]
    assert evenly(16) == [0, 5, 10, 15, 16]
    assert evenly(3) == [0, 1, 2, 3]
