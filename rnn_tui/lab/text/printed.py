"""Lines of text for a reader, as they are printed: nothing in them acts on a terminal, and any stream can show them."""

import re
from collections.abc import Iterable
from typing import TextIO

from rnn_tui.lab.text.glyphs import LEFT_TO_RIGHT
from rnn_tui.lab.text.safe_text import visible_text

_NAMES = [
    "gamma",
    "delta",
    "epsilon",
    "eta",
    "theta",
    "lambda",
    "mu",
    "pi",
    "rho",
    "sigma",
    "tau",
    "phi",
    "chi",
    "psi",
    "omega",
    "Delta",
    "sum",
    "product",
]
_GREEK = dict(zip("γδεηθλμπρστφχψωΔΣΠ", _NAMES, strict=True))
_SPELLINGS = [
    "-",
    "-",
    "-",
    "x",
    "*",
    "*",
    "+/-",
    "d",
    "|",
    "|",
    ">=",
    "<=",
    "!=",
    "~",
    "inf",
    "<-",
    "->",
    "^",
    "v",
    "...",
    '"',
    '"',
    "'",
    "'",
    "1/2",
    "1/4",
]
_SPELLED = {
    **dict(zip("−–—×·⊙±∂‖∥≥≤≠≈∞←→↑↓…“”‘’½¼", _SPELLINGS, strict=True)),
    "∇": "grad ",
    "°": " deg",
    "√": "sqrt ",
    LEFT_TO_RIGHT: "",
}
_SMALL = {
    "^": str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0123456789+-n"),
    "_": str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"),
}
_RUN = re.compile(r"[⁰¹²³⁴-⁹⁺⁻ⁿ]+|[₀-₉]+|[^\x00-\x7f]")
_GAP = re.compile(r"( {2,})")
_INDENT = 2


def write_lines(lines: Iterable[str], out: TextIO) -> None:
    """Writes each line, with a picture in the place of what would act and in ASCII what the stream's encoding lacks."""
    encoding = out.encoding or "utf-8"
    out.writelines(f"{encodable(visible_text(line, keep=LEFT_TO_RIGHT), encoding).rstrip()}\n" for line in lines)


def encodable(line: str, encoding: str) -> str:
    """The line with its signs as ASCII where the encoding lacks them: `−0.30` is `-0.30`, `ρ(W) ≥ 1` is `rho(W) >= 1`.

    What follows a gap of two spaces or more stays at its column where the gaps have room. Letters that are no
    signs of the program are left to the stream.
    """
    if _has(line, encoding):
        return line
    parts, debt = _GAP.split(line.replace(" · ", ", ") if not _has("·", encoding) else line), 0
    for i in range(0, len(parts), 2):
        before, parts[i] = parts[i], _spelled(parts[i], encoding)
        debt += _cells(parts[i]) - _cells(before)
        # What ends the line and is no heading begins where it began.
        free = i + 1 == len(parts) and " " in before
        for gap in (i - 1, i + 1):
            if 0 < gap < len(parts) and not free:
                debt = _taken(parts, gap, debt, least=1 if parts[0] or gap > 1 else _INDENT)
    return "".join(parts)


def _taken(parts: list[str], gap: int, debt: int, *, least: int) -> int:
    """Takes from a gap what was written too much, as far as it has room; what is still too much."""
    taken = max(0, min(debt, len(parts[gap]) - least))
    parts[gap] = " " * (len(parts[gap]) - taken)
    return debt - taken


def _spelled(text: str, encoding: str) -> str:
    def ascii_of(found: re.Match[str]) -> str:
        sign = found[0]
        if _has(sign, encoding):
            return sign
        if name := _GREEK.get(sign):
            return f" {name}" if text[: found.start()][-1:].isalnum() else name
        for mark, digits in _SMALL.items():
            if ord(sign[0]) in digits:
                return mark + sign.translate(digits)
        return _SPELLED.get(sign, sign)

    return _RUN.sub(ascii_of, text)


def _has(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _cells(text: str) -> int:
    """The cells that a text takes."""
    from wcwidth import wcswidth

    return max(0, wcswidth(text))
