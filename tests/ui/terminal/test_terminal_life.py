"""What a real terminal goes through: signals, suspension, stray bytes, a window that closes, a crash."""

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.ui.terminal.terminals import LAB, Terminal, random_input

LEAVES_ALTERNATE_SCREEN = b"\x1b[?1049l"
SHOWS_CURSOR = b"\x1b[?25h"
TOO_SMALL = "this window is 50×12"
PANELS = ("Network", "Unrolled", "Influence", "Gradient", "quit")


def opened() -> Terminal:
    terminal = Terminal(LAB)
    terminal.wait_for("Turn W:")
    return terminal


OTHERS = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)  # that each ends the lab is seen in test_keeping.py


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, *(pytest.param(number, marks=pytest.mark.slow) for number in OTHERS)]
)
def test_a_signal_restores_the_terminal_and_names_itself_in_the_status(number: signal.Signals) -> None:
    with opened() as terminal:
        os.kill(terminal.pid, number)
        assert terminal.wait() == 128 + number
        assert LEAVES_ALTERNATE_SCREEN in terminal.sent
        assert SHOWS_CURSOR in terminal.sent


SIGNALLED = """
import os, signal, sys
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.ui import app
from rnn_tui.ui.terminal import driver
from rnn_tui.lab.session.saved import Lab
from rnn_tui.ui.run import run_lab
from rnn_tui.ui.screens.unroll.panels.cells.panel import UnrolledPanel
def before(owner, name):
    method = getattr(owner, name)
    def signalled(self, *arguments, **named):
        setattr(owner, name, method)
        os.kill(os.getpid(), signal.SIGTERM)
        return method(self, *arguments, **named)
    setattr(owner, name, signalled)
before(MOMENT)
sys.exit(run_lab(Lab(Experiment())))
"""


@pytest.mark.parametrize(
    "moment",
    [
        "driver.LabDriver, '_enable_bracketed_paste'",
        "app.LabApp, 'get_default_screen'",
        "UnrolledPanel, '__init__'",
    ],
)
def test_a_signal_before_the_first_frame_restores_the_terminal(moment: str, tmp_path: Path) -> None:
    command = (LAB[0], "-c", SIGNALLED.replace("MOMENT", moment))
    with Terminal(command, XDG_STATE_HOME=str(tmp_path)) as terminal:
        before = terminal.settings()
        assert terminal.wait() == 128 + signal.SIGTERM
        assert terminal.settings() == before
        assert LEAVES_ALTERNATE_SCREEN in terminal.sent
        assert SHOWS_CURSOR in terminal.sent
        assert "had to stop" not in terminal.text()


@pytest.mark.parametrize("keys", ["q", "\x03", pytest.param("\x11", marks=pytest.mark.slow)])
def test_quitting_restores_the_modes_of_the_terminal(keys: str) -> None:
    with Terminal(LAB) as terminal:
        before = terminal.settings()
        terminal.wait_for("Turn W:")
        assert terminal.settings() != before
        terminal.type(keys)
        assert terminal.wait() == 0
        assert terminal.settings() == before
        assert LEAVES_ALTERNATE_SCREEN in terminal.sent


def test_ctrl_c_quits_even_while_typing() -> None:
    with opened() as terminal:
        terminal.type("t")
        terminal.wait_for("text:")
        terminal.type("\x03")
        assert terminal.wait() == 0


def test_a_byte_that_is_not_utf8_is_a_key_that_does_nothing() -> None:
    with opened() as terminal:
        terminal.type(b"\xff")
        terminal.wait_for("does nothing here")
        terminal.type("]")
        terminal.wait_for("ρ 0.90 → 0.95")
        terminal.type("q")
        assert terminal.wait() == 0


def still_acts(terminal: Terminal) -> None:
    """The lab goes on: a key has its effect, and another leaves."""
    terminal.type("]")
    terminal.wait_for("ρ 0.90 → 0.95")
    terminal.type("q")
    assert terminal.wait() == 0


def test_a_character_may_come_in_pieces() -> None:
    with opened() as terminal:
        terminal.type(b"\xc3")
        terminal.read(0.3)
        terminal.type(b"\xa9")
        terminal.wait_for("‘é’ does nothing here")
        still_acts(terminal)


# each is its own kind of nonsense to the parser, which test_terminal_input.py feeds without a terminal
UNEXPECTED = (
    "\x1b[97:65;2:3u\x1b[1;1:3A",
    "\x1b[1114112u\x1b[97;1;99999999999u",
    "\x1b[?2048;2$y\x1b[48;0;0;0;0t\x1b[<0;1;1M",
    "\x1b[48;99999;99999;1;1t",
    "\x1b[200~abc\x1b[201~",
    "\x1b]11;rgb:0000",
)


def test_what_no_program_expects_changes_nothing() -> None:
    with opened() as terminal:
        for sent in UNEXPECTED:
            terminal.type(sent)
            # what is cut short is dropped after a moment in which nothing follows
            while terminal.read(0.5):
                pass
        still_acts(terminal)


@pytest.mark.parametrize(
    ("columns", "lines"),
    [(1, 1), (5, 3), *(pytest.param(*size, marks=pytest.mark.slow) for size in ((1, 24), (2, 2), (80, 1)))],
)
def test_a_window_too_small_for_a_word_is_quiet_and_can_be_left(columns: int, lines: int) -> None:
    with Terminal(LAB, columns=columns, lines=lines) as terminal:
        end = time.monotonic() + 20
        while terminal.read(1.5):  # until it has nothing more to say
            assert time.monotonic() < end, "it is drawn anew for ever"
        terminal.type("q")
        assert terminal.wait() == 0


def test_a_lone_modifier_leaves_the_line_as_it_is() -> None:
    with opened() as terminal:
        terminal.type("z")
        terminal.wait_for("‘z’ does nothing here")
        while terminal.read(0.5):
            pass
        terminal.type("\x1b[57441;2u\x1b[57442;5u")
        assert not terminal.read(0.5)
        still_acts(terminal)


@pytest.mark.parametrize("ctrl_c", ["\x03", pytest.param("\x1b[99;5u", marks=pytest.mark.slow)])
def test_ctrl_c_quits_in_a_paste_that_never_ends(ctrl_c: str) -> None:
    with opened() as terminal:
        terminal.type("\x1b[200~never closed")
        terminal.read(0.3)
        terminal.type(ctrl_c)
        assert terminal.wait() == 0


def test_ctrl_c_does_not_wait_behind_thousands_of_keys() -> None:
    with opened() as terminal:
        for _ in range(20):
            terminal.type("[]" * 200)
        terminal.type("\x03")
        assert terminal.wait() == 0


def test_the_size_is_the_terminals_own_and_follows_it() -> None:
    with Terminal(LAB, columns=120, lines=36, COLUMNS="40", LINES="9") as terminal:
        terminal.wait_for("Turn W:")
        terminal.forget()
        terminal.resize(50, 12)
        terminal.wait_for(TOO_SMALL)
        terminal.forget()
        terminal.resize(0, 0)  # it says nothing of itself now
        terminal.type("\x1b[48;36;120;720;1200t")
        terminal.wait_for("Turn W:")
        terminal.forget()
        # having said that it reports its sizes, it may still change without a report
        terminal.type("\x1b[?2048;1$y")
        terminal.resize(50, 12)
        terminal.wait_for(TOO_SMALL)
        terminal.type("q")
        assert terminal.wait() == 0


# the keys that leave or suspend the lab; with `u` a report may name any key
LEAVING_BYTES = bytes.maketrans(b"qQ\x03\x11\x1au", b"wWzzzA")


@pytest.mark.slow
def test_random_bytes_neither_end_nor_stop_the_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    chance = random.Random(5)
    with opened() as terminal:
        for _ in range(150):
            terminal.type(random_input(chance).translate(LEAVING_BYTES))
            terminal.read(0.005)
        terminal.type("\x1b[201~")
        while terminal.read(2.5):
            pass
        terminal.forget()
        terminal.type("\x0c")
        terminal.wait_for("rnn-tui")
        terminal.type("\x03")
        assert terminal.wait() == 0


def test_a_terminal_that_closes_ends_the_program() -> None:
    with opened() as terminal:
        terminal.hang_up()
        assert terminal.wait() in (128 + signal.SIGHUP, -signal.SIGHUP)


@pytest.mark.parametrize(
    "failing",
    [
        "LabScreen.action_undo = fail",
        # a fault in the thread that reads keys, and one that Textual would print by itself
        "from rnn_tui.ui.terminal import driver; driver.LabDriver.process_message = fail",
        "RuntimeError.__rich__ = lambda self: 'rich'; LabScreen.action_undo = fail",
    ],
)
def test_a_crash_is_reported_in_a_sentence_and_the_lab_is_kept(failing: str, tmp_path: Path) -> None:
    crash = (
        "from rnn_tui.ui.shell.common_screens.lab_screen import LabScreen; import sys\n"
        "from rnn_tui.lab.experiment.experiment import Experiment\n"
        "class RuntimeError(RuntimeError): pass\n"
        "def fail(self, *rest): raise RuntimeError('the sky fell')\n"
        f"{failing}\n"
        "from rnn_tui.lab.session.saved import Lab; from rnn_tui.ui.run import run_lab\n"
        "sys.exit(run_lab(Lab(Experiment(seed=11))))\n"
    )
    with Terminal((LAB[0], "-c", crash), columns=120, XDG_STATE_HOME=str(tmp_path)) as terminal:
        terminal.wait_for("Turn W:")
        terminal.type("u")
        assert terminal.wait() == 1
        assert LEAVES_ALTERNATE_SCREEN in terminal.sent
        assert b"Traceback" not in terminal.sent
        assert "had to stop: RuntimeError: the sky fell" in terminal.text()
    folder = tmp_path / "rnn-tui"
    assert "the sky fell" in (folder / "crash.txt").read_text(encoding="utf-8")
    assert '"seed": 11' in (folder / "crash-lab.json").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs a shell with job control")
def test_ctrl_z_gives_the_shell_back_and_fg_paints_everything_again() -> None:
    with Terminal(("bash", "--norc", "-i"), PS1="shell> ") as terminal:
        terminal.wait_for("shell>")
        terminal.forget()
        terminal.type(" ".join(LAB) + "\n")
        terminal.wait_for("Turn W:")
        terminal.type("\x1a")
        terminal.wait_for("Stopped")
        assert LEAVES_ALTERNATE_SCREEN in terminal.sent
        terminal.forget()
        terminal.type("fg\n")
        for painted in PANELS:
            terminal.wait_for(painted)
        terminal.forget()
        terminal.type("q")
        terminal.wait_for("shell>")
        terminal.type("exit\n")
        terminal.wait()


def test_ctrl_z_without_a_shell_to_go_back_to_comes_back_at_once() -> None:
    with opened() as terminal:
        terminal.forget()
        terminal.type("\x1a")
        for painted in PANELS:
            terminal.wait_for(painted)
        terminal.type("]")
        terminal.wait_for("ρ 0.90 → 0.95")
        terminal.type("q")
        assert terminal.wait() == 0


def test_quitting_does_not_take_python_down_around_a_measurement() -> None:
    # Native code under way in a thread crashes when the libraries that it runs in are unloaded.
    slow = (
        "import atexit, os, sys, threading; from rnn_tui.ui.run import run_lab\n"
        "from rnn_tui.lab.session.saved import Lab\n"
        "from rnn_tui.lab.measurement import measure\n"
        "from rnn_tui.lab.experiment.experiment import Experiment\n"
        "atexit.register(os.write, 2, b'taken down')\n"
        "measure.measure = lambda experiment, **_: (os.write(2, b'begun'), threading.Event().wait())\n"
        "sys.exit(run_lab(Lab(Experiment())))\n"
    )
    with Terminal((LAB[0], "-c", slow)) as terminal:
        before = terminal.settings()
        terminal.wait_for("begun")
        terminal.type("q")
        assert terminal.wait() == 0
        assert terminal.settings() == before
        assert "taken down" not in terminal.text()


def test_a_library_that_cannot_be_loaded_is_reported() -> None:
    broken = (
        "import sys; from rnn_tui.ui.run import run_lab; from rnn_tui.lab.session.saved import Lab\n"
        "from rnn_tui.lab.experiment.experiment import Experiment\n"
        "sys.modules['plotext'] = None\n"
        "sys.exit(run_lab(Lab(Experiment())))\n"
    )
    with Terminal((LAB[0], "-c", broken), columns=120) as terminal:
        assert terminal.wait() == 1
        assert "had to stop: ModuleNotFoundError" in terminal.text()
