"""Key sequences: the keys that one character or one escape sequence means.

Textual's tables name the keys; its parser is not used, for it raises on valid reports of the kitty keyboard protocol
(https://sw.kovidgoyal.net/kitty/keyboard-protocol/), and types what it does not know as single keys.
"""

import re
from collections.abc import Iterator

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS, MODIFIER_FUNCTIONAL_KEYS
from textual.events import Key
from textual.keys import _character_to_key

_REPORT = re.compile(r"\x1b\[([\d:]*)(?:;([\d:]*))?(?:;([\d:]*))?([u~ABCDEFHPQS])")
# xterm's modifyOtherKeys says the same as the kitty protocol in another order
_OTHER_KEY = re.compile(r"\x1b\[27;(\d+);(\d+)~")
_RELEASED = 3
_MODIFIERS = ("shift", "alt", "ctrl", "super", "hyper", "meta")
# with one of these held, a key types nothing
_COMMANDING = frozenset({"ctrl", "super", "hyper", "meta"})
# Keys that type nothing and that no program is asked to act on.
_SILENT = MODIFIER_FUNCTIONAL_KEYS | {
    *("kp_begin", "caps_lock", "scroll_lock", "num_lock", "lower_volume", "raise_volume", "mute_volume"),
    *("media_play", "media_pause", "media_play_pause", "media_reverse", "media_stop", "media_fast_forward"),
    *("media_rewind", "media_track_next", "media_track_previous", "media_record"),
}
_KEYPAD = {
    **{str(digit): str(digit) for digit in range(10)},
    "decimal": ".",
    "divide": "/",
    "multiply": "*",
    "subtract": "-",
    "add": "+",
    "equal": "=",
    "separator": ",",
}
# The keypad's application mode: Textual's table has the others.
_APPLICATION_KEYPAD = {"\x1bOX": "=", "\x1bOl": ","}
# What is the same key to a terminal without the kitty protocol.
_SAME = {
    **{f"shift+{name}": name for name in ("space", "backspace", "enter", "escape", "delete")},
    "ctrl+h": "backspace",
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+left_square_bracket": "escape",
}
_CHARACTERS = {"space": " ", "enter": "\r", "tab": "\t", "backspace": "\x7f", "escape": "\x1b"}


def character_keys(character: str) -> Iterator[Key]:
    """The key that sends this one character: a control character's own, or the key that types it."""
    known = ANSI_SEQUENCES_KEYS.get(character)
    if 0x80 <= ord(character) < 0xA0:
        return  # no key sends one of these control characters in UTF-8
    if isinstance(known, tuple):
        for key in known:
            yield _key(key.value)
    else:
        yield _typed(character)


def alt_keys(character: str) -> Iterator[Key]:
    """The keys that ESC and a character mean: what Textual's table says, or Alt with that key."""
    known = ANSI_SEQUENCES_KEYS.get(f"\x1b{character}")
    if known is not None:
        yield from _of_table(f"\x1b{character}")
    elif not character.isprintable():
        yield from character_keys(character)
    elif character.isupper():
        yield Key(f"alt+shift+{character.lower()}", None)
    else:
        yield Key(f"alt+{_character_to_key(character)}", None)


def sequence_keys(sequence: str) -> Iterator[Key]:
    """The keys that a complete control sequence, ESC [ … or ESC O …, reports; none where it reports no key press."""
    if other := _OTHER_KEY.fullmatch(sequence):
        sequence = f"\x1b[{other[2]};{other[1]}u"
    report = _REPORT.fullmatch(sequence)
    # With modifiers, Textual's table splits Alt+↑ into Escape and ↑.
    if report is None or (report[2] is None and sequence in ANSI_SEQUENCES_KEYS):
        yield from _of_table(sequence)
    else:
        yield from _reported(report[1], report[2] or "", report[3] or "", report[4])


def _of_table(sequence: str) -> Iterator[Key]:
    known = _APPLICATION_KEYPAD.get(sequence) or ANSI_SEQUENCES_KEYS.get(sequence)
    if isinstance(known, str):
        yield _typed(known)
    elif isinstance(known, tuple):
        for key in known:
            yield _key(key.value)


def _reported(code: str, modifiers: str, text: str, end: str) -> Iterator[Key]:
    """The keys of a report `ESC [ code:shifted:base ; modifiers:event ; text u`, each field one that may be missing."""
    numbers = _numbers(code)
    number = numbers[0] if numbers else 1
    bits, event = [*_numbers(modifiers), None, None][:2]
    if number is None or event == _RELEASED:
        return
    held = {name for place, name in enumerate(_MODIFIERS) if ((bits or 1) - 1) >> place & 1}
    name = FUNCTIONAL_KEYS.get(f"{number}{end}")
    if name in _SILENT:
        return
    typed = [each for each in map(_character, _numbers(text)) if each is not None and each.isprintable()]
    if typed and not held & _COMMANDING:
        yield from map(_typed, typed)
        return
    if name is not None:
        yield from _functional(name, held)
    elif end == "u" and (character := _character(number)) is not None:
        if held == {"shift"}:
            shifted = _character(numbers[1]) if len(numbers) > 1 else None
            yield _typed(shifted or (character.upper() if len(character.upper()) == 1 else character))
        elif held:
            yield _key(_held(held, _character_to_key(character)))
        else:
            yield from character_keys(character)


def _functional(name: str, held: set[str]) -> Iterator[Key]:
    character = _KEYPAD.get(name)
    if character is None:
        yield _key(_held(held, name))
    elif held <= {"shift"}:
        yield _typed(character)
    else:
        yield _key(_held(held, _character_to_key(character)))


def _held(held: set[str], name: str) -> str:
    return "+".join((*sorted(held), name))


def _key(name: str) -> Key:
    name = _SAME.get(name, name)
    return Key(name, _CHARACTERS.get(name))


def _typed(character: str) -> Key:
    return Key(_character_to_key(character), character)


def _numbers(field: str) -> list[int | None]:
    """The numbers of a field, `97:65`; None for one that is missing, or too long to be one."""
    return [int(part) if 0 < len(part) < 9 else None for part in field.split(":")] if field else []


def _character(number: int | None) -> str | None:
    """The character of a code point; None where there is none that a person could type."""
    if number is None or not 0x20 <= number <= 0x10FFFF or 0x7F <= number < 0xA0 or 0xD800 <= number < 0xE000:
        return None
    return chr(number)
