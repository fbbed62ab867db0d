"""The manual: every page can be shown, what it names exists, and what there is to name stands in some page."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from wcwidth import width as cells_of

from rnn_tui.cli.flags import FLAGS
from rnn_tui.cli.main import COMMANDS, main
from rnn_tui.cli.manual import whole_manual
from rnn_tui.lab.text.markdown import line_text, page_lines
from rnn_tui.ui.keys.rows import key_text
from rnn_tui.ui.manual.pages import Manual, page_as_written
from rnn_tui.ui.screens.table import KEYS, TABS
from tests.commands import CHECKOUT, Output, examples, refused
from tests.ui.terminal.terminals import Terminal

WIDTHS = (60, 80, 120)
MANUAL = whole_manual(COMMANDS)
TOPICS, SUBJECTS = MANUAL.topics, dict(MANUAL.subjects())
PAGES = {topic: MANUAL.page(topic) for topic in TOPICS}
# of nested fields: the names of settings, parameters, gates and verdicts are described elsewhere
NO_FIELDS = (
    *("experiment", "network", "settings", "verdicts", "gates", "gate_saturation"),
    *("grad_norms", "log10_grad_norms", "unmoved_by_tensor"),
)


def test_every_page_has_a_topic() -> None:
    assert {path.stem for path in (CHECKOUT / "rnn_tui" / "manual").glob("*.md")} == set(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_page_says_what_it_is_about(topic: str) -> None:
    title = page_as_written(topic).partition("\n")[0]
    assert title.lower().startswith(f"# {topic}: ")
    assert SUBJECTS[topic]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("topic", TOPICS)
def test_every_page_fits(topic: str, width: int) -> None:
    lines = [line_text(line) for line in page_lines(PAGES[topic], width)]
    assert max(map(cells_of, lines)) <= width
    assert not any(mark in line for line in lines for mark in ("{{", "**", "`", "|---"))


@pytest.mark.parametrize("topic", TOPICS)
def test_no_word_of_a_page_is_lost(topic: str) -> None:
    narrow, wide = ("".join("".join(map(line_text, page_lines(PAGES[topic], width))).split()) for width in (60, 1000))
    assert narrow == wide


@pytest.mark.parametrize("width", [56, 76, 116])
@pytest.mark.parametrize("screen", [spec.name for spec in TABS])
def test_the_help_explains_the_screen_first_and_then_lists_every_key_that_works_there(screen: str, width: int) -> None:
    lines = [line_text(line) for line in page_lines(Manual(KEYS).help_page(screen), width)]
    assert max(map(cells_of, lines)) <= width
    shown = "".join("".join(lines).split())
    assert shown.index("Whatisshown") < shown.index("Keys")
    tabs = {spec.name for spec in TABS}
    for row in KEYS.rows:
        if screen in KEYS.contexts(row) or not KEYS.contexts(row) & tabs:
            assert "".join(row.help.replace("`", "").split()) in shown


def test_every_key_stands_in_a_page() -> None:
    everything = "\n".join(PAGES.values())
    for row in KEYS.rows:
        assert row.help in everything
        for command in row.commands:
            for key in command.keys:
                assert f"`{key_text(key)}`" in everything


def test_every_flag_stands_in_a_page() -> None:
    everything = "\n".join(PAGES.values()).replace("\\|", "|")
    for flag in FLAGS:
        assert f"| `{flag.name} {flag.metavar}` | {flag.help} (default: {flag.default}) |" in everything
    for parser in COMMANDS.values():
        flags = [flag for _, rows in parser().flags() for flag, _ in rows]
        assert len(flags) > len(FLAGS)
        assert all(f"| `{flag}` |" in everything for flag in flags)


def names_in(value: object) -> Iterator[str]:
    """The names of all fields of an object, however deep, but for what stands under names that are no fields."""
    if isinstance(value, dict):
        for name, held in value.items():
            yield name
            if name not in NO_FIELDS:
                yield from names_in(held)
    elif isinstance(value, list):
        for held in value:
            yield from names_in(held)


def fields_of(text: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", text))


def test_every_field_of_the_json_stands_in_its_page(capsys: Output) -> None:
    asked = ["--seeds", "2", "--truncate", "1", "--powers", "4", "--compare", "--spectrum"]
    assert main(["measure", "--format", "json", *asked]) == 0
    document = json.loads(capsys.readouterr().out)
    assert main(["train", "--steps", "2", "--format", "json"]) == 0
    trained = json.loads(capsys.readouterr().out)
    missing = {*names_in(document), *names_in(trained)} - fields_of(PAGES["json"]) - set(document["grad_norms"])
    assert not missing, sorted(missing)


def test_what_a_page_names_exists() -> None:
    for topic, text in PAGES.items():
        for named in re.findall(r"rnn-tui manual ([a-z-]+)", text):
            assert named in TOPICS, topic
        for command in re.findall(r"`rnn-tui ([a-z]+)", text):
            assert command in (*COMMANDS, "manual", "net", "themes"), topic
    assert not re.search(r"\]\(", "".join(PAGES.values())), "links lead nowhere in a terminal"


def test_the_page_on_the_code_names_paths_that_exist() -> None:
    paths = [name for name in re.findall(r"`([^`\s]+)`", page_as_written("code")) if "/" in name]
    assert len(paths) > 30
    missing = [path for path in paths if not (CHECKOUT / path).exists()]
    assert not missing


def test_the_page_on_the_code_names_folders_that_say_what_they_are_for() -> None:
    folders = [path for path in (CHECKOUT / "rnn_tui").rglob("__init__.py") if path.parent.name != "rnn_tui"]
    assert all(path.read_text("utf-8").startswith('"""') for path in folders)


def test_the_examples_of_the_pages_are_understood(
    capsys: Output, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "poem.txt").write_text("so much depends upon", encoding="utf-8")
    found = [command for text in PAGES.values() for command in examples(text)]
    assert len(found) >= 12
    for command in found:
        # what opens the lab would measure the same
        without_screen = command[0] in ("measure", "train", "themes")
        assert main(command if without_screen else ["measure", *command]) == 0, capsys.readouterr().err


# ---- the command


def test_without_a_topic_all_are_listed(capsys: Output) -> None:
    assert main(["manual"]) == 0
    listed = capsys.readouterr().out
    assert all(
        re.search(rf"^  {topic} +{re.escape(SUBJECTS[topic].replace('`', ''))}$", listed, re.MULTILINE)
        for topic in TOPICS
    )


@pytest.mark.parametrize("topic", TOPICS)
def test_a_page_is_printed_as_markdown_where_no_terminal_is(capsys: Output, topic: str) -> None:
    assert main(["manual", topic]) == 0
    assert capsys.readouterr().out.rstrip("\n") == PAGES[topic].rstrip("\n")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("unrol", "the manual has no topic 'unrol': did you mean unroll? It has start, unroll, "),
        ("measure", "did you mean measures?"),
        ("xyz", "the manual has no topic 'xyz': It has start, "),
    ],
)
def test_a_wrong_topic_names_the_nearest_and_all(capsys: Output, typed: str, said: str) -> None:
    complaint = refused(capsys, "manual", typed)
    assert said in complaint
    assert all(topic in complaint for topic in TOPICS)


def test_one_topic_at_a_time(capsys: Output) -> None:
    assert "one topic" in refused(capsys, "manual", "unroll", "powers")


def test_the_help_names_the_command(capsys: Output) -> None:
    assert main(["--help"]) == 0
    assert "rnn-tui manual [TOPIC]" in capsys.readouterr().out


def test_an_ascii_output_spells_the_signs() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "rnn_tui", "manual", "networks"],
        env=environment,
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert b"h_t = phi(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh)" in done.stdout


@pytest.mark.parametrize(("no_color", "shown"), [("", b"\x1b[36m"), ("1", b"\x1b[1m")])
def test_a_terminal_gets_it_laid_out(monkeypatch: pytest.MonkeyPatch, no_color: str, shown: bytes) -> None:
    monkeypatch.setenv("PAGER", "cat")
    monkeypatch.setenv("NO_COLOR", no_color)
    with Terminal([sys.executable, "-m", "rnn_tui", "manual", "keys"], columns=60, lines=18) as terminal:
        assert terminal.wait() == 0
    assert shown in terminal.sent
    assert (b"\x1b[36m" in terminal.sent) == (not no_color)
    assert "Keys of several screens" in terminal.text()
    assert "|---" not in terminal.text()
