"""Numbers as a person types them, in every flag, prompt and edit of W; among the forms are those that are printed."""

import math
import re

_MINUS = "−"
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_RAISED = re.compile(r"(?<=10)[⁰¹²³⁴-⁹⁺⁻]+")
_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"
_DECIMAL = rf"(?:{_DIGITS}(?:\.[0-9]*)?|\.[0-9]+)"
_WHOLE = re.compile(rf"[+-]?{_DIGITS}")
_REAL = re.compile(rf"([+-]?{_DECIMAL})(?:[eE]([+-]?[0-9]+))?")
_POWER = re.compile(rf"([+-]?)(?:({_DECIMAL}) ?[·×*] ?)?10\^([+-]?{_DECIMAL})")


def parse_whole(text: str) -> int:
    """The whole number that a text spells: the digits 0 to 9, with a sign or without; `1,000` is 1000.

    Raises:
        ValueError: it spells none, or one of more digits than Python reads.
    """
    written = _in_ascii(text)
    if _WHOLE.fullmatch(written) is None:
        raise ValueError("no whole number")
    return int(written.replace(",", ""))


def parse_real(text: str) -> float:
    """The number that a text spells: `0.9`, `−0.30`, `3.1e−3`, `1,000.5`, `10^-214`, `3·10^2`, `3.1×10⁻³`.

    One beyond float64 is infinite, or zero. Words such as `nan` and `inf` spell no number, nor do digits with `_`
    between them.

    Raises:
        ValueError: it spells none.
    """
    written = _in_ascii(text)
    if found := _REAL.fullmatch(written):
        return float(f"{found[1].replace(',', '')}e{found[2] or 0}")
    if found := _POWER.fullmatch(written):
        times, power = (float((part or "1").replace(",", "")) for part in found.groups()[1:])
        if abs(power) > 1e6 or not math.isfinite(times):
            raise ValueError("no number that can be worked with")
        # 10**power by itself may leave float64's range where the whole does not.
        below = math.floor(power)
        return float(f"{found[1]}{times * 10 ** (power - below)!r}e{below}") if times else 0.0
    raise ValueError("no number")


def _in_ascii(text: str) -> str:
    """The text with `-` for the printed minus, and `^-3` for a raised ⁻³."""
    written = text.strip().replace(_MINUS, "-")
    return _RAISED.sub(lambda raised: f"^{raised[0].translate(_SUPERSCRIPTS)}", written)
