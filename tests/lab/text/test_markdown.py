"""A page of Markdown in lines of so many cells."""

import pytest
from wcwidth import width as cells_of

from rnn_tui.lab.text.markdown import Span, line_text, page_lines

PAGE = """# A title with `code`

A paragraph of two
lines with **strong** words and a [link](https://example.org).

- one item that is
  longer than its line
- another

| | |
|---|---|
| `a` `b` | what a and b do; also `Ctrl+A` `Ctrl+B` |
| `a much longer name` | its text stands below it |
| `x\\|y` | an escaped sign |

```sh
$ as it    stands
```
"""


def shown(width: int) -> list[str]:
    return [line_text(line) for line in page_lines(PAGE, width)]


def test_every_kind_of_block() -> None:
    assert shown(34) == [
        "A title with code",
        "A paragraph of two lines with",
        "strong words and a link.",
        "",
        "- one item that is longer than its",
        "  line",
        "- another",
        "",
        "  a b  what a and b do; also",
        "       Ctrl+A Ctrl+B",
        "  a much longer name",
        "       its text stands below it",
        "  x|y  an escaped sign",
        "",
        "  $ as it    stands",
    ]


def test_what_is_code_strong_or_a_heading_is_marked() -> None:
    spans = [span for line in page_lines(PAGE, 200) for span in line]
    assert spans[0] == Span("A title with code", "heading")
    assert Span("strong", "strong") in spans
    assert {span.text for span in spans if span.role == "code"} >= {"a", "x|y", "$ as it    stands"}


@pytest.mark.parametrize("width", range(20, 90, 7))
def test_no_line_is_wider_and_no_letter_is_lost(width: int) -> None:
    lines = shown(width)
    assert max(map(cells_of, lines)) <= width
    assert "".join("".join(lines).split()) == "".join("".join(shown(200)).split())


def test_a_word_longer_than_a_line_is_cut_where_choices_part() -> None:
    assert [line_text(line) for line in page_lines("--init gaussian|uniform|orthogonal", 18)] == [
        "--init",
        "gaussian|uniform|",
        "orthogonal",
    ]
