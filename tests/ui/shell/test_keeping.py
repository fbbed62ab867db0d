"""The lab is kept in whatever way it is left, offered at the next start, and taken up with `U` or `--last`."""

import os
import signal
import time
from pathlib import Path

import pytest

from rnn_tui.cli.main import main
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.session.kept_labs import kept_labs
from rnn_tui.lab.session.saved import Lab, open_lab
from rnn_tui.lab.training.settings.course import Course
from rnn_tui.ui.shell.actions import kept_lab
from rnn_tui.ui.shell.user_files.crash import kept_folder
from tests.commands import Output, measured, refused
from tests.ui import opened
from tests.ui.pressing import lab, press, settle
from tests.ui.shell.test_typing import type_path
from tests.ui.terminal.terminals import LAB, PATIENCE_SECONDS, Terminal

OFFER = "Your last lab was kept: `U` takes it up."


def kept() -> list[Lab]:
    return [open_lab(path) for path in kept_labs(kept_folder())]


async def left(*keys: str) -> Lab:
    """The lab of a run in which these keys were pressed, as it was when it was left."""
    async with lab() as (app, pilot):
        await press(pilot, *keys)
        found = app.lab
        await press(pilot, "ctrl+c")
        return found


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_lab, "KEEP_SECONDS", 0.01)


# ---- what is kept


@pytest.mark.parametrize("leave", ["q", "ctrl+c", "ctrl+q"])
async def test_a_lab_that_was_changed_is_kept_when_it_is_left(leave: str) -> None:
    async with lab() as (app, pilot):
        await press(pilot, "n", "5", "y", "6", "left")
        before = app.lab
        await press(pilot, leave)
        assert app.farewell == "The lab is kept: rnn-tui --last opens it."
    (found,) = kept()
    assert found == before
    assert (found.experiment.seed, found.screen) == (8, "cliff")
    assert found.course is not None
    assert found.course.task == "adding"
    assert found.cliff is not None
    assert found.cliff.w == 4.85


async def test_a_lab_that_was_only_looked_at_keeps_nothing_and_leaves_alone_what_is_kept() -> None:
    await left("n")
    async with lab() as (app, pilot):
        await press(pilot, "right", "2", "5", "6", "question_mark", "ctrl+c")
        assert app.farewell is None
    assert [each.experiment.seed for each in kept()] == [8]


async def test_what_is_being_typed_is_kept_too() -> None:
    await left("t", "space", *"now")
    assert [each.experiment.text for each in kept()] == ["What time is it now"]


async def test_a_change_is_kept_a_moment_later(at_once: None) -> None:
    async with lab() as (_, pilot):
        await press(pilot, "n")
        while not kept():
            await pilot.pause(0.01)
        assert kept()[0].experiment.seed == 8
        await press(pilot, "2", "n")
        while (kept()[0].experiment.seed, kept()[0].screen) != (9, "powers"):
            await pilot.pause(0.01)


async def test_a_folder_that_cannot_be_written_ends_nothing_and_is_reported_at_the_end(at_once: None) -> None:
    kept_folder().parent.mkdir(parents=True)
    kept_folder().write_text("a file where the folder should be")
    async with lab() as (app, pilot):
        await press(pilot, "n")
        await pilot.pause(0.05)
        await settle(pilot)
        assert app.hint.text.startswith("seed 7 → 8")
        await press(pilot, "q")
        assert app.farewell is not None
        assert app.farewell.startswith("The lab could not be kept: ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_keeps_the_lab(number: signal.Signals) -> None:
    with changed() as terminal:
        os.kill(terminal.pid, number)
        assert terminal.wait() == 128 + number
    assert [each.experiment.rho for each in kept()] == [0.95]


def test_a_terminal_that_hangs_up_keeps_the_lab() -> None:
    with changed() as terminal:
        terminal.hang_up()
        terminal.wait()
    assert [each.experiment.rho for each in kept()] == [0.95]


def test_sigkill_loses_no_more_than_the_last_moment() -> None:
    with changed() as terminal:
        end = time.monotonic() + PATIENCE_SECONDS
        while not kept_labs(kept_folder()):
            assert time.monotonic() < end
            terminal.read(0.05)
        os.kill(terminal.pid, signal.SIGKILL)
        assert terminal.wait() == -signal.SIGKILL
    assert [each.experiment.rho for each in kept()] == [0.95]


def test_a_lab_that_is_suspended_is_kept_at_once() -> None:
    with Terminal(("bash", "--norc", "-i"), PS1="shell> ") as terminal:
        terminal.wait_for("shell>")
        terminal.type(" ".join(LAB) + "\n")
        terminal.wait_for("Turn W:")
        terminal.type("]")
        terminal.wait_for("ρ 0.90 → 0.95")
        terminal.type("\x1a")
        terminal.wait_for("Stopped")
        assert [each.experiment.rho for each in kept()] == [0.95]


def test_a_crash_keeps_the_lab_as_leaving_does() -> None:
    crash = (
        "from rnn_tui.ui.shell.common_screens.lab_screen import LabScreen; import sys\n"
        "from rnn_tui.lab.experiment.experiment import Experiment\n"
        "def fail(self, *rest): raise RuntimeError('the sky fell')\n"
        "LabScreen.action_undo = fail\n"
        "from rnn_tui.lab.session.saved import Lab; from rnn_tui.ui.run import run_lab\n"
        "sys.exit(run_lab(Lab(Experiment(seed=11))))\n"
    )
    with Terminal((LAB[0], "-c", crash), columns=120) as terminal:
        terminal.wait_for("Turn W:")
        terminal.type("]")
        terminal.wait_for("ρ 0.90 → 0.95")
        terminal.type("u")
        assert terminal.wait() == 1
    assert [(each.experiment.seed, each.experiment.rho) for each in kept()] == [(11, 0.95)]


def changed() -> Terminal:
    """A lab in which ρ was turned."""
    terminal = Terminal(LAB)
    terminal.wait_for("Turn W:")
    terminal.type("]")
    terminal.wait_for("ρ 0.90 → 0.95")
    return terminal


# ---- what was kept


async def test_the_start_line_offers_it_and_one_key_takes_it_up_and_another_takes_that_back() -> None:
    before = await left("n", "5", "y", "6", "left", "1")
    async with lab() as (app, pilot):
        assert app.hint.text == OFFER
        await press(pilot, "U")
        assert app.lab == before
        assert app.hint.text.startswith("taken up: seed 7 → 8")
        await press(pilot, "u")
        assert app.experiment == Experiment()
        assert app.history.course == Course()


async def test_the_offer_goes_with_the_first_key_and_fits_the_narrowest_window() -> None:
    await left("n")
    async with lab(size=(60, 18)) as (app, pilot):
        assert app.hint.text == OFFER
        assert len(OFFER) <= 58
        await press(pilot, "right_square_bracket")
        assert OFFER not in (app.hint.text, app.hint.after)


@pytest.mark.parametrize("experiment", [Experiment(), Experiment(seed=8)])
async def test_what_would_be_opened_anyway_is_not_offered(experiment: Experiment) -> None:
    if experiment == Experiment():
        await left("n", "u")
    else:
        await left("n")
    async with lab(experiment) as (app, _):
        assert app.hint.text != OFFER


async def test_what_is_kept_outlives_a_change_before_it_is_taken_up(at_once: None) -> None:
    await left("n", "n")
    async with lab() as (app, pilot):
        await press(pilot, "a")
        while len(kept()) < 2:
            await pilot.pause(0.01)
        await press(pilot, "U")
        assert app.experiment == Experiment(seed=9)


async def test_two_labs_are_both_kept_and_the_key_goes_from_one_to_the_other() -> None:
    await left("n")
    await left("a")
    async with lab() as (app, pilot):
        await press(pilot, "U")
        assert app.experiment.activation == "sigmoid"
        await press(pilot, "U")
        assert app.experiment == Experiment(seed=8)
        await press(pilot, "U")
        assert app.experiment.activation == "sigmoid"


async def test_what_is_set_already_is_not_taken_up_once_more() -> None:
    await left("n")
    async with lab() as (app, pilot):
        await press(pilot, "U", "U")
        assert app.hint.text == "the lab that was kept is just as this one"
        assert len(app.history.past) == 1


@pytest.mark.parametrize("content", ["{", "[" * 100_000, '{"format": "rnn-tui lab 1", "rho": Infinity}', "\udcff", "3"])
async def test_a_kept_file_that_is_damaged_is_a_sentence(content: str) -> None:
    await left("n")
    (path,) = kept_labs(kept_folder())
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    async with lab() as (app, pilot):
        assert app.hint.kind == "error"
        assert app.hint.text.startswith("the lab that was kept cannot be taken up: ")
        await press(pilot, "U")
        assert app.hint.kind == "error"
        assert app.experiment == Experiment()
        await press(pilot, "n", "q")
    assert kept_labs(kept_folder())[0] != path


async def test_on_train_the_key_takes_up_the_training_and_where_there_is_none_the_lab() -> None:
    await left("n")
    async with lab() as (app, pilot):
        await press(pilot, "5", "U")
        assert app.experiment.seed == 8
        await press(pilot, "x", "q")
    async with lab() as (app, pilot):
        await press(pilot, "5", "U")
        assert opened.progress(app) is not None
        assert opened.progress(app).step == 1


async def test_a_saved_lab_holds_the_course_and_the_cliff(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    async with lab() as (app, pilot):
        await press(pilot, "5", "y", "6", "left", "1")
        await type_path(app, pilot, "s", path)
        saved = app.lab
    async with lab() as (app, pilot):
        await type_path(app, pilot, "o", path)
        assert app.lab == saved
        await type_path(app, pilot, "o", path)
        assert app.hint.text == f"{path} holds just these settings"
        await press(pilot, "u")
        assert app.history.course == Course()
        await press(pilot, "6", "u")
        assert opened.cliff(app).view.settings.w == 4.9


# ---- --last


async def test_last_opens_what_was_kept_on_its_screen() -> None:
    before = await left("n", "5", "y", "6", "left")
    with Terminal((*LAB, "--last")) as terminal:
        terminal.wait_for("of both descents")
        terminal.type("5")
        terminal.wait_for("adding")
        terminal.type("q")
        assert terminal.wait() == 0
    assert kept() == [before]


async def test_last_is_measured_as_a_saved_lab_is(capsys: Output) -> None:
    await left("n")
    assert measured(capsys, "--last")["experiment"]["seed"] == 8
    assert measured(capsys, "--last", "--rho", "0.5")["experiment"]["rho"] == 0.5


def test_last_with_nothing_kept_is_refused(capsys: Output) -> None:
    assert "no lab is kept in " in refused(capsys, "--last")
    assert "no lab is kept in " in refused(capsys, "measure", "--last")


@pytest.mark.parametrize(
    ("others", "named"), [(("a", "b"), "a TEXT"), (("--file", "F"), "--file"), (("--lab", "F"), "--lab")]
)
def test_last_excludes_what_else_opens_a_lab(capsys: Output, others: tuple[str, ...], named: str) -> None:
    assert refused(capsys, "--last", *others).startswith(f"--last and {named} exclude each other")


async def test_last_with_a_damaged_file_is_refused_in_a_sentence(capsys: Output) -> None:
    await left("n")
    kept_labs(kept_folder())[0].write_text("{}")
    assert "is not a lab that can be opened" in refused(capsys, "--last")


async def test_a_screen_of_another_version_is_no_obstacle(capsys: Output) -> None:
    await left("n")
    (path,) = kept_labs(kept_folder())
    path.write_text(path.read_text().replace('"screen": "unroll"', '"screen": "phase"'))
    assert main(["measure", "--last"]) == 0
    with Terminal((*LAB, "--last")) as terminal:
        terminal.wait_for("Turn W:")
