"""Text into tokens: one token a step, kept exactly as the user wrote it."""

from itertools import islice
from typing import Literal

Tokens = Literal["words", "chars"]

END_OF_TEXT = "<eos>"
MOST_TOKENS = 100_000  # some seconds of measuring


class TextError(ValueError):
    """A text that cannot be measured; its message is a sentence for the person."""


def tokenise(text: str, tokens: Tokens) -> tuple[str, ...]:
    """The T tokens of a text.

    `words` splits at white space and changes nothing else. `chars` gives one token a user-perceived character
    (a grapheme cluster, Unicode UAX #29), so that a combining mark or a joined emoji stays with its base;
    line ends at the close of the text are not characters of it.

    Raises:
        TextError: no token, or more than `MOST_TOKENS`; no more of the text than that is read.
    """
    found = tuple(text.split(maxsplit=MOST_TOKENS)) if tokens == "words" else _characters(text.rstrip("\r\n"))
    if not found or (tokens == "chars" and not text.strip()):
        raise TextError("the text is empty: give it at least one word")
    if len(found) > MOST_TOKENS:
        raise TextError(f"the text has more than {MOST_TOKENS:,} steps, the most that can be measured")
    return found


def _characters(text: str) -> tuple[str, ...]:
    # loaded where it is needed: a text of words is on the screen sooner without it
    from wcwidth import iter_graphemes

    return tuple(islice(iter_graphemes(text), MOST_TOKENS + 1))
