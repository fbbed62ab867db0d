"""The line that tells how far long work is: on a terminal alone, and gone when the work ends."""

import sys
from io import StringIO

import pytest

from rnn_tui.cli.output import progress


class Screen(StringIO):
    """A terminal of one line."""

    def isatty(self) -> bool:
        return True

    def line(self) -> str:
        """What stands in the line after every return to its start."""
        shown = ""
        for part in self.getvalue().split("\r"):
            shown = part + shown[len(part) :]
        return shown.rstrip()


def test_a_terminal_is_told_how_much_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with progress("Measuring 1,000 seeds", after=0) as watch:
        for done, line in ((0.0, "0 %"), (0.091, "9 %"), (1.0, "100 %")):
            assert watch(done)
            assert screen.line() == f"Measuring 1,000 seeds: {line}"
    assert screen.line() == ""


def test_the_same_share_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with progress("Work", after=0) as watch:
        for done in range(5000):
            watch(done / 5000)
    assert screen.getvalue().count("\r") == 103


def test_the_line_goes_where_the_work_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with pytest.raises(KeyboardInterrupt), progress("Work", after=0) as watch:
        watch(0.5)
        raise KeyboardInterrupt
    assert screen.line() == ""


@pytest.mark.parametrize("stream", [None, StringIO()], ids=["closed", "a file"])
def test_what_is_no_terminal_is_told_nothing(monkeypatch: pytest.MonkeyPatch, stream: StringIO | None) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    with progress("Work", after=0) as watch:
        assert watch(0.5)
    assert stream is None or stream.getvalue() == ""


def test_a_terminal_that_has_gone_away_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(Screen):
        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(sys, "stderr", Gone())
    with progress("Work", after=0) as watch:
        assert watch(0.5)


def test_short_work_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with progress("Work", after=3600) as watch:
        assert watch(0.5)
    assert screen.getvalue() == ""
