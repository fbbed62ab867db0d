"""`rnn-tui manual`: the list of its topics, or one of its pages."""

import difflib
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from rnn_tui.cli.arguments import Parser, UsageProblem
from rnn_tui.cli.net import net_parser
from rnn_tui.cli.output import print_text
from rnn_tui.lab.text.markdown import Line, Role, page_lines
from rnn_tui.ui.manual.pages import Manual
from rnn_tui.ui.screens.table import KEYS

WIDEST = 100
_BOLD, _CYAN, _END = "\x1b[1m", "\x1b[36m", "\x1b[m"
_ABOUT = """Print a page of the manual, or without a TOPIC the list of them.

  On a terminal it is laid out, and $PAGER shows a long page; elsewhere it is Markdown.
"""

# the commands that have flags, each with what makes its parser
Parsers = Mapping[str, Callable[[], Parser]]


def run(arguments: Sequence[str], parsers: Parsers) -> int:
    """Prints the topics or a page; the exit status.

    Raises:
        UsageProblem: there is no such topic.
    """
    parser = Parser("manual", "rnn-tui manual [TOPIC]", _ABOUT)
    options, words = parser.parse(arguments, {})
    if options.help:
        return print_text(parser.format_help())
    if len(words) > 1:
        raise UsageProblem(f"`rnn-tui manual` takes one topic, so not {words[1]!r} too")
    manual = whole_manual(parsers)
    if not words:
        return print_text(_listed(manual))
    (topic,) = words
    if topic not in manual.topics:
        near = difflib.get_close_matches(topic, manual.topics, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageProblem(f"the manual has no topic {topic!r}: {hint}It has {', '.join(manual.topics)}")
    return _print(manual.page(topic))


def whole_manual(parsers: Parsers) -> Manual:
    """The manual with its tables of keys, flags and JSON fields."""
    return Manual(KEYS, {"flags": lambda name: flags_named(name, parsers), "fields": fields_named})


def fields_named(command: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What `{{fields COMMAND}}` stands for: the fields of its JSON, those of each object under its name.

    A measure of an ensemble has the meaning that it has in one network, so it is not listed again.
    """
    from rnn_tui.lab.nets.report import net_fields
    from rnn_tui.lab.training.report.report import training_fields
    from rnn_tui.lab.views.report import measurement_fields

    every = list({"measure": measurement_fields, "net": net_fields, "train": training_fields}[command]())
    single = {each.field for each in every}
    groups: dict[str, list[tuple[str, str]]] = {}
    for each in every:
        path, _, name = each.field.rpartition(".")
        if path != "ensemble" or name not in single:
            shape = f"[{each.shape.replace(',', '][')}] " if each.shape else ""
            groups.setdefault(path, []).append((f"`{name}`", shape + each.meaning))
    for path, rows in groups.items():
        yield f"`{path}`" if path else "Every document", rows


def flags_named(name: str, parsers: Parsers) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What takes the place of `{{flags NAME}}`: `shared`, the flags of all commands, or the others of one command.

    `net` has no experiment, and so none of the shared ones.
    """
    if name == "net":
        for group, rows in net_parser().flags():
            yield group.capitalize(), [(f"`{flag}`", text) for flag, text in rows]
        return
    groups = {command: dict(made().flags()) for command, made in parsers.items()}
    every = [{flag for rows in each.values() for flag, _ in rows} for each in groups.values()]
    shared = set.intersection(*every)
    for group, rows in groups["measure" if name == "shared" else name].items():
        if chosen := [(f"`{flag}`", text) for flag, text in rows if (flag in shared) == (name == "shared")]:
            yield group.capitalize(), chosen


def _listed(manual: Manual) -> str:
    wide = max(map(len, manual.topics))
    lines = [f"  {topic:<{wide}}  {text.replace('`', '')}" for topic, text in manual.subjects()]
    return "\n".join(["The topics of the manual; `rnn-tui manual TOPIC` prints one:", "", *lines])


def _print(page: str) -> int:
    out = sys.stdout
    laid = out is not None and out.isatty() and (out.encoding or "").lower().startswith("utf")
    if not laid or os.environ.get("TERM", "dumb") == "dumb":
        return print_text(page)
    import pydoc

    # as git has it: what fits on the screen is printed, colours are shown, and what was read stays
    os.environ.setdefault("LESS", "FRX")
    width = min(shutil.get_terminal_size().columns, WIDEST)
    pydoc.pager("".join(f"{_styled(line)}\n" for line in page_lines(page, width)))
    return 0


def _styled(line: Line) -> str:
    code = _BOLD if os.environ.get("NO_COLOR") else _CYAN
    begin: Mapping[Role, str] = {"heading": _BOLD, "strong": _BOLD, "code": code}
    return "".join(f"{begin[role]}{text}{_END}" if role in begin else text for text, role in line)
