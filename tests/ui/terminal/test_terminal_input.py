"""The bytes of a terminal as messages: split, cut short, unknown, absurd, endless, and random."""

import random
import time
import tracemalloc
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from rnn_tui.ui.terminal.input import bracketed_paste
from rnn_tui.ui.terminal.input.terminal_input import PasteTooLong, TerminalInput
from tests.ui.terminal.terminals import random_input


class Line:
    """A terminal's line, whose time is the test's."""

    def __init__(self) -> None:
        self.now = 0.0
        self.input = TerminalInput(clock=lambda: self.now)

    def send(self, *sent: bytes | str | float) -> list[str]:
        """What is heard when this is sent; a number is a pause in seconds."""
        heard: list[Message] = []
        for each in sent:
            if isinstance(each, float):
                self.now += each
                heard += self.input.tick()
            else:
                heard += self.input.feed(each if isinstance(each, bytes) else each.encode())
        return [shown(message) for message in heard]


def shown(message: Message) -> str:
    if isinstance(message, events.Key):
        return message.character if message.is_printable and message.character else message.key
    if isinstance(message, events.Paste):
        return f"pasted {message.text}"
    if isinstance(message, events.Resize):
        return f"{message.size.width}×{message.size.height}"
    return type(message).__name__


def heard(*sent: bytes | str | float) -> list[str]:
    return Line().send(*sent)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ((b"\xc3", 1.0, b"\xa9"), ["é"]),
        ((b"\xe2\x82", b"", b"\xac"), ["€"]),
        ((b"\xe9", "q"), ["\ufffd", "q"]),
        ((b"\xff\xfe",), ["\ufffd", "\ufffd"]),
        ((b"\xc2\x9b", "q"), ["q"]),
    ],
)
def test_characters_come_whole(sent: tuple[bytes | str | float, ...], expected: list[str]) -> None:
    assert heard(*sent) == expected


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        ("[97:65;2u", ["A"]),
        ("[97;2u", ["A"]),
        ("[97;1:1u", ["a"]),
        ("[97;1:2u", ["a"]),
        ("[97;1:3u", []),
        ("[1;1:3A", []),
        ("[1;1:1A", ["up"]),
        ("[;1;97:98u", ["a", "b"]),
        ("[99999999999999999999u", []),
        ("[1114112u", []),
        ("[55296u", []),
        ("[3u", []),
        ("[0u", []),
        ("[97;1;1114112u", ["a"]),
        ("[97;99999999999999u", ["a"]),
        # the numeric keypad, with and without its text
        *((f"[{code}u", [typed]) for code, typed in zip(range(57399, 57414), "0123456789./*-+", strict=True)),
        ("[57414u", ["enter"]),
        ("[57415u", ["="]),
        ("[57416u", [","]),
        ("[57409;129;44u", [","]),
        ("[57417u", ["left"]),
        ("[57427~", []),
        *((f"O{code}", [typed]) for code, typed in zip("jklmnoX", "*+,-./=", strict=True)),
        # what Shift and Ctrl do not change
        ("[32;2u", [" "]),
        ("[127;2u", ["backspace"]),
        ("[13;2u", ["enter"]),
        ("[27;2u", ["escape"]),
        ("[104;5u", ["backspace"]),
        ("[105;5u", ["tab"]),
        ("[109;5u", ["enter"]),
        ("[91;5u", ["escape"]),
        ("[99;5u", ["ctrl+c"]),
        ("[27;5;99~", ["ctrl+c"]),
        ("[9;2u", ["shift+tab"]),
        ("[1;2D", ["shift+left"]),
        ("[1;3A", ["alt+up"]),
        # modifiers alone
        *((f"[{code};2u", []) for code in (57358, 57359, 57360, *range(57441, 57455))),
    ],
)
def test_a_key_is_what_it_types(report: str, expected: list[str]) -> None:
    assert heard(f"\x1b{report}") == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (("\x1b", 1.0), ["escape"]),
        (("\x1b\x1b[A",), ["escape", "up"]),
        (("\x1b", "[", "A"), ["up"]),
        (("\x1b[", 1.0, "q"), ["alt+left_square_bracket", "q"]),
        (("\x1b]", 1.0, "q"), ["alt+right_square_bracket", "q"]),
        (("\x1bx",), ["alt+x"]),
        (("\x1b[1;", 1.0, "q"), ["q"]),
        (("\x1b[1;\x03",), ["ctrl+c"]),
        (("\x1b[1;é",), ["é"]),
        (("\x1b]0;title", 1.0, "q"), ["q"]),
        (("\x1bPabc\x03",), ["ctrl+c"]),
        (("\x1b[" + "1;" * 5000 + "A", "q"), ["q"]),
    ],
)
def test_a_sequence_that_is_cut_short_takes_no_other_key_with_it(
    sent: tuple[str | float, ...], expected: list[str]
) -> None:
    assert heard(*sent) == expected


@pytest.mark.parametrize(
    "reply",
    [
        *("[?62;4c", "[>41;354;0c", "[?31u", "[?1;2$y", "[4;1$y", "[12;40R", "[1;10R", "[0n", "[8;24;80t", "[4;6;8t"),
        *("]11;rgb:0000/0000/0000\x07", "]11;rgb:0000/0000/0000\x1b\\", "P>|xterm(380)\x1b\\", "P1+r544e=78\x1b\\"),
        *("_Gi=31;OK\x1b\\", "[<0;12;7M", "[<35;1;1m", "[32;5;7M", "[M !!", "[48;0;0;0;0t", "[48;99999;99999;1;1t"),
    ],
)
def test_a_reply_that_nobody_waits_for_is_no_key(reply: str) -> None:
    assert heard(f"\x1b{reply}", "q") == ["q"]


def test_sizes_focus_and_modes_are_passed_on() -> None:
    assert heard("\x1b[48;36;120;720;1200t") == ["120×36"]
    assert heard("\x1b[48;36:1;120;720:2;1200t") == ["120×36"]
    assert heard("\x1b[I\x1b[O") == ["AppFocus", "AppBlur"]
    assert heard("\x1b[?2026;2$y") == ["TerminalSupportsSynchronizedOutput"]
    assert heard("\x1b[?2048;2$y") == ["InBandWindowResize"]


@pytest.mark.parametrize("text", ["a\x1b[31mb\x1bq\n\x03c", "\x1b", "q\x1b[20", "\x1b[200~"])
@given(cuts=st.lists(st.integers(0, 40), max_size=4), wait=st.floats(0, 0.2))
def test_a_paste_is_its_text_in_its_order_wherever_it_is_cut(text: str, cuts: list[int], wait: float) -> None:
    whole = f"a\x1b[200~{text}\x1b[201~\x1b[Bz"
    places = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole) - 5)})
    line = Line()
    got = []
    for begin, end in pairwise(places):
        # An escape sequence on its own must not be cut for long, a paste may be.
        line.now += 0.01 if "\x1b[200~" not in whole[: begin + 1] else wait
        got += line.send(whole[begin:end])
    assert got == ["a", f"pasted {text}", "down", "z"]


def test_keys_have_their_effect_after_a_paste_that_never_ends() -> None:
    line = Line()
    assert line.send("\x1b[200~abc", 0.5, "q", 0.5, "]", 0.5) == []
    assert line.send(0.6) == ["pasted abc", "q", "]"]
    assert line.send("x") == ["x"]
    # what comes too late is still no key
    assert line.send("def\x1b[201~y") == ["pasted def", "y"]


def test_keys_that_are_pressed_again_and_again_do_not_keep_a_paste_open() -> None:
    line = Line()
    line.send("\x1b[200~")
    got = []
    for _ in range(80):
        line.now += 0.033
        got += line.send("]")
    assert got == ["]"] * 80


@pytest.mark.parametrize("ctrl_c", ["\x03", "\x1b[99;5u", "\x1b[1089;5u", "\x03\x03"])
@pytest.mark.parametrize("before", [(), (0.5,)])
def test_ctrl_c_gets_through_a_paste_that_never_ends(ctrl_c: str, before: tuple[float, ...]) -> None:
    assert heard("\x1b[200~abc", *before, ctrl_c, 0.3) == ["ctrl+c"]


def test_a_paste_that_is_too_long_is_dropped_and_takes_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bracketed_paste, "LONGEST_PASTE", 100_000)
    line = Line()
    line.send("\x1b[200~")
    tracemalloc.start()
    for _ in range(1000):
        line.send(b"x" * 4096)
    assert tracemalloc.get_traced_memory()[0] < 1_000_000
    tracemalloc.stop()
    assert line.send("\x1b[201~q") == [PasteTooLong.__name__, "q"]
    line.send("\x1b[200~" + "x" * 200_000)
    assert line.send("\x03", 0.3, "q") == ["ctrl+c", "q"]


def _pieces(seed: int, count: int) -> Iterator[bytes]:
    chance = random.Random(seed)
    for _ in range(count):
        piece = random_input(chance)
        while piece:
            cut = chance.randint(1, len(piece))
            yield piece[:cut]
            piece = piece[cut:]


def test_twenty_thousand_random_events_neither_end_nor_slow_nor_fill_it() -> None:
    line, slowest, levels = Line(), 0.0, []
    chance = random.Random(11)
    tracemalloc.start()
    for count, piece in enumerate(_pieces(11, 20_000)):
        begun = time.process_time()
        line.send(piece, chance.choice((0.0, 0.001, 0.05, 0.15)))
        slowest = max(slowest, time.process_time() - begun)
        if count % 5000 == 4999:
            levels.append(tracemalloc.get_traced_memory()[0])
        if count % 500 == 0:
            line.send(3.0)
            # half a character may come first
            assert line.send("\x1b[Aq\x03")[-3:] == ["up", "q", "ctrl+c"], f"after piece {count}"
    tracemalloc.stop()
    assert slowest < 2.0
    assert max(levels[1:]) < levels[0] + 1_000_000
