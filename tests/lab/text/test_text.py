"""Text into tokens: nothing is lost, nothing is changed, no character is torn apart."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.lab.text.tokens import MOST_TOKENS, TextError, Tokens, tokenise


@given(st.text())
def test_words_are_the_text_without_its_white_space(text: str) -> None:
    if not text.split():
        with pytest.raises(TextError):
            tokenise(text, "words")
        return
    tokens = tokenise(text, "words")
    assert "".join(tokens) == "".join(char for char in text if not char.isspace())
    assert all(tokens)
    assert tokenise(" ".join(tokens), "words") == tokens


@given(st.text())
def test_characters_are_the_text_itself(text: str) -> None:
    if not text.strip():
        with pytest.raises(TextError):
            tokenise(text, "chars")
        return
    tokens = tokenise(text, "chars")
    assert "".join(tokens) == text.rstrip("\r\n")
    assert all(tokens)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("What time is it?", ("What", "time", "is", "it?")),
        ("  twice\ttwice\n", ("twice", "twice")),
        ("ساعت چند است؟", ("ساعت", "چند", "است؟")),
        ("می‌خواهم", ("می‌خواهم",)),
        ("现在几点", ("现在几点",)),
        ("\u00a0no\u00a0break\u3000wide", ("no", "break", "wide")),
        ("e\u0301te\u0301", ("e\u0301te\u0301",)),
    ],
)
def test_words_of_many_scripts(text: str, tokens: tuple[str, ...]) -> None:
    assert tokenise(text, "words") == tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("现在几点\n", ("现", "在", "几", "点")),
        ("e\u0301a", ("e\u0301", "a")),
        ("👩‍👩‍👧!", ("👩‍👩‍👧", "!")),
        ("🇯🇵🇫🇷", ("🇯🇵", "🇫🇷")),
        ("a b", ("a", " ", "b")),
        ("a\r\nb", ("a", "\r\n", "b")),
    ],
)
def test_characters_as_a_person_sees_them(text: str, tokens: tuple[str, ...]) -> None:
    assert tokenise(text, "chars") == tokens


@pytest.mark.parametrize("tokens", get_args(Tokens))
def test_a_huge_text_is_refused_before_all_of_it_is_looked_through(tokens: Tokens) -> None:
    for text in ("a " * (MOST_TOKENS + 1), "e\u0301 " * 2**22):
        with pytest.raises(TextError, match="more than 100,000 steps, the most that can be measured"):
            tokenise(text, tokens)


def test_the_largest_text_is_taken() -> None:
    assert len(tokenise("a " * MOST_TOKENS, "words")) == MOST_TOKENS
