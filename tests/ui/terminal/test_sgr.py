import re

from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.ui.terminal.sgr import StyleDiff

CODES = st.sampled_from(
    ["0", "1", "2", "3", "4", "7", "22", "23", "24", "27", "31", "97", "39", "44", "103", "49", "38;2;1;2;3", "48;5;9"]
)
SEQUENCE = st.lists(CODES, max_size=4).map(lambda codes: f"\x1b[{';'.join(codes)}m")
TOKENS = st.lists(st.one_of(SEQUENCE, st.sampled_from(["a", " ", "مب", "\n", "\x1b[2;3H", "\x1b[2K", "\x1b[?25l"])))


def seen(data: str) -> list[tuple[str, str, str, frozenset[str]]]:
    """What a terminal does with the data: everything that is no style, with the style it meets."""
    marks: set[str] = set()
    colour, ground, found = "", "", []
    for token in re.findall(r"\x1b\[[0-9;]*m|\x1b\[[?0-9;]*[A-Za-z]|.", data, re.DOTALL):
        if not re.fullmatch(r"\x1b\[[0-9;]*m", token):
            moves = re.fullmatch(r"\x1b\[(2;3H|\?25l)", token)
            found.append((token, "", "", frozenset()) if moves else (token, colour, ground, frozenset(marks)))
            continue
        for code in re.findall(r"[34]8;2;\d+;\d+;\d+|[34]8;5;\d+|\d+", token) or ["0"]:
            match code:
                case "0":
                    colour, ground, marks = "", "", set()
                case "1" | "2" | "3" | "4" | "7":
                    marks.add(code)
                case "22":
                    marks -= {"1", "2"}
                case "23" | "24" | "27":
                    marks.discard(code[1])
                case "39":
                    colour = ""
                case "49":
                    ground = ""
                case _ if code[0] == "4" or code.startswith("10"):
                    ground = code
                case _:
                    colour = code
    return [*found, ("end", colour, ground, frozenset(marks))]


@given(TOKENS, TOKENS)
def test_the_terminal_shows_the_same_and_is_left_the_same(first: list[str], second: list[str]) -> None:
    diff = StyleDiff()
    sent = diff.rewrite("".join(first)) + diff.rewrite("".join(second))
    assert seen(sent) == seen("".join(first + second))


def test_what_is_set_already_is_not_sent_again() -> None:
    blue, red = "\x1b[38;2;0;0;9;48;2;1;1;1m", "\x1b[38;2;9;0;0;48;2;1;1;1m"
    diff = StyleDiff()
    diff.rewrite("start")
    assert diff.rewrite(f"{blue}a\x1b[0m{red}b\x1b[0m") == f"{blue}a\x1b[38;2;9;0;0mb\x1b[m"


def test_one_code_ends_bold_and_dim_and_the_one_that_goes_on_is_set_anew() -> None:
    data = "\x1b[1;2ma\x1b[22;1mb\x1b[22;2mc"
    assert seen(StyleDiff().rewrite(data)) == seen(data)
