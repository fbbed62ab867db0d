"""What is shipped: the source archive builds a wheel that installs into an empty environment and runs there.

Needs the package index: the build backend and the dependencies come from it, as they do for everyone.
"""

import json
import os
import shlex
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import pytest

from rnn_tui import __version__
from rnn_tui.engine.kinds import CellName
from tests.ui.terminal.terminals import Terminal

pytestmark = pytest.mark.slow  # `build` and pip fetch what the wheel needs

INDEX = "; it needs the package index, and so a network"
CHECKOUT = Path(__file__).resolve().parent.parent


def run(command: Sequence[str | Path], folder: Path, *, needs: str = "") -> str:
    # Without a network pip would try for minutes before it says so.
    environment = {**os.environ, "PIP_RETRIES": "1"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, f"{shlex.join(map(str, command))} failed{needs}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the source archive, and with the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run([sys.executable, "-m", "build", "--outdir", folder, CHECKOUT], folder, needs=INDEX)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs' folder of an environment that holds the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("environment")
    run([sys.executable, "-m", "venv", folder], folder)
    run([folder / "bin" / "pip", "install", "--quiet", *built.glob("*.whl")], folder, needs=INDEX)
    return folder / "bin"


def test_the_source_archive_holds_the_tests_and_the_themes(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    assert {"README.md", "pyproject.toml", "themes/night.toml", "tests/test_wheel.py", "rnn_tui/cli/main.py"} <= names


def test_the_wheel_brings_its_themes_and_says_its_types(installed: Path) -> None:
    assert run([installed / "rnn-tui", "--version"], installed).strip().endswith(__version__)
    assert "site-packages/rnn_tui/themes/night.toml" in run([installed / "rnn-tui", "themes"], installed)
    typed = "from importlib.resources import files; print(files('rnn_tui').joinpath('py.typed').is_file())"
    assert run([installed / "python", "-c", typed], installed) == "True\n"


def test_the_wheel_brings_its_manual(installed: Path) -> None:
    assert "## Keys" in run([installed / "rnn-tui", "manual", "unroll"], installed)


@pytest.mark.parametrize("cell", get_args(CellName))
@pytest.mark.parametrize("suffix", ["safetensors", "npz"])
def test_the_wheel_measures_and_saves_weights(installed: Path, tmp_path: Path, cell: CellName, suffix: str) -> None:
    flags = ["--cell", cell, "--format", "json", "--save-weights", f"w.{suffix}"]
    document = json.loads(run([installed / "rnn-tui", "measure", *flags, "one", "two"], tmp_path))
    assert document["words"] == ["one", "two"]
    assert (tmp_path / f"w.{suffix}").stat().st_size > 0


def test_the_wheel_opens_the_lab(installed: Path) -> None:
    with Terminal([str(installed / "rnn-tui"), "colourless", "ideas"], columns=120, lines=36) as terminal:
        terminal.wait_for("colourless")
        terminal.wait_for("×")
        terminal.type("q")
        assert terminal.wait() == 0
