"""The pages of the manual, one Markdown file a topic, with tables in the place of each `{{name argument}}`."""

import re
from collections.abc import Callable, Iterable, Mapping

from rnn_tui.ui.keys.key_table import KeyTable
from rnn_tui.ui.manual.keys import ManualKeys

# what takes the place of a placeholder: headings, each with rows of two cells; a heading may be empty
Tables = Iterable[tuple[str, Iterable[tuple[str, str]]]]
Source = Callable[[str], Tables]

_KEYS_HEADING = "\n## Keys\n"
_PLACEHOLDER = re.compile(r"\{\{([\w-]+) ([\w-]+)\}\}")


class Manual:
    """The pages, and what they say with their tables.

    Attributes:
        topics: the names of the pages, in the order of a first reading.
    """

    def __init__(self, keys: KeyTable, sources: Mapping[str, Source] | None = None) -> None:
        """`sources` has the tables that pages may have beside those of keys, by the names of their placeholders."""
        self._keys = ManualKeys(keys)
        self._sources = {"keys": self._keys.of, **(sources or {})}
        screens = (spec.name for spec in keys.specs if spec.digit)
        about = ("keys", "command-line", "training", "networks", "net", "measures", "json", "files", "code")
        self.topics = ("start", *screens, *about)

    def page(self, topic: str) -> str:
        """The page with its tables, in Markdown."""
        return self._with_tables(page_as_written(topic))

    def subjects(self) -> list[tuple[str, str]]:
        """Every topic and what its page is about: its title without its name."""
        return [(topic, page_as_written(topic).partition("\n")[0].partition(": ")[2]) for topic in self.topics]

    def help_page(self, screen: str) -> str:
        """What the help says on a screen: its page as far as its keys, all other keys, the rest of its page."""
        before, heading, after = page_as_written(screen).partition(_KEYS_HEADING)
        own, more, rest = after.partition("\n## ")
        parts = [
            self._with_tables(f"{before}{heading}{own}"),
            "## Other keys that work here",
            markdown_tables([*self._keys.shared(screen), *self._keys.typing()]),
            self._with_tables(f"{more}{rest}".strip()),
            "## The manual",
            "In a terminal, `rnn-tui manual TOPIC` prints one of these pages:",
            markdown_tables([("", [(f"`{topic}`", text) for topic, text in self.subjects()])]),
        ]
        return "\n\n".join(parts)

    def _with_tables(self, text: str) -> str:
        return _PLACEHOLDER.sub(lambda found: markdown_tables(self._sources[found[1]](found[2])), text)


def page_as_written(topic: str) -> str:
    """The page with its placeholders."""
    from importlib.resources import files

    return files("rnn_tui").joinpath("manual", f"{topic}.md").read_text("utf-8")


def markdown_tables(tables: Tables) -> str:
    """The tables in Markdown."""
    return "\n\n".join(_table(heading, rows) for heading, rows in tables)


def _table(heading: str, rows: Iterable[tuple[str, str]]) -> str:
    head = [f"### {heading}", ""] if heading else []
    cells = (" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows)
    return "\n".join([*head, "| | |", "|---|---|", *(f"| {row} |" for row in cells)])
