"""What every test needs before anything is imported: no settings of the person who runs it."""

import contextlib
import gc
import os
import uuid
from collections.abc import Iterator

import pytest
from hypothesis import settings

from rnn_tui.cli.main import THREAD_VARIABLES

# Textual reads these when it is imported.
for _name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_DRIVER", "TEXTUAL_ANIMATIONS", "RNN_TUI_DEBUG", "COLUMNS", "LINES"):
    os.environ.pop(_name, None)
os.environ["COLORTERM"] = "truecolor"
# As the command line has it, before NumPy is imported: with more threads, small products wait for each other.
for _name in THREAD_VARIABLES:
    os.environ.setdefault(_name, "1")

settings.register_profile("the same everywhere", deadline=None, derandomize=True)
settings.load_profile("the same everywhere")


def pytest_collection_finish() -> None:
    """What was loaded and collected stays: searched for garbage over and over, it takes a sixth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, themes and crash reports of the tests stay in a folder of their own."""
    # not made until it is written to: thousands of tests never do
    home = tmp_path_factory.getbasetemp() / f"home-{uuid.uuid4().hex}"
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home / name.removeprefix("XDG_").lower()))


@pytest.fixture(scope="session", autouse=True)
def _no_child_is_left_behind() -> Iterator[None]:
    """Whatever a test starts, it ends: this process has no child when its last test is over."""
    yield
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:  # one that has ended, and was not waited for
            pass
        pytest.fail("a test has left a process running")
