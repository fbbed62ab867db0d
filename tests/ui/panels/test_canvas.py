"""The pen and the canvas: every row as wide as the panel whatever is written, and only what changed is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from rnn_tui.lab.text.glyphs import LEFT_TO_RIGHT
from rnn_tui.ui.panels.drawing.bars import bar
from rnn_tui.ui.panels.drawing.canvas import changed_regions, strip_of
from rnn_tui.ui.panels.drawing.frame import draw_frame
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from tests.ui.painting import palette

INK = Ink("#ffffff", "#000000")
OTHER = Ink("#ff0000", "#000000")
WORDS = ["What", "سلام", "日本語", "👩‍🚀", "👍🏽", "🇮🇷", "é", "a\tb", "\u200b", "क्षि", "x" * 50]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("x", [-1, 0, 3, 9])
@pytest.mark.parametrize("align", ["left", "centre", "right"])
def test_no_word_moves_what_stands_beside_it(word: str, x: int, align: str) -> None:
    pen = Pen(10, 1, INK)
    pen.word(x, 0, word, OTHER, width=6, align=align)
    assert len(pen.rows[0]) == 10
    assert sum(cell_len(char.replace(LEFT_TO_RIGHT, "")) for char, _ in pen.rows[0]) == 10


@given(st.lists(st.tuples(st.integers(-3, 12), st.sampled_from(WORDS), st.integers(0, 8)), max_size=6))
def test_words_over_words_leave_no_half_of_a_wide_character(writes: list[tuple[int, str, int]]) -> None:
    pen = Pen(10, 1, INK)
    for x, word, width in writes:
        pen.word(x, 0, word, OTHER, width=width)
    row = pen.rows[0]
    assert sum(cell_len(char) for char, _ in row) == 10
    for x, (char, _) in enumerate(row):
        wide = cell_len(char) == 2
        assert (x + 1 < 10 and row[x + 1][0] == "") == wide


def test_a_word_that_runs_right_to_left_is_set_apart_from_its_neighbours() -> None:
    pen = Pen(12, 1, INK)
    pen.word(2, 0, "سلام", OTHER, width=8)
    assert pen.lines()[0] == f"  {LEFT_TO_RIGHT}سلام{LEFT_TO_RIGHT}      "


def test_what_falls_outside_is_left_out() -> None:
    pen = Pen(4, 2, INK)
    pen.text(-2, 0, "abcdefgh", INK)
    pen.text(0, 5, "never", INK)
    assert pen.lines() == ["cdef", "    "]


def test_centred_text_stays_in_the_grid() -> None:
    pen = Pen(10, 1, INK)
    pen.centred(6, 0, 4, "123456", INK)
    assert pen.lines() == ["    123456"]


def test_blanks_cost_no_change_of_style() -> None:
    pen = Pen(20, 1, INK)
    pen.text(0, 0, "a", OTHER)
    pen.text(5, 0, "b", OTHER)
    pen.text(10, 0, "c", INK)
    strip = strip_of(pen.rows[0])
    assert [segment.text for segment in strip] == ["a    b    ", "c         "]
    assert strip.cell_length == 20


def test_a_piece_of_text_ends_at_a_directional_mark() -> None:
    pen = Pen(10, 1, INK)
    pen.word(0, 0, "سلام", OTHER, width=8)
    assert [segment.text for segment in strip_of(pen.rows[0])] == [f"سلام{LEFT_TO_RIGHT}", "      "]


def test_only_what_changed_is_refreshed() -> None:
    before, after = Pen(40, 3, INK), Pen(40, 3, INK)
    after.text(5, 1, "abc", INK)
    after.text(10, 1, "d", INK)
    after.text(35, 1, "e", INK)
    found = [tuple(region) for region in changed_regions(before.rows, after.rows)]
    assert found == [(5, 1, 6, 1), (35, 1, 1, 1)]
    assert not list(changed_regions(after.rows, after.rows))


def test_a_change_of_size_refreshes_every_row() -> None:
    before, after = Pen(10, 2, INK), Pen(12, 2, INK)
    assert [region.width for region in changed_regions(before.rows, after.rows)] == [12, 12]


def test_a_wide_character_is_refreshed_whole() -> None:
    before, after = Pen(10, 1, INK), Pen(10, 1, INK)
    before.word(3, 0, "日", INK, width=2)
    after.word(3, 0, "x", INK, width=2)
    assert [tuple(region) for region in changed_regions(before.rows, after.rows)] == [(3, 0, 2, 1)]


@pytest.mark.parametrize(("value", "rows"), [(1.0, ["█", "█", " ", " "]), (0.5, [" ", "█", " ", " "])])
def test_a_positive_bar_stands_on_the_line(value: float, rows: list[str]) -> None:
    pen = Pen(1, 4, INK)
    bar(pen, 0, 2, 1, value, up=2, down=2, colour="#00ff00")
    assert pen.lines() == rows


def test_a_negative_bar_hangs_from_the_line() -> None:
    pen = Pen(1, 4, INK)
    bar(pen, 0, 2, 1, -0.75, up=2, down=2, colour="#ff00ff")
    assert pen.rows[2][0][1].ground == "#ff00ff"
    assert pen.rows[3][0] == ("▄", Ink("#000000", "#ff00ff"))
    assert pen.lines()[:2] == [" ", " "]


def test_a_small_value_is_seen_and_zero_is_a_dot() -> None:
    pen = Pen(2, 2, INK)
    bar(pen, 0, 1, 1, 1e-12, up=1, down=1, colour="#00ff00")
    bar(pen, 1, 1, 1, 0.0, up=1, down=1, colour="#00ff00")
    assert pen.lines()[0] == "▁·"


def test_keys_in_the_frame_give_way_to_the_title() -> None:
    for width, shown in (
        (40, "A title ──────── v view  m measure ─╮"),
        (24, "A title ─── v view ─╮"),
        (14, "A title ──╮"),
    ):
        pen = Pen(width, 3, INK)
        keys = (("v", "view"), ("m", "measure"))
        draw_frame(pen, palette(), "A title", keys=keys, foot=(), compact=False)
        assert shown in pen.lines()[0]
        assert len(pen.lines()[0]) == width


def test_a_compact_frame_is_one_line_and_keeps_the_foot_where_there_is_room() -> None:
    pen = Pen(50, 3, INK)
    draw_frame(pen, palette(), "Title", keys=(("v", "view"),), foot=("what it is",), compact=True)
    assert pen.lines()[0].startswith("─ Title · what it is ──")
    assert pen.lines()[1:] == [" " * 50] * 2


def test_a_strip_prints_every_cell() -> None:
    pen = Pen(12, 1, INK)
    pen.word(0, 0, "日本", OTHER, width=8)
    pen.text(6, 0, "ok", INK)
    assert strip_of(pen.rows[0]).text == "日本  ok    "


def test_one_wide_character_in_place_of_another_is_refreshed_whole() -> None:
    before, after = Pen(10, 1, INK), Pen(10, 1, INK)
    before.word(3, 0, "日", INK, width=2)
    after.word(3, 0, "本", INK, width=2)
    assert [tuple(region) for region in changed_regions(before.rows, after.rows)] == [(3, 0, 2, 1)]
