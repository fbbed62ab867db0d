"""JSON and TOML documents: what they hold, or one sentence on why they cannot be read. Whatever is in them."""

import json
import re
from typing import Any, NoReturn

from rnn_tui.lab.text.safe_text import visible_text

MOST_NESTED = 32
MOST_TOML = 2**16  # bytes of a settings file or a theme: what a person writes by hand is far below
_TOML_PLACE = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL)
# `a.b.c.…`: tomllib takes minutes for a key of ten thousand parts
_DEEP_KEY = re.compile(rf"""(?<![\w"'-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){{{MOST_NESTED}}}""", re.ASCII)
_LONG_NUMBER = "a number of thousands of digits"


class DocumentError(ValueError):
    """A document that cannot be read: the reason, and the line (from 1) where that is known."""

    def __init__(self, what: str, line: int | None = None) -> None:
        self.what = visible_text(what)
        self.line = line
        super().__init__(self.what if line is None else f"line {line:,}: {self.what}")


def parse_json(text: str) -> Any:
    """The values of a strict JSON document.

    Raises:
        DocumentError: it is none; or it has NaN or Infinity, one key twice, a number of thousands of digits, or
            brackets within more than `MOST_NESTED` brackets.
    """
    try:
        found = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
    except json.JSONDecodeError as problem:
        raise DocumentError(f"not JSON: {_small(problem.msg)}", problem.lineno) from problem
    except DocumentError:
        raise
    except RecursionError as problem:
        raise _too_deep() from problem
    except ValueError as problem:  # Python reads no whole number of so many digits
        raise DocumentError(f"not JSON that can be read: {_LONG_NUMBER}") from problem
    _check_nesting(found)
    return found


def parse_toml(text: str) -> dict[str, Any]:
    """The values of a TOML document.

    Raises:
        DocumentError: it is none; or it has a number of thousands of digits, or brackets or parts of a key within more
            than `MOST_NESTED` others.
    """
    import tomllib

    if deep := _DEEP_KEY.search(text):
        raise DocumentError("a key of too many parts", text.count("\n", 0, deep.start()) + 1)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        place = _TOML_PLACE.fullmatch(str(problem))
        if place is None:
            raise DocumentError(f"not TOML: {_small(str(problem))}") from problem
        line = int(place["line"]) if place["line"] else text.count("\n") + 1
        raise DocumentError(f"not TOML: {_small(place['what'])}", line) from problem
    except RecursionError as problem:
        raise _too_deep() from problem
    except ValueError as problem:  # Python reads no whole number of so many digits
        raise DocumentError(f"not TOML that can be read: {_LONG_NUMBER}") from problem
    _check_nesting(found)
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise DocumentError(f"not JSON: {name} is no number there")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise DocumentError(f"{name[:40]!r} is there twice")
            seen.add(name)
    return found


def _check_nesting(found: object) -> None:
    """Refuses what is nested so deeply that no later work on it could be sure to end."""
    level = [found]
    for _ in range(MOST_NESTED):
        held = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        level = [value for values in held for value in values if isinstance(value, dict | list)]
        if not level:
            return
    raise _too_deep()


def _too_deep() -> DocumentError:
    return DocumentError("brackets within brackets, deeper than can be read")


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
