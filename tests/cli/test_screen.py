"""The lab opened from the command line in a real terminal."""

import shlex
from pathlib import Path

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.session.saved import Lab, save_lab
from tests.ui.terminal.terminals import LAB, Terminal


def test_the_lab_opens_on_the_words_and_quits() -> None:
    with Terminal([*LAB, "colourless", "ideas"]) as terminal:
        terminal.wait_for("colourless")
        terminal.wait_for("ideas")
        terminal.type("q")
        assert terminal.wait() == 0


def test_text_from_standard_input_leaves_the_keys_to_the_terminal() -> None:
    piped = f"printf 'sleep furiously' | {shlex.join(LAB)} -"
    with Terminal(["sh", "-c", piped]) as terminal:
        terminal.wait_for("furiously")
        terminal.type("q")
        assert terminal.wait() == 0


def test_a_saved_lab_opens_in_a_theme(tmp_path: Path) -> None:
    save_lab(tmp_path / "lab.json", Lab(Experiment(text="kept from before", rho=1.25)))
    flags = ["--lab", str(tmp_path / "lab.json"), "--theme", "paper", "--screen", "unroll"]
    with Terminal([*LAB, *flags]) as terminal:
        terminal.wait_for("before")
        terminal.wait_for("1.25")
        terminal.type("q")
        assert terminal.wait() == 0
