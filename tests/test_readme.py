"""The README says what the program does: its picture is the lab's, its examples run, what it names exists."""

import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from rnn_tui.cli.main import main
from rnn_tui.ui.manual.pages import page_as_written
from tests.commands import CHECKOUT, blocks, examples
from tests.pictures import picture

README = (CHECKOUT / "README.md").read_text("utf-8")
MOST_LINES = 160
NINE_THINGS = "## Nine things to try\n"


def section(text: str, heading: str) -> str:
    """What stands below a heading, as far as the next."""
    _, found, rest = text.partition(heading)
    assert found, f"no {heading}"
    return rest.partition("\n## ")[0]


def renewed(readme: str) -> str:
    """The README with the picture of the lab as it is now, and the nine things of the manual."""
    shown = picture(size=(80, 24))
    readme = re.sub(r"```text\n.*?```", lambda _: f"```text\n{shown}\n```", readme, count=1, flags=re.DOTALL)
    return readme.replace(section(readme, NINE_THINGS), section(page_as_written("start"), NINE_THINGS))


def test_the_picture_is_the_lab_and_the_nine_things_are_the_manuals() -> None:
    assert renewed(README) == README, "`python -m tests.test_readme` writes them anew"


def test_it_is_short() -> None:
    assert len(README.splitlines()) <= MOST_LINES


def test_its_commands_are_understood(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = examples(README)
    assert len(found) >= 3
    for command in found:
        assert main(command) == 0, capsys.readouterr().err


def test_the_check_with_pytorch_is_python() -> None:
    (script,) = blocks("python", README)
    compile(script, "README.md", "exec")


def test_what_is_linked_exists() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert any(link.endswith(".svg") for link in links)
    assert all((CHECKOUT / link).exists() for link in links)


def test_the_two_first_commands_are_there() -> None:
    first, second = (block.strip() for block in blocks("sh", README)[:2])
    assert first == "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/rnn-tui"
    assert second == "python3 -m venv .venv && .venv/bin/pip install -e '.[dev]' && .venv/bin/python -m pytest"


if __name__ == "__main__":
    with TemporaryDirectory() as own:  # else the lab that was left last would be offered in the picture
        os.environ.update(XDG_STATE_HOME=own, XDG_CONFIG_HOME=own)
        (CHECKOUT / "README.md").write_text(renewed(README), encoding="utf-8")
