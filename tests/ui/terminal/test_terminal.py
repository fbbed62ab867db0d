"""Whether the lab can be opened: what a terminal must have, and what is said where it has not."""

import io

import pytest
from textual.filter import Monochrome

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.session.saved import Lab
from rnn_tui.ui.app import LabApp
from rnn_tui.ui.terminal.environment import settle_environment
from rnn_tui.ui.terminal.refusal import INSTEAD, terminal_refusal
from rnn_tui.ui.terminal.size import is_plausible_size


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class Latin(Screen):
    encoding = "iso-8859-1"


FINE = {"TERM": "xterm-256color", "LANG": "en_GB.UTF-8"}


def streams(**others: io.StringIO | None) -> dict[str, io.StringIO | None]:
    return {"input": Screen(), "output": Screen(), "error": Screen(), **others}


@pytest.mark.parametrize(
    "environment",
    [
        FINE,
        {"TERM": "screen"},
        {"TERM": "xterm", "LANG": "fa_IR.utf8"},
        {"TERM": "xterm", "LANG": "C", "LC_ALL": "C.UTF-8"},
        {"TERM": "xterm", "LANG": "en_GB"},
        {"TERM": "xterm", "LC_CTYPE": "C.UTF-8"},
    ],
)
def test_a_terminal_that_has_all_is_taken(environment: dict[str, str]) -> None:
    assert terminal_refusal(environment, streams=streams()) is None


@pytest.mark.parametrize("name", ["input", "output", "error"])
@pytest.mark.parametrize("stream", [None, io.StringIO()])
def test_each_stream_must_be_a_terminal(name: str, stream: io.StringIO | None) -> None:
    said = terminal_refusal(FINE, streams=streams(**{name: stream}))
    assert said is not None
    assert f"standard {name}" in said
    assert said.endswith(INSTEAD)


def test_a_closed_stream_is_no_terminal() -> None:
    closed = io.StringIO()
    closed.close()
    assert terminal_refusal(FINE, streams=streams(input=closed)) is not None


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"TERM": "dumb"}, "TERM is dumb"),
        ({}, "TERM is not set"),
        ({"TERM": "xterm", "LC_ALL": "C"}, "LC_ALL=C "),
        ({"TERM": "xterm", "LC_ALL": "POSIX", "LANG": "en_GB.UTF-8"}, "LC_ALL=POSIX"),
        ({"TERM": "xterm", "LANG": "en_GB.ISO-8859-1"}, "LANG=en_GB.ISO-8859-1"),
        ({"TERM": "xterm", "LANG": "de_DE.ISO-8859-15@euro"}, "LANG=de_DE.ISO-8859-15@euro"),
        # Python sets LC_CTYPE itself where LANG is C.
        ({"TERM": "xterm", "LANG": "C", "LC_CTYPE": "C.UTF-8"}, "LANG=C "),
    ],
)
def test_what_is_missing_is_named_and_the_way_without_a_screen_too(environment: dict[str, str], named: str) -> None:
    said = terminal_refusal(environment, streams=streams())
    assert said is not None
    assert named in said
    assert said.endswith(INSTEAD)


def test_output_that_python_was_told_to_encode_otherwise_is_refused() -> None:
    said = terminal_refusal({**FINE, "PYTHONIOENCODING": "latin-1"}, streams=streams(output=Latin()))
    assert said is not None
    assert "PYTHONIOENCODING=latin-1" in said
    assert "`env -u PYTHONIOENCODING rnn-tui`" in said


def test_output_in_another_encoding_is_refused() -> None:
    said = terminal_refusal(FINE, streams=streams(output=Latin()))
    assert said is not None
    assert "iso-8859-1" in said


@pytest.mark.parametrize(
    ("columns", "lines", "plausible"),
    [
        *((80, 24, True), (1, 1, True), (1280, 360, True), (0, 24, False), (80, 0, False)),
        *((99999, 1, False), (2000, 1000, False), (65535, 65535, False)),
    ],
)
def test_which_sizes_a_terminal_can_have(columns: int, lines: int, plausible: bool) -> None:
    assert is_plausible_size(columns, lines) is plausible


def test_the_environment_is_settled_before_the_lab_is_made() -> None:
    environment = {"COLUMNS": "40", "LINES": "9", "NO_COLOR": "", "TERM": "xterm"}
    settle_environment(environment)
    assert environment == {"TERM": "xterm"}
    settle_environment(coloured := {"NO_COLOR": "1"})
    assert coloured == {"NO_COLOR": "1"}


@pytest.mark.parametrize(("value", "colourless"), [("", False), ("1", True), ("0", True)])
def test_no_color_counts_where_it_is_not_empty(value: str, colourless: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", value)
    app = LabApp(Lab(Experiment()))
    assert app.no_color is colourless
    assert any(isinstance(each, Monochrome) for each in app.get_line_filters()) is colourless
