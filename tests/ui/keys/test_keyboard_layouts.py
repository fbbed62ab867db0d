"""Keys of other layouts: each acts by its place on the keyboard, and is itself where a person types."""

import pytest
from textual.widgets import Input

from rnn_tui.ui.terminal.input.keyboard_layouts import by_place, keys_by_place
from tests.ui.pressing import lab, press

# What a person on each layout types when they press these keys of a US keyboard.
PRESSED = {
    "fa": ("qwertasdfgzxcvbnm[];',", "ضصثقفشسیبلظطزرذدپجچکگو"),
    "ar": ("qwertasdfgzxcvnm[];',./", "ضصثقفشسيبلئءؤرىةجدكطوزظ"),
    "ru": ("qwertyasdfgzxcvbnm[];',.", "йцукенфывапячсмитьхъжэбю"),
    "uk": ("qwertyasdfgzxcvbnm[];',.", "йцукенфівапячсмитьхїжєбю"),
    "el": ("wertyuiopasdfghjklzxcvbnm", "ςερτυθιοπασδφγηξκλζχψωβνμ"),
    "he": ("ertyuiopasdfghjkl;zxcvbnm,.", "קראטוןםפשדגכעיחלךףזסבהנמצתץ"),
}
NAMES = {"[": "left_square_bracket", "]": "right_square_bracket", ";": "semicolon", "'": "apostrophe"} | {
    ",": "comma",
    ".": "full_stop",
    "/": "slash",
}


@pytest.mark.parametrize("language", PRESSED)
def test_each_letter_is_the_key_at_its_place(language: str) -> None:
    latin, local = PRESSED[language]
    found = keys_by_place(language)
    assert [found[letter] for letter in local] == [NAMES.get(key, key) for key in latin]


def test_without_a_locale_persian_and_all_the_others_are_known() -> None:
    found = keys_by_place("en")
    assert found == keys_by_place("fa")
    assert [found[letter] for letter in "لدئйЖπ۵٤"] == ["g", "n", "m", "q", "colon", "p", "5", "4"]
    assert found["arabic_question_mark"] == "question_mark"
    assert found["zero_width_non_joiner"] == "space"
    assert not any(key.isascii() and len(key) == 1 for key in found)


def test_modifiers_stay() -> None:
    assert by_place("ctrl+с") == "ctrl+c"
    assert by_place("shift+left") == "shift+left"
    assert by_place("g") == "g"


async def test_a_letter_of_another_layout_acts_and_is_typed_as_itself() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "ل")
        assert app.experiment.cell == "lstm"
        await press(pilot, "г", "د", "۴")
        assert (app.experiment.cell, app.experiment.seed, app.context) == ("rnn", 8, "spectrum")
        await press(pilot, "۱", "ف", "ctrl+г", "س", "ل", "\u200c", "т", "ctrl+ы")
        assert app.experiment.text == "سل\u200cт"
        await press(pilot, "؟", "؟", "љ")
        assert app.hint.text.startswith("‘љ’ does nothing here")
        await press(pilot, "Ж", "ط")
        assert app.screen.query_one(Input).value == "ط"
