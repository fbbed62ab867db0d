"""The README says what the program does: its tables come from the program, its examples run, its picture exists."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from rnn_tui.cli.flags import FLAGS
from rnn_tui.cli.main import main
from rnn_tui.ui.screens import KEYS

CHECKOUT = Path(__file__).resolve().parent.parent
README = (CHECKOUT / "README.md").read_text("utf-8")


def keys_table() -> str:
    """The keys of the lab as a Markdown table, group by group."""
    lines = ["| Keys | What they do |", "|---|---|"]
    for group, rows in KEYS.groups():
        lines.append(f"| **{group}** | |")
        lines.extend(f"| {_markdown(row.keys)} | {row.help} |" for row in rows)
    return "\n".join(lines) + "\n"


def _markdown(keys: str) -> str:
    return " or ".join(" ".join(f"`{key}`" for key in way.split()) for way in keys.split(" or "))


def settings_table() -> str:
    rows = [["Flag", "Default", "What it sets"], ["---"] * 3]
    rows += [[f"`{flag.name} {flag.metavar}`", flag.default, flag.help] for flag in FLAGS]
    escaped = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows]
    return "\n".join(f"| {row} |" for row in escaped).replace("| --- | --- | --- |", "|---|---|---|")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def renewed(readme: str) -> str:
    """The README with its tables of keys and settings as the program has them now."""
    for head, table in (("| Keys |", keys_table().strip()), ("| Flag |", settings_table())):
        before, found, rest = readme.partition(head)
        assert found, f"no table that begins with {head}"
        readme = "\n\n".join([before + table, rest.partition("\n\n")[2]])
    return readme


def test_the_tables_are_those_of_the_program() -> None:
    assert renewed(README) == README, "`python -m tests.test_readme` writes them anew"


def names_in(value: object) -> Iterator[str]:
    """The names of all fields of an object, however deep, but for what stands under names that are no fields."""
    if isinstance(value, dict):
        for name, held in value.items():
            yield name
            if name not in ("experiment", "verdicts"):
                yield from names_in(held)
    elif isinstance(value, list):
        for held in value:
            yield from names_in(held)


def test_the_fields_are_those_of_the_json(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--seeds", "2", "--truncate", "1", "--powers", "4", "--compare", "--spectrum"]
    assert main(["measure", "--format", "json", *asked]) == 0
    document = json.loads(capsys.readouterr().out)
    table = README.partition("| Field |")[2].partition("\n\n")[0]
    rows = {row.split(" | ")[0].strip("| "): row for row in table.splitlines()[2:]}
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(document)
    # the others' names are those of settings, parameters, gates and verdicts
    for field in ("clip", "update", "truncation", "ensemble", "powers", "compare", "spectrum"):
        named = set(document) | set(re.findall(r"`(\w+)`", next(rows[row] for row in rows if f"`{field}`" in row)))
        missing = set(names_in(document[field])) - named
        assert not missing, f"the README's row of `{field}` does not name {sorted(missing)}"


def test_the_commands_are_understood(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "poem.txt").write_text("so much depends upon", encoding="utf-8")
    commands = [shlex.split(line, comments=True) for block in blocks("sh") for line in block.splitlines()]
    found = [command[1:] for command in commands if command[0] == "rnn-tui"]
    assert len(found) >= 6
    for command in found:
        named = command[0] in ("measure", "themes", "train")
        # What opens the lab would measure the same.
        assert main(command if named else ["measure", *command]) == 0, capsys.readouterr().err


def test_the_check_with_pytorch_is_python() -> None:
    (script,) = blocks("python")
    compile(script, "README.md", "exec")


def test_what_is_linked_exists() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert any(link.endswith(".svg") for link in links)
    assert all((CHECKOUT / link).is_file() for link in links)


def test_the_two_first_commands_are_there() -> None:
    first, second = (block.strip() for block in blocks("sh")[:2])
    assert first == "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/rnn-tui"
    assert second == "python3 -m venv .venv && .venv/bin/pip install -e '.[dev]' && .venv/bin/python -m pytest"


if __name__ == "__main__":
    (CHECKOUT / "README.md").write_text(renewed(README), encoding="utf-8")
