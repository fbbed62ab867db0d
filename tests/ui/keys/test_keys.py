"""Every key of the table of keys, pressed: what it changes, and what it says."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.networks import NETWORK_KINDS
from rnn_tui.lab.training.settings.twin import Twin
from rnn_tui.ui.app import LabApp
from rnn_tui.ui.keys.overlays import EVERYWHERE
from rnn_tui.ui.keys.rows import Context, KeyRow, key_text
from rnn_tui.ui.screens.table import KEYS, SCREENS, TABS
from rnn_tui.ui.shell.common_screens.commands import CommandList
from tests.ui import opened
from tests.ui.pressing import as_opened, lab, press

EXAMPLE = Experiment(text="a long text of ten words, each of them a step of it", clip="norm", seed=8)

Effect = Callable[[LabApp], bool]


def setting(name: str, value: object) -> Effect:
    """The experiment that is measured has this setting, and the measurement is of it."""
    return lambda app: (
        getattr(app.experiment, name) == value
        and app.measurement is not None
        and app.measurement.experiment == app.experiment
    )


def dial(name: str) -> Effect:
    return lambda app: app.dial == name


def step(number: int) -> Effect:
    return lambda app: app.step == number


def unroll(name: str, value: object) -> Effect:
    return lambda app: getattr(opened.unroll(app).view, name) == value


def powers(name: str, value: object) -> Effect:
    return lambda app: app.context == "powers" and getattr(opened.powers(app).view, name) == value


def compares(name: str, value: object) -> Effect:
    return lambda app: getattr(opened.compare(app).view, name) == value


def context(value: Context) -> Effect:
    return lambda app: app.context == value


def says(text: str) -> Effect:
    return lambda app: text in app.hint.text


def cursor(row: int, column: int) -> Effect:
    return lambda app: opened.spectrum(app).view.cursor(app.experiment.hidden) == (row, column)


def cliff(name: str, value: float) -> Effect:
    """The Cliff is set so, and what is shown is of these settings."""
    return lambda app: (
        getattr(opened.cliff(app).view.settings, name) == pytest.approx(value)
        and opened.results(app, "cliff").complete("surface")
        and opened.results(app, "cliff").descents is not None
        and opened.results(app, "cliff").descents.clipped.points[0].w == opened.cliff(app).view.settings.w
    )


def cliff_step(step: int) -> Effect:
    """So many steps of both paths are shown."""
    return lambda app: (
        app.context == "cliff"
        and opened.cliff(app).view.step == step
        and opened.results(app, "cliff").descents is not None
        and len(opened.results(app, "cliff").descents.clipped.points) == step + 1
    )


def left_with(status: int) -> Effect:
    return lambda app: app.return_code == status


def marks(command: int) -> Effect:
    return lambda app: app.context == "palette" and app.screen.query_one(CommandList).chosen == command


ON_THE_CLIFF = ("6",)


def course(name: str, value: object) -> Effect:
    """The training is of such a course."""
    return lambda app: (
        getattr(app.history.course, name) == value
        and (training := opened.progress(app).training) is not None
        and training.settings == app.history.course.settings(app.experiment)
    )


def training(name: str, value: object) -> Effect:
    return lambda app: opened.progress(app) is not None and getattr(opened.progress(app), name) == value


def trains_view(name: str, value: object) -> Effect:
    return lambda app: getattr(opened.train(app).view, name) == value


# For each action of the table: the keys that go before, and what holds after.
EFFECTS: dict[str, tuple[tuple[str, ...], Effect]] = {
    "turn_rho(-1)": (("tab",), setting("rho", 0.85)),
    "turn_rho(1)": (("tab",), setting("rho", 0.95)),
    "turn(1)": ((), setting("rho", 0.95)),
    "turn(-1)": ((), setting("rho", 0.85)),
    "turn_far(1)": ((), setting("rho", 1.0)),
    "turn_far(-1)": ((), setting("rho", 0.75)),
    "dial(1)": ((), dial("sigma")),
    "dial(-1)": ((), dial("clip")),
    "type_value": ((), context("prompt")),
    "turn(1) on compare": (("3",), setting("rho", 0.95)),
    "turn(-1) on compare": (("3",), setting("rho", 0.85)),
    "type_value on compare": (("3",), context("prompt")),
    "turn(1) on cliff": (ON_THE_CLIFF, cliff("lr", 0.5)),
    "turn(-1) on cliff": (ON_THE_CLIFF, cliff("lr", 0.3)),
    "compare_row(-1)": (("3", "down", "down"), compares("chosen", "feed-forward")),
    "compare_row(1)": (("3",), compares("chosen", "feed-forward")),
    "take_network": (
        ("3", "down"),
        lambda app: app.context == "unroll" and setting("cell", "feedforward")(app),
    ),
    "compare_sort(-1)": (("3",), compares("sort", "lengths")),
    "compare_sort(1)": (("3",), compares("sort", "first")),
    "compare_flip": (("3",), compares("flipped", True)),
    "word(1)": (("3",), lambda app: app.experiment.text == f"{EXAMPLE.text} a"),
    "word(-1)": (("3",), lambda app: f"{app.experiment.text} it" == EXAMPLE.text),
    "compare_anew": (("3",), compares("again", 1)),
    "compare_bands": (
        ("3",),
        lambda app: (
            opened.results(app, "compare").compare is not None
            and len(opened.results(app, "compare").compare.seeds) == 50
        ),
    ),
    "compare_hide": (("3",), compares("hidden", frozenset({"simple RNN"}))),
    "compare_alone": (("3",), compares("hidden", frozenset(NETWORK_KINDS) - {"simple RNN"})),
    "compare_panels": (("3",), compares("panels", "chart")),
    "screen('compare')": ((), context("compare")),
    "clip": ((), setting("clip", "off")),
    "clip_kind": ((), setting("clip", "value")),
    "step(-1)": ((), step(11)),
    "step(1)": (("left", "left"), step(11)),
    "leap(-1)": ((), step(11)),
    "leap(1)": (("home",), step(1)),
    "first_step": ((), step(0)),
    "last_step": (("home",), step(12)),
    "inspect": ((), context("inspect")),
    "play": ((), lambda app: opened.unroll(app).view.play is not None),
    "edit_text": ((), context("prompt")),
    "cell": ((), setting("cell", "lstm")),
    "skip": ((), setting("skip", "shared:1")),
    "choose('activation')": ((), setting("activation", "sigmoid")),
    "choose('init')": ((), setting("init", "uniform")),
    "choose('influence_on')": ((), setting("influence_on", "output")),
    "choose('loss')": ((), setting("loss", "sum")),
    "choose('influence')": ((), setting("influence", "gradient-input")),
    "new_seed": ((), setting("seed", 9)),
    "influence_view": ((), unroll("influence", "stacked")),
    "lower_panels": ((), unroll("lower", "influence")),
    "screen('unroll')": ((), says("this is the Unroll screen")),
    "screen('powers')": ((), context("powers")),
    "power(-1)": (("2",), powers("n", 3679)),
    "power(1)": (("2", "home"), powers("n", 2)),
    "power(-10)": (("2",), powers("n", 1731)),
    "power(10)": (("2", "home"), powers("n", 11)),
    "power_end(-1)": (("2",), powers("n", 1)),
    "power_end(1)": (("2", "home"), powers("n", None)),
    "power_tanh": (("2",), powers("tanh", True)),
    "power_number": (("2",), powers("number", True)),
    "nonnormal": (("2",), setting("init", "nonnormal")),
    "power_last(-1)": (("2",), powers("last", 1000)),
    "power_last(1)": (("2",), powers("last", 10_000)),
    "power_axis": (("2",), powers("even", True)),
    "power_panels": (("2",), powers("panels", "powers")),
    "stop_measuring": (("2",), says("nothing is being measured")),
    "screen('spectrum')": ((), context("spectrum")),
    "entry(0, -1)": (("4", "right"), cursor(0, 0)),
    "entry(0, 1)": (("4",), cursor(0, 1)),
    "entry(-1, 0)": (("4", "down"), cursor(0, 0)),
    "entry(1, 0)": (("4",), cursor(1, 0)),
    "nudge(1)": (("4", "0"), setting("edits", ("1,1=0.01",))),
    "nudge(-1)": (("4", "0"), setting("edits", ("1,1=-0.01",))),
    "nudge_far(1)": (("4", "0"), setting("edits", ("1,1=0.1",))),
    "nudge_far(-1)": (("4", "0"), setting("edits", ("1,1=-0.1",))),
    "clear_entry": (("4",), setting("edits", ("1,1=0",))),
    "type_entry": (("4",), context("prompt")),
    "hand": (("4",), says("in hand: row 1")),
    "go_to_entry": (("4",), context("prompt")),
    "largest_entry": (("4",), lambda app: opened.spectrum(app).view.cursor(8) != (0, 0)),
    "shown_of_w": (("4",), says("∂L/∂W")),
    "jacobian_step(-1)": (("4",), step(11)),
    "jacobian_step(1)": (("4", "b", "b"), step(11)),
    "jacobian_leap(-1)": (("home", "4", "f", "f"), step(1)),
    "jacobian_leap(1)": (("home", "4"), step(1)),
    "spectrum_panel": (("4",), lambda app: opened.spectrum(app).view.panel == "matrix"),
    "screen('train')": ((), context("train")),
    "train": (("5",), training("going", True)),
    "pause_training": (("5", "space"), training("going", False)),
    "train_steps(1)": (("5",), training("step", 1)),
    "train_steps(100)": (("5",), training("step", 100)),
    "pace(1)": (("5",), training("pace", 5)),
    "pace(-1)": (("5",), training("pace", 3)),
    "mark(-1)": (("5", "x", "x"), trains_view("cursor", 1)),
    "mark(1)": (("5", "x", "x", "home"), trains_view("cursor", 1)),
    "mark_far(-1)": (("5", "x", "x"), trains_view("cursor", 1)),
    "mark_far(1)": (("5", "x", "x", "home"), trains_view("cursor", 1)),
    "mark_end(0)": (("5", "x", "x"), trains_view("cursor", 0)),
    "mark_end(1)": (("5", "x", "x", "home"), trains_view("cursor", None)),
    "rewind": (("5", "x", "x", "left"), training("step", 1)),
    "type_step": (("5",), context("prompt")),
    "twin": (("5",), course("twin", Twin("cell", "gru"))),
    "type_twin": (("5",), context("prompt")),
    "task": (("5",), course("task", "adding")),
    "recommended": (("5",), course("length", 20)),
    "type_size('length')": (("5",), context("prompt")),
    "type_size('batch')": (("5",), context("prompt")),
    "optimiser": (("5",), course("optimiser", "momentum")),
    "suggested": (("5", "x"), lambda app: app.experiment.threshold != 1.0),
    "train_panels": (("5",), says("all panels are shown")),
    "train_numbers": (("5",), trains_view("numbers", True)),
    "tensor(1)": (("5",), trains_view("tensor", 2)),
    "tensor(-1)": (("5",), trains_view("tensor", 0)),
    "weight(-1)": (("5", "0"), trains_view("weight", 63)),
    "weight(1)": (("5", "0"), trains_view("weight", 1)),
    "type_weight": (("5",), context("prompt")),
    "parts": (("5",), trains_view("parts", "states")),
    "adopt": (("5", "x"), lambda app: app.experiment.trained is not None),
    "take_up": (("5",), says("no training was kept")),
    "take_up_lab": ((), says("no lab was kept")),
    "screen('cliff')": ((), context("cliff")),
    "descend(1)": (ON_THE_CLIFF, cliff_step(1)),
    "descend(-1)": ((*ON_THE_CLIFF, "space", "space"), cliff_step(1)),
    "descend(10)": (ON_THE_CLIFF, cliff_step(10)),
    "descend_anew": ((*ON_THE_CLIFF, "f"), cliff_step(0)),
    "move_start('w', -1)": (ON_THE_CLIFF, cliff("w", 4.85)),
    "move_start('w', 1)": (ON_THE_CLIFF, cliff("w", 4.95)),
    "move_start('b', -1)": (ON_THE_CLIFF, cliff("b", -2.2)),
    "move_start('b', 1)": (ON_THE_CLIFF, cliff("b", -2.1)),
    "named_start('the wall')": (ON_THE_CLIFF, cliff("b", -2.61234)),
    "named_start('the valley')": ((*ON_THE_CLIFF, "w"), cliff("b", -2.15)),
    "zoom(1)": (ON_THE_CLIFF, lambda app: opened.cliff(app).view.settings.w_high < 5.3),
    "zoom(-1)": (ON_THE_CLIFF, lambda app: opened.cliff(app).view.settings.w_high > 5.5),
    "pan(-1, 0)": (ON_THE_CLIFF, cliff("w_low", 3.65)),
    "pan(1, 0)": (ON_THE_CLIFF, cliff("w_low", 4.35)),
    "pan(0, 1)": (ON_THE_CLIFF, cliff("b_low", -2.625)),
    "pan(0, -1)": (ON_THE_CLIFF, cliff("b_low", -3.175)),
    "whole_picture": ((*ON_THE_CLIFF, "plus"), cliff("w_high", 5.4)),
    "all_of_both": ((*ON_THE_CLIFF, "f"), lambda app: opened.cliff(app).view.settings.shows(46.6, 65.2)),
    "next_theme": ((), says("theme: ")),
    "repaint": ((), lambda app: app.is_running),
    "undo": (("n",), setting("seed", 8)),
    "redo": (("n", "u"), setting("seed", 9)),
    "back_to_start": (("n", "a"), lambda app: app.experiment == EXAMPLE),
    "save": ((), context("prompt")),
    "open": ((), context("prompt")),
    "export": ((), context("prompt")),
    "find_command": ((), context("palette")),
    "help": ((), context("help")),
    "leave_lab": ((), left_with(0)),
    "quit_at_once": (("t",), left_with(0)),
    "complete": (("o", *"zzz"), lambda app: app.objection == "no name begins with 'zzz' there"),
    "keep_typed": (("t", "x"), lambda app: app.context == "unroll" and app.history.present.text.endswith("itx")),
    "leave": (("t", "x"), lambda app: app.context == "unroll" and app.experiment == EXAMPLE),
    "read(1)": (("question_mark",), lambda app: app.screen.query_one("VerticalScroll").scroll_offset.y == 1),
    "read(-1)": (
        ("question_mark", "down", "down"),
        lambda app: app.screen.query_one("VerticalScroll").scroll_offset.y == 1,
    ),
    "read_page(1)": (("question_mark",), lambda app: app.screen.query_one("VerticalScroll").scroll_offset.y > 5),
    "read_page(-1)": (
        ("question_mark", "down"),
        lambda app: app.screen.query_one("VerticalScroll").scroll_offset.y == 0,
    ),
    "run_command": (("ctrl+p", *"new seed"), setting("seed", 9)),
    "choose_command(1)": (("ctrl+p",), marks(1)),
    "choose_command(-1)": (("ctrl+p", "down", "down"), marks(1)),
    "choose_command(10)": (("ctrl+p",), marks(10)),
    "choose_command(-10)": (("ctrl+p", "down"), marks(0)),
    "suspend_process": ((), says("this terminal cannot be left for a while")),
}
ROOMY = {"spectrum_panel", "train_panels"}  # what they show first depends on the room
LEAVING = ("leave_lab", "quit_at_once")
DIGITS = tuple(spec.digit for spec in TABS)


def effect_of(row: KeyRow, name: str) -> str:
    """The name of its effect: that of the action, and of a screen where it has another one there."""
    first = next((spec.name for spec in SCREENS if spec.name in KEYS.contexts(row)), "")
    return f"{name} on {first}" if f"{name} on {first}" in EFFECTS else name


CASES = [(key, effect_of(row, command.name)) for row in KEYS.rows for command in row.commands for key in command.keys]


def of_screen(digit: str) -> list[tuple[str, str]]:
    """The keys that are pressed on one screen; those that work everywhere on the first."""
    places = {action: next((key for key in before if key in DIGITS), "1") for action, (before, _) in EFFECTS.items()}
    return [(key, action) for key, action in CASES if action not in LEAVING and places[action] == digit]


async def fault_of(app: LabApp, pilot: Pilot[int], key: str, action: str) -> str:
    """What is wrong with a key; empty where it does what the table says."""
    before, effect = EFFECTS[action]
    await press(pilot, *before)
    if effect(app) and action != "repaint":
        return f"{key_text(key)} {action}: it holds already, the key could do nothing unseen"
    await press(pilot, key)
    return "" if effect(app) else f"{key_text(key)} {action}: {app.hint} {app.experiment}"


@pytest.mark.parametrize("digit", DIGITS)
async def test_every_key_does_what_the_table_says(digit: str) -> None:
    cases, faults = of_screen(digit), []
    assert cases
    async with lab(EXAMPLE, size=(80, 24)) as (app, pilot):
        for key, action in cases:
            if action in ROOMY:
                await pilot.resize_terminal(120, 36)
            faults.append(await fault_of(app, pilot, key, action))
            if action in ROOMY:
                await pilot.resize_terminal(80, 24)
            await as_opened(pilot, EXAMPLE)
    assert not any(faults), "\n".join(filter(None, faults))


@pytest.mark.parametrize(("key", "action"), [case for case in CASES if case[1] in LEAVING])
async def test_every_key_that_leaves_the_lab_leaves_it(key: str, action: str) -> None:
    async with lab(EXAMPLE, size=(80, 24)) as (app, pilot):
        assert not await fault_of(app, pilot, key, action)


def test_no_key_stands_for_two_things_in_one_place() -> None:
    for place in (*(spec.name for spec in SCREENS), *EVERYWHERE):
        keys = [
            key for row in KEYS.rows if place in KEYS.contexts(row) for command in row.commands for key in command.keys
        ]
        assert len(keys) == len(set(keys)), place


def test_no_key_needs_what_a_terminal_may_not_send() -> None:
    for row in KEYS.rows:
        for command in row.commands:
            assert not any("alt" in key or "ctrl+shift" in key for key in command.keys)
            # Esc, brackets and keys with modifiers are never alone.
            for key in command.keys:
                if key in ("escape", "left_square_bracket", "right_square_bracket", "tab", "shift+tab", "home", "end"):
                    assert len(command.keys) > 1, key


async def test_a_key_that_has_nothing_to_do_says_so() -> None:
    cases = [
        (("x",), "‘x’ does nothing here; `?` shows every key"),
        (("escape",), "‘Esc’ does nothing here"),
        (("f5",), "‘F5’ does nothing here"),
        (("right",), "already at the last step"),
        (("home", "left"), "already at the first step"),
        (("u",), "nothing to undo"),
        (("r",), "nothing to redo"),
        (("R",), "these are the settings of the start"),
        (("c", "tab", "tab", "up"), "no effect while clipping is off; `c` turns it on"),
    ]
    async with lab(EXAMPLE) as (app, pilot):
        for keys, said in cases:
            await press(pilot, *keys)
            assert said in app.hint.text, keys
            await as_opened(pilot, EXAMPLE)


async def test_a_dial_at_its_end_says_so() -> None:
    async with lab(Experiment(rho=0.05)) as (app, pilot):
        await press(pilot, "left_square_bracket", "left_square_bracket")
        assert app.experiment.rho == 0
        assert app.hint.text == "spectral radius ρ(W) is 0.00, as low as it goes"


async def test_a_text_of_one_step_has_nowhere_to_go() -> None:
    async with lab(Experiment(text="alone")) as (app, pilot):
        await press(pilot, "right")
        assert app.hint.text == "the text has this one step; `t` types a longer one"


async def test_the_arrows_turn_the_dial_that_was_chosen() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "tab", "tab", "tab", "up")
        assert app.dial == "lr"
        assert app.experiment.lr == 0.2


async def test_turning_sigma_takes_over_from_what_was_measured() -> None:
    async with lab() as (app, pilot):
        assert app.measurement is not None
        measured = app.measurement.largest_singular_value
        await press(pilot, "tab", "up")
        assert app.experiment.rho is None
        assert app.experiment.sigma is not None
        assert 0 < app.experiment.sigma - measured <= 0.05


async def test_the_single_number_gives_the_hidden_size_back() -> None:
    async with lab(Experiment(hidden=5)) as (app, pilot):
        await press(pilot, *"w" * 6)
        assert (app.experiment.init, app.experiment.hidden) == ("number", 1)
        await press(pilot, "w")
        assert (app.experiment.init, app.experiment.hidden) == ("gaussian", 5)


@pytest.mark.parametrize("settings", [{"hidden": 1}, {"sigma": 0.8}])
async def test_w_gets_past_what_a_network_cannot_have(settings: dict[str, Any]) -> None:
    async with lab(Experiment(**settings)) as (app, pilot):
        seen = []
        for _ in range(6):
            await press(pilot, "w")
            assert app.hint.kind != "error", app.hint.text
            seen.append(app.experiment.init)
        assert seen == ["uniform", "orthogonal", "identity", "diagonal", "number", "gaussian"]


async def test_clipping_comes_back_as_the_kind_it_was() -> None:
    async with lab(EXAMPLE) as (app, pilot):
        await press(pilot, "C", "C", "c", "c")
        assert app.experiment.clip == "step"


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 36)])
async def test_the_key_line_fits_and_shows_help_and_quit(size: tuple[int, int]) -> None:
    async with lab(size=size) as (app, pilot):
        line = str(app.screen.query_one("KeyLine").render())
        assert len(line) <= size[0] - 2
        assert line.endswith("? help  q quit")
        await press(pilot, "t")
        assert "Enter keep" in str(app.screen.query_one("KeyLine").render())


async def test_the_palette_runs_what_is_found() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "ctrl+p", *"seed", "enter")
        assert app.experiment.seed == 8
        assert app.context == "unroll"
