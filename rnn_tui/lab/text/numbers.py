"""Numbers as the person reads them: only the digits that mean something."""

import math

_PLAIN = range(-2, 4)
_MOST_DIGITS = 7
_EQUAL = 1e-12  # two numbers that W was scaled to agree within this, relative
_SUPERSCRIPTS = str.maketrans("-−0123456789", "⁻⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LEAST_PERCENT, _MOST_TIMES = -3.0, 3.0  # log10: beyond, a size is printed as a power of ten
_AS_LARGE = 1e-6  # relative, of two sizes that are printed as equal


def number_text(value: float) -> str:
    """A number with three significant digits: `0.432`, `14.2`, `3.1e-3`; exact zero is `0`."""
    if value == 0:
        return "0"
    return log10_text(math.log10(abs(value)), sign="−" if value < 0 else "")


def log10_text(log10: float, *, sign: str = "") -> str:
    """The number 10**log10, which need not fit a float: `0.43`, `14.2`, `3.1e-3`, `10^-214`.

    −inf is a true zero, `0`; NaN is unknown, `?`.
    """
    if math.isnan(log10):
        return "?"
    if math.isinf(log10):
        return "0" if log10 < 0 else f"{sign}∞"
    if not -99 <= math.floor(log10 + 1e-9) < 100:
        return f"{sign}10^{log10:.0f}"
    value = 10.0**log10
    exponent = int(f"{value:.2e}".split("e")[1])
    if exponent in _PLAIN:
        return f"{sign}{value:.{max(0, min(2 - exponent, 3))}f}"
    mantissa, power = f"{value:.1e}".split("e")
    return f"{sign}{mantissa}e{int(power)}"


def of_whole_text(share: float) -> str:
    """A part of a whole that may be larger than it: `55.0 % of the whole`, `127 times the whole`."""
    return f"{number_text(100 * share)} % of the whole" if share < 1 else f"{number_text(share)} times the whole"


def apart_text(value: float, *bounds: float, digits: int = 3) -> str:
    """A number with as many significant digits, `digits` at least, as leave it on its own side of every bound.

    What equals a bound to rounding is printed as that bound. What more than seven digits would take is printed by its
    distance: `1 − 4e-9`.
    """
    if value == 0 or not math.isfinite(value) or math.floor(math.log10(abs(value)) + 1e-9) not in _PLAIN:
        return number_text(value)
    for count in range(digits, _MOST_DIGITS + 1):
        exponent = int(f"{value:.{count - 1}e}".split("e")[1])
        text = f"{value:.{max(0, count - 1 - exponent)}f}"
        if all(side_of_bound(float(text), bound) == side_of_bound(value, bound) for bound in bounds):
            return text.replace("-", "−")
    near = min(bounds, key=lambda bound: abs(value - bound))
    return f"{near:g} {'+' if value > near else '−'} {abs(value - near):.0e}".replace("e-0", "e-")


def side_of_bound(value: float, bound: float) -> int:
    """−1 below the bound, 1 above it, 0 where the two are equal to rounding."""
    return 0 if abs(value - bound) <= _EQUAL * abs(bound) else 1 if value > bound else -1


def compared_text(value: float, bound: float) -> str:
    """How a number compares to a bound, true of the numbers as they are printed: `0.9996 < 1`, `1.00 = 1`."""
    return f"{apart_text(value, bound)} {'<=>'[side_of_bound(value, bound) + 1]} {bound:g}"


def short_text(log10: float) -> str:
    """A factor given by its log10, with two significant digits: `0.43`, `12`, `3.1e-3`, `10^-214`.

    From 1 to 10 it has two decimals, as just below 1: growing and fading may differ in the second of them only, `1.05`.
    Where two digits would make it 1 it has as many as it differs by: a step of `0.9996` fades.
    """
    if not math.isfinite(log10) or not -2 <= math.floor(log10 + 1e-9) < 4:
        return log10_text(log10)
    digits = 3 if -_EQUAL < log10 < 1 else 2
    nats = log10 * math.log(10.0)
    if _EQUAL < abs(nats) < 10.0**-_MOST_DIGITS:
        return apart_text(1.0 + math.expm1(nats), 1.0)
    return apart_text(10.0**log10, 1.0, digits=digits)


def size_text(log10: float) -> str:
    """How large one size is beside another, of which it is 10**log10 times: `10 % as large`, `2.1 times as large`.

    On its own side of ½, 1 and 2; far from them a power of ten, `3.9·10⁸ times as large`. A true zero is `0 times as
    large`.
    """
    if abs(log10) * math.log(10.0) < _AS_LARGE:
        return "as large"
    if _LEAST_PERCENT <= log10 < 0:
        return f"{apart_text(10.0 ** (log10 + 2.0), 50.0, 100.0, digits=2)} % as large"
    if 0 <= log10 < _MOST_TIMES:
        return f"{apart_text(10.0**log10, 1.0, 2.0, digits=2)} times as large"
    return f"{power_of_ten(log10)} times as large"


def power_of_ten(log10: float) -> str:
    """The number 10**log10 with at most two digits before a power of ten: `3.9·10⁸`, `10⁻¹¹`, `10⁻²⁰⁰⁰`; `0`, `∞`."""
    if not math.isfinite(log10):
        return log10_text(log10)
    if abs(log10) >= 100:
        return f"10{f'{log10:.0f}'.translate(_SUPERSCRIPTS)}"
    mantissa, power = f"{10.0**log10:.1e}".split("e")
    digits = "" if mantissa == "1.0" else f"{mantissa.removesuffix('.0')}·"
    return f"{digits}10{str(int(power)).translate(_SUPERSCRIPTS)}"


def setting_text(value: float) -> str:
    """A number that the person set: two decimals where they say it all (`0.90`), else as short as it is exact."""
    if abs(value) < 1000 and round(value, 2) == value:
        return f"{value:.2f}"
    return f"{value:.6g}"


def scale_text(value: float) -> str:
    """A scale of W that the person set, as it is printed on its own side of 1: `0.90`, `1 + 1e-8`."""
    text = setting_text(value)
    return text if side_of_bound(float(text), 1.0) == side_of_bound(value, 1.0) else apart_text(value, 1.0)


def coordinate_text(value: float) -> str:
    """A number with so many digits, six, that a small step of it is seen: `5.00264`."""
    if not math.isfinite(value):
        return "−∞" if value < 0 else "∞"
    if value != 0 and not 1e-4 <= abs(value) < 1e6:
        return number_text(value)
    return f"{value:.6g}".replace("-", "−")


def point_text(w: float, b: float) -> str:
    """A point in the plane: `(5.00264, −2.60809)`."""
    return f"({coordinate_text(w)}, {coordinate_text(b)})"


def exponent_text(value: float | None) -> str:
    """A Lyapunov exponent with its sign: `−0.35`, `+0.22`, `−∞`; `–` where there is none."""
    if value is None:
        return "–"
    if value == float("-inf"):
        return "−∞"
    if abs(value) >= 100:
        return f"{'+' if value > 0 else ''}{number_text(value)}"
    return f"{value:+.2f}".replace("-", "−")


def count_text(numbers: int) -> str:
    """A number of parameters: `621`, `3,636`, `1.2 M`."""
    return f"{numbers:,}" if numbers < 10**6 else f"{numbers / 10**6:.1f} M"
