"""Keyboard layouts: which key of a US keyboard has the place of a letter of another script, as Vim's `langmap` says it.

A key of the lab acts by its place on the keyboard, so nobody has to leave their own layout for it.
"""

import os
from collections.abc import Iterator, Mapping
from functools import cache

from textual.keys import _character_to_key

# The rows of a US keyboard, each layout's letters below the same ones; what is ASCII there acts as what it is.
_PLACES = "qwertyuiop[] asdfghjkl;' zxcvbnm,./ " + 'QWERTYUIOP{} ASDFGHJKL:" ZXCVBNM<>?'
_LAYOUTS: Mapping[str, str] = {
    # Where Persian and Arabic have the same letter on two keys, the first counts, or Arabic in an Arabic locale.
    "fa": "ضصثقفغعهخحجچ شسیبلاتنمکگ ظطزرذدپو./ "
    "\u0652\u064c\u064d\u064b\u064f\u0650\u064e\u0651][}{ ؤSيإأآة»«:؛ ك\u0653ژ\u0670B\u0654ء><؟",
    "ar": "ضصثقفغعهخحجد شسيبلاتنمكط ئءؤر\ufefbىةوزظ "
    "\u064e\u064b\u064f\u064c\ufef9إ`÷×؛<> \u0650\u064d][\ufef7أـ،/:\" ~\u0652{}\ufef5آ',.؟",
    "ru": "йцукенгшщзхъ фывапролджэ ячсмитьбю. ЙЦУКЕНГШЩЗХЪ ФЫВАПРОЛДЖЭ ЯЧСМИТЬБЮ,",
    "uk": "йцукенгшщзхї фівапролджє ячсмитьбю. ЙЦУКЕНГШЩЗХЇ ФІВАПРОЛДЖЄ ЯЧСМИТЬБЮ,",
    "el": ";ςερτυθιοπ[] ασδφγηξκλ΄' ζχψωβνμ,./ :΅ΕΡΤΥΘΙΟΠ{} ΑΣΔΦΓΗΞΚΛ¨\" ΖΧΨΩΒΝΜ<>?",
    "he": "/'קראטוןםפ][ שדגכעיחלךף, זסבהנמצתץ.",
}
_DIGITS = ("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩")
# The space of two layouts with Shift held, and the Persian key of Windows that has another letter elsewhere.
_OTHERS = (("\u200c", " "), ("ئ", "m"))


def by_place(key: str) -> str:
    """The name of the key that has the same place on a US keyboard: `g` for `ل`, `ctrl+c` for `ctrl+с`.

    A key that is in no layout is itself.
    """
    *held, last = key.split("+")
    return "+".join((*held, keys_by_place(_language(os.environ)).get(last, last)))


@cache
def keys_by_place(language: str) -> Mapping[str, str]:
    """The name of every key of the layouts, and the name of the US key at its place; one language's come first."""
    found: dict[str, str] = {}
    for local, latin in _pairs(language):
        if not local.isascii():
            found.setdefault(_character_to_key(local), _character_to_key(latin))
    return found


def _pairs(language: str) -> Iterator[tuple[str, str]]:
    if language in _LAYOUTS:
        yield from zip(_LAYOUTS[language], _PLACES, strict=False)
    yield from _OTHERS
    for digits in _DIGITS:
        yield from zip(digits, "0123456789", strict=True)
    for layout in _LAYOUTS.values():
        yield from zip(layout, _PLACES, strict=False)


def _language(environment: Mapping[str, str]) -> str:
    names = (environment.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    return next((name for name in names if name), "")[:2].lower()
