"""Numbers as the person reads them: only the digits that mean something."""

import math

_PLAIN = range(-2, 4)


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
    exponent = math.floor(log10 + 1e-9)
    if abs(exponent) >= 100:
        return f"{sign}10^{log10:.0f}"
    value = 10.0**log10
    if exponent in _PLAIN:
        return f"{sign}{value:.{max(0, min(2 - exponent, 3))}f}"
    mantissa, power = f"{value:.1e}".split("e")
    return f"{sign}{mantissa}e{int(power)}"


def of_whole_text(share: float) -> str:
    """A part of a whole that may be larger than it: `55.0 % of the whole`, `127 times the whole`."""
    return f"{number_text(100 * share)} % of the whole" if share < 1 else f"{number_text(share)} times the whole"


def setting_text(value: float) -> str:
    """A number that the person set: two decimals where they say it all (`0.90`), else as short as it is exact."""
    if abs(value) < 1000 and round(value, 2) == value:
        return f"{value:.2f}"
    return f"{value:.6g}"


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
