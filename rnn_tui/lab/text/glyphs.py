"""A person's words as cells of a terminal: their width, cut to fit, without characters that move their neighbours."""

import unicodedata
from collections.abc import Iterator

from rnn_tui.lab.text.safe_text import visible_character, visible_text

LEFT_TO_RIGHT = "\u200e"
_DIRECTIONS = {"R", "AL", "AN"}
_REGIONAL_A, _REGIONAL_Z = 0x1F1E6, 0x1F1FF
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_REPLACEMENT = "\ufffd"


def clusters(text: str) -> Iterator[tuple[str, int]]:
    """The grapheme clusters of a text, each with its width in cells (1 or 2).

    Control characters become visible, and a flag is shown as its letters. Of a cluster that terminals do not agree on
    (a joined or coloured emoji), the first character alone is shown, since every terminal gives it the same width.
    """
    if text.isascii() and text.isprintable():
        yield from ((char, 1) for char in text)
        return
    # loaded where it is needed: a text of ASCII words is on the screen sooner without it
    from wcwidth import iter_graphemes, wcswidth, wcwidth

    for grapheme in iter_graphemes(text):
        shown = "".join(map(_visible, grapheme))
        if not shown:
            continue
        if wcswidth(shown) != sum(max(wcwidth(char), 0) for char in shown):
            shown = shown[0]
        if ord(shown[0]) in _SKIN_TONES:
            shown = _REPLACEMENT
        width = wcswidth(shown)
        if width > 0:
            yield shown, width


def _visible(char: str) -> str:
    code = ord(char)
    if code < 0x20 or code == 0x7F:
        return visible_character(char)
    if _REGIONAL_A <= code <= _REGIONAL_Z:
        return chr(ord("A") + code - _REGIONAL_A)
    # Directional controls would reorder the columns beside the word; of characters newer than this Python's tables
    # nobody knows the width.
    if unicodedata.category(char) in ("Cc", "Cn", "Cs", "Zl", "Zp") or unicodedata.bidirectional(char) in (
        *("LRE", "RLE", "LRO", "RLO", "PDF"),
        *("LRI", "RLI", "FSI", "PDI"),
    ):
        return _REPLACEMENT
    if visible_text(char) != char:
        # A soft hyphen has a cell of its own; the others have none, and what is not seen is not sent.
        return _REPLACEMENT if char == "\xad" else ""
    return char


def visible_clusters(text: str) -> list[tuple[str, int]]:
    """All clusters of a word; one that has no visible character is named by its code points."""
    found = list(clusters(text))
    if found:
        return found
    return [(char, 1) for char in "+".join(f"U+{ord(char):04X}" for char in text)]


def word_width(text: str) -> int:
    """The cells that a word takes, uncut."""
    return sum(width for _, width in visible_clusters(text))


def cut(text: str, width: int) -> list[tuple[str, int]]:
    """The clusters of a word that fit into `width` cells, the last of them `…` where some do not."""
    found = visible_clusters(text)
    if sum(cells for _, cells in found) <= width:
        return found
    kept: list[tuple[str, int]] = []
    room = width - 1
    for cluster, cells in found:
        if cells > room:
            break
        kept.append((cluster, cells))
        room -= cells
    return [*kept, ("…", 1)] if width > 0 else []


def runs_right_to_left(text: str) -> bool:
    """Whether a bidirectional terminal would reorder the neighbours of this word."""
    return any(unicodedata.bidirectional(char) in _DIRECTIONS for char in text)
