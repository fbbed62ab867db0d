"""A person's words as cells: the width that every terminal gives them, cut where they do not fit, nothing unseen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.lab.text.glyphs import clusters, cut, runs_right_to_left, word_width
from tests.escaping import FORBIDDEN


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("abc", [("a", 1), ("b", 1), ("c", 1)]),
        ("日本", [("日", 2), ("本", 2)]),
        ("e\u0301x", [("e\u0301", 1), ("x", 1)]),
        # of what terminals do not agree on, the first character alone
        ("👩‍🚀", [("👩", 2)]),
        ("👍🏽", [("👍", 2)]),
        ("🇮🇷", [("IR", 2)]),
        ("\x07\x7f", [("␇", 1), ("␡", 1)]),
        ("\u202e\ud800", [("\ufffd", 1), ("\ufffd", 1)]),
        ("\u200b", []),
    ],
)
def test_what_is_seen_of_a_text_and_its_cells(text: str, shown: list[tuple[str, int]]) -> None:
    assert list(clusters(text)) == shown


ACTING = st.sampled_from("\x1b\x7f\x9b\xad\u061c\u200b\u200e\u2028\u202e\u2066\ufeff\ud800\U000e0041")


@given(st.text(st.one_of(ACTING, st.characters()), max_size=12))
def test_nothing_that_acts_is_shown(text: str) -> None:
    assert FORBIDDEN.search("".join(shown for shown, _ in clusters(text))) is None


def test_a_word_without_a_visible_character_is_named() -> None:
    assert "".join(char for char, _ in cut("\u200b", 20)) == "U+200B"


@given(st.text(max_size=12), st.integers(0, 12))
def test_a_cut_word_fits_and_one_that_fits_is_not_cut(text: str, width: int) -> None:
    pieces = cut(text, width)
    used = sum(cells for _, cells in pieces)
    assert used <= width
    assert all(cells in (1, 2) for _, cells in pieces)
    if word_width(text) <= width:
        assert used == word_width(text)
    elif width:
        assert pieces[-1] == ("…", 1)
        assert used >= width - 1


@pytest.mark.parametrize(("text", "runs"), [("سلام", True), ("שלום", True), ("٣", True), ("abc", False), ("日", False)])
def test_which_words_a_bidirectional_terminal_would_move(text: str, runs: bool) -> None:
    assert runs_right_to_left(text) == runs
