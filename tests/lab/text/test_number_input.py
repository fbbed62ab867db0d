"""Numbers as they are typed: every form that the program prints, and nothing that only Python takes for a number."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rnn_tui.lab.text.number_input import parse_real, parse_whole
from rnn_tui.lab.text.numbers import coordinate_text, number_text, setting_text

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.9", 0.9),
        (" −0.30 ", -0.3),
        ("+.5", 0.5),
        ("5.", 5.0),
        ("3.1e−3", 3.1e-3),
        ("1E+6", 1e6),
        ("1,000,000.5", 1000000.5),
        ("10^-214", 1e-214),
        ("−10^−3", -1e-3),
        ("10^-2.1", 10**-2.1),
        ("3·10^200", 3e200),
        ("3.1×10⁻³", 3.1e-3),
        ("3.1 × 10^−3", 3.1e-3),
        ("2*10^3", 2000.0),
        ("10⁶", 1e6),
        ("0·10^5", 0.0),
        ("0.001*10^310", 1e307),
        ("10^400", math.inf),
        ("1e-400", 0.0),
    ],
)
def test_every_form_of_a_number_is_read(text: str, value: float) -> None:
    assert parse_real(text) == pytest.approx(value, rel=1e-15)


WRONG = ["", "1 0", "−", "nan", "inf", "-Infinity", "1_0", "1_0.5", "1e1_0", "٣", "３", "²", "0x10", "1,00"]


@pytest.mark.parametrize("text", [*WRONG, "1e", "e3", ".", "10^", "10^--3", "10⁻", "--1", "+−1", "1.5.2", "true", "1j"])
def test_what_is_no_number_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        parse_real(text)


@pytest.mark.parametrize("text", [*WRONG, "2.5", "1e3", "10^3"])
def test_what_is_no_whole_number_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="no whole number"):
        parse_whole(text)


def test_a_whole_number_of_thousands_of_digits_is_none() -> None:
    with pytest.raises(ValueError, match="digits"):
        parse_whole("9" * 5000)


def test_whole_numbers_are_read() -> None:
    assert [parse_whole(text) for text in ("8", "+8", " −8", "1,000", "007", "1000000000")] == [
        8,
        8,
        -8,
        1000,
        7,
        10**9,
    ]


@given(FINITE)
@example(-0.3)
@example(5e-324)
@example(1.7976931348623157e308)
def test_what_is_printed_of_a_number_can_be_typed(value: float) -> None:
    for text, digits in ((number_text(value), 6e-2), (setting_text(value), 1e-5), (coordinate_text(value), 6e-2)):
        # Far away the exponent alone is printed, to the next whole one.
        far = 4.0 if "^" in text else 1.0 + digits
        assert abs(value) / far * (1 - 1e-9) <= abs(parse_real(text)) <= abs(value) * far * (1 + 1e-9) + 1e-320
        assert value == 0 or math.copysign(1, parse_real(text)) == math.copysign(1, value)
    assert parse_real(repr(value)) == value


@given(st.integers(-(10**6), 10**6))
def test_what_is_printed_of_a_count_can_be_typed(count: int) -> None:
    assert parse_whole(f"{count:,}".replace("-", "−")) == count


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_none(text: str) -> None:
    for parse in (parse_real, parse_whole):
        try:
            value = parse(text)
        except ValueError:
            continue
        assert not math.isnan(value)
        assert any(digit in "0123456789⁰¹²³⁴⁵⁶⁷⁸⁹" for digit in text)
