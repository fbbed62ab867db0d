"""What is loaded when: the mathematics without a screen, the first words on the screen without NumPy."""

import subprocess
import sys

import pytest

SCREEN = {"textual", "rich", "plotext"}
HEAVY = SCREEN | {"numpy", "safetensors", "platformdirs"}


def loaded_by(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after running `code`."""
    ending = "import sys; print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{ending}"], capture_output=True, text=True, timeout=60, check=True
    )
    return set(done.stderr.split())


ALL_OF = """
import importlib, pkgutil
package = importlib.import_module({package!r})
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
"""


@pytest.mark.parametrize("package", ["rnn_tui.engine", "rnn_tui.lab"])
def test_the_mathematics_and_the_lab_load_no_screen(package: str) -> None:
    loaded = loaded_by(ALL_OF.format(package=package))
    assert "numpy" in loaded
    assert loaded.isdisjoint(SCREEN)


def test_measuring_loads_no_screen() -> None:
    loaded = loaded_by("from rnn_tui.cli.main import main; main(['measure'])")
    assert "numpy" in loaded
    assert loaded.isdisjoint(SCREEN)


@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["--help"], ["measure", "--help"], ["--rho", "x"], ["manual"], ["manual", "command-line"]],
)
def test_words_alone_load_nothing_heavy(arguments: list[str]) -> None:
    assert loaded_by(f"from rnn_tui.cli.main import main; main({arguments!r})").isdisjoint(HEAVY)


def test_the_version_loads_nothing_else() -> None:
    assert loaded_by("import rnn_tui").isdisjoint({*HEAVY, "wcwidth", "argparse", "json"})


def test_the_app_loads_neither_numpy_nor_the_charts_before_its_first_frame() -> None:
    loaded = loaded_by("import rnn_tui.ui.app, rnn_tui.ui.screens.unroll.screen")
    assert "textual" in loaded
    assert loaded.isdisjoint({"numpy", "plotext"})
