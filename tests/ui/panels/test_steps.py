"""Windows, marks and short numbers of the panels over time."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.lab.text.numbers import short_text
from rnn_tui.ui.panels.drawing.pen import Ink
from rnn_tui.ui.panels.drawing.phrases import fitted, said, wrapped
from rnn_tui.ui.panels.pairs import log10_cells
from rnn_tui.ui.panels.steps import binned, log10_ratio, spark, subscript, window
from rnn_tui.ui.screens.unroll.panels.cells.layout import cells_layout
from rnn_tui.ui.screens.unroll.panels.cells.units import arranged_units
from rnn_tui.ui.state.scene import WordColours

INK = Ink("#ffffff", "#000000")


@given(st.integers(1, 10_000), st.integers(1, 60), st.data())
def test_a_window_holds_the_selected_step(steps: int, room: int, data: st.DataObject) -> None:
    selected = data.draw(st.integers(0, steps - 1))
    shown = window(selected, steps, room)
    assert 0 <= shown.start <= selected < shown.stop <= steps
    assert shown.length == min(room, steps)


@given(st.integers(8, 60), st.integers(100, 1000))
def test_a_neighbour_stands_on_either_side_of_the_selected_step(room: int, steps: int) -> None:
    for selected in range(1, steps - 1):
        shown = window(selected, steps, room)
        assert shown.start < selected < shown.stop - 1


def test_a_window_stands_still_for_most_moves() -> None:
    windows = [window(selected, 1000, 8) for selected in range(400, 440)]
    assert len(set(windows)) <= 11


@given(st.integers(58, 240), st.integers(5, 30), st.integers(1, 300), st.integers(1, 300), st.data())
def test_the_cells_stand_within_the_panel(
    width: int, height: int, steps: int, hidden: int, data: st.DataObject
) -> None:
    place = cells_layout(
        width=width, height=height, steps=steps, hidden=hidden, selected=data.draw(st.integers(0, steps - 1))
    )
    assert place.column(place.steps.start) - place.boxed >= 0
    assert place.column(place.steps.stop - 1) + place.cell + place.boxed <= width
    assert 0 < place.units.shown <= hidden
    assert place.units.columns <= place.cell
    assert min(place.units.lines) >= place.units.reach
    assert max(place.units.lines) + place.units.reach <= place.up + place.down
    assert max(place.word, place.gradient, place.baseline + place.down - 1, place.overview) < height
    assert place.baseline - place.up > place.loss
    assert place.gap >= 5 or place.steps.length == 1


@pytest.mark.parametrize(
    ("hidden", "room", "up", "reach", "lines"),
    [(8, 8, 5, 5, (5,)), (20, 12, 5, 2, (2, 7)), (30, 12, 5, 1, (2, 5, 8)), (64, 16, 2, 0, (0, 1, 2, 3))],
)
def test_units_that_do_not_stand_in_a_row_stand_in_bands_and_then_are_signs(
    hidden: int, room: int, up: int, reach: int, lines: tuple[int, ...]
) -> None:
    units = arranged_units(hidden, room=room, up=up)
    assert (units.shown, units.reach, units.lines) == (hidden, reach, lines)
    assert units.per_row * len(units.lines) >= hidden


def test_signs_that_are_too_many_leave_room_for_their_count() -> None:
    units = arranged_units(1000, room=8, up=1)
    assert (units.reach, units.shown) == (0, 16 - len(" +984"))


def test_logarithms_within_a_decade_have_the_digits_that_tell_them_apart() -> None:
    assert log10_cells([-0.19, -0.17, -0.004], 6) == ["-0.19", "-0.17", " 0.00"]
    assert log10_cells([-0.19, -2.0, -math.inf], 6) == ["-0.2", "-2.0", "   0"]
    assert log10_cells([-0.19, -0.17], 4) == ["-0.2", "-0.2"]


def test_a_sparkline_tells_zero_and_unknown_from_small() -> None:
    assert spark([-3.0, 0.0, -math.inf, math.nan]) == "▁█·?"
    assert spark([2.0, 2.0]) == "▄▄"


def test_bins_keep_the_largest_value_and_the_unknown() -> None:
    assert binned(np.array([1.0, 5.0, 2.0, -math.inf]), 2) == [5.0, 2.0]
    assert math.isnan(binned(np.array([1.0, 1.0, math.nan, math.nan]), 2)[1])


@pytest.mark.parametrize(
    ("log10", "text"),
    [
        (math.log10(0.4321), "0.43"),
        (math.log10(0.97), "0.97"),
        (0.0, "1.00"),
        (math.log10(1.0523), "1.05"),
        (math.log10(12.34), "12"),
        (-5.5, "3.2e-6"),
        (-300.2, "10^-300"),
    ],
)
def test_factors_have_the_digits_that_tell_fading_from_growing(log10: float, text: str) -> None:
    assert short_text(log10) == text


def test_a_ratio_to_zero_is_unknown_and_of_zero_is_zero() -> None:
    assert log10_ratio(-math.inf, 0.0) == -math.inf
    assert math.isnan(log10_ratio(-math.inf, -math.inf))
    assert math.isnan(log10_ratio(1.0, -math.inf))
    assert log10_ratio(-1.0, 1.0) == -2


def test_steps_are_named_from_one() -> None:
    assert [subscript(step) for step in (0, 9, 10_000)] == ["₁", "₁₀", "₁₀₀₀₁"]


@given(st.integers(0, 80))
def test_phrases_fit_by_saying_less(width: int) -> None:
    phrases = [
        said(INK, "VANISHING", ranks=9),
        said(INK, "90 % of the memory in the last 3 words", "last 3 words", "", ranks=(1, 3)),
        said(INK, "clip off", "", ranks=2),
    ]
    texts = ["".join(text for text, _ in runs) for runs in fitted(phrases, width)]
    assert texts[0] == "VANISHING"
    assert len("   ".join(texts)) <= max(width, len("VANISHING"))
    ways = {"VANISHING", "90 % of the memory in the last 3 words", "last 3 words", "clip off"}
    assert set(texts) <= ways


def test_a_sentence_that_does_not_fit_says_so() -> None:
    assert wrapped("one two three four five six", 10, 2) == ["one two", "three …"]
    assert wrapped("One two. Three four five.", 12, 1) == ["One two. …"]
    assert wrapped("One two. Three four five.", 12, 3) == ["One two.", "Three four", "five."]


def test_a_word_keeps_its_colour_however_the_text_is_edited() -> None:
    colours = WordColours()
    before = dict(colours.of(("What", "time", "is", "it"), 8))
    after = colours.of(("Tell", "me", "What", "time", "it", "is"), 8)
    assert {word: after[word] for word in before} == before
    assert len({after[word] for word in ("Tell", "me", "What", "time", "it", "is")}) == 6


def test_colours_of_words_that_are_gone_are_free_again() -> None:
    colours = WordColours()
    for stage in ("h", "he", "hel", "hell", "hello"):
        colours.of(("What", stage), 4)
    assert len({colours.of(("What", "hello", "you", "all"), 4)[word] for word in ("What", "hello", "you", "all")}) == 4


def test_the_same_words_are_not_coloured_again() -> None:
    colours = WordColours()
    first = colours.of(("What", "time"), 8)
    assert colours.of(tuple(first), 8) is first
