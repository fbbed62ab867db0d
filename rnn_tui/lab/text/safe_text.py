"""A person's text on its way to a terminal, a CSV or a JSON: nothing of it acts there, and nothing of it is lost.

What a terminal would act on are the control characters (C0, DEL, C1) and those that change the direction of
their neighbours; what would be taken in without being seen are the other format characters, line separators and
halves of surrogate pairs. Of the format characters two belong to the spelling of words and stay: the zero-width
non-joiner and joiner.
"""

import json
import re

_CONTROLS = "\x00-\x1f\x7f"
_HIDDEN = (
    "\x80-\x9f\xad\u061c\u070f\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
_ACTING = re.compile(f"[{_CONTROLS}{_HIDDEN}]")
_UNSEEN = re.compile(f"[\x7f{_HIDDEN}]")
# A spreadsheet calculates what begins so; where `;` parts the cells, also what follows one.
_FORMULA = r"(?:(?<![^;])[=+\-@＝＋－＠])"
_CELL = re.compile(rf"[{_CONTROLS}{_HIDDEN}\\]|{_FORMULA}")
_PICTURES = 0x2400
_REPLACEMENT = "\ufffd"


def visible_text(text: str, keep: str = "") -> str:
    """The text with a picture in the place of every character that acts: `␛` for ESC, `�` where there is none.

    As many characters as before. Those of `keep` stay as they are.
    """
    return _ACTING.sub(lambda found: found[0] if found[0] in keep else visible_character(found[0]), text)


def visible_character(character: str) -> str:
    """The visible replacement of a control character."""
    code = ord(character)
    if code < 0x20:
        return chr(_PICTURES + code)
    return "␡" if code == 0x7F else _REPLACEMENT


def csv_cell(text: str) -> str:
    r"""The text as a cell of a CSV: what acts there is escaped as in JSON, `\u001b`, and a backslash is `\\`.

    So is the sign that begins a formula (`=`, `+`, `-`, `@`), of which a spreadsheet makes a number or a command.
    """
    return _CELL.sub(lambda found: "\\\\" if found[0] == "\\" else _escape(found[0]), text)


def json_text(value: object, *, indent: int | None = None) -> str:
    r"""The value as strict JSON that any terminal can show: what acts there is written as `\u202e`.

    Raises:
        ValueError: a number that is not finite.
    """
    document = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    if document.isascii() and "\x7f" not in document:
        return document
    return _UNSEEN.sub(lambda found: _escape(found[0]), document)


def _escape(character: str) -> str:
    return json.dumps(character)[1:-1] if ord(character) > 0x7F else f"\\u{ord(character):04x}"
