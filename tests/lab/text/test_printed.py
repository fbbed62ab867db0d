"""Printed lines: words in the place of what would act, and ASCII in the place of what the stream cannot hold."""

import sys
import unicodedata
from io import BytesIO, TextIOWrapper

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.lab.text.printed import encodable, write_lines
from rnn_tui.lab.text.safe_text import json_text, visible_text
from tests.commands import started
from tests.escaping import FORBIDDEN

# Format characters that are part of the spelling of words, or of the numbers of a script: none acts on a terminal.
SPELLING = {
    0x200C,
    0x200D,
    *range(0x600, 0x606),
    0x6DD,
    0x890,
    0x891,
    0x8E2,
    0x110BD,
    0x110CD,
    *range(0x13430, 0x13460),
}


@pytest.mark.parametrize(
    ("line", "ascii_line"),
    [
        ("λ₁ −0.30 · ρ(W) ≥ 1", "lambda_1 -0.30, rho(W) >= 1"),
        ("‖∂L/∂h_t‖ ×0.46 a step", "|dL/dh_t| x0.46 a step"),
        ("σ₁γ < 1, 2ρ, −∞", "sigma_1 gamma < 1, 2 rho, -inf"),
        ("‖Wⁿ‖₂ after 10⁻¹⁰⁰", "|W^n|_2 after 10^-100"),
        ("W ← W − η g → 85°, 0.27·√n", "W <- W - eta g -> 85 deg, 0.27*sqrt n"),
        ("“time” … it", '"time" ... it'),
    ],
)
def test_signs_are_spelled_where_the_encoding_lacks_them(line: str, ascii_line: str) -> None:
    assert encodable(line, "ascii") == ascii_line
    assert encodable(line, "utf-8") == line


def test_what_an_encoding_has_it_keeps() -> None:
    assert encodable("×0.46 · −0.30 ½", "latin-1") == "×0.46 · -0.30 ½"


def test_columns_stay_where_they_are() -> None:
    head = "           first/last      a step  lag₉₀        λ₁  numbers"
    found = encodable(head, "ascii")
    assert found.index("numbers") == head.index("numbers")
    assert found.isascii()
    assert encodable("  --threshold X         θ, where", "ascii") == "  --threshold X         theta, where"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_line_can_be_written_to_any_stream(line: str) -> None:
    for encoding in ("ascii", "latin-1", "cp1252", "gb2312", "utf-8"):
        stream = TextIOWrapper(BytesIO(), encoding, errors="replace", newline="")
        write_lines([line], stream)
        stream.flush()
        written = stream.buffer.getvalue().decode(encoding)
        assert written.count("\n") == 1
        assert FORBIDDEN.search(written.replace("\u200e", "")) is None


def test_every_character_that_acts_is_made_visible() -> None:
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            assert (visible_text(chr(code)) == chr(code)) == (code in SPELLING), hex(code)


@given(st.text())
def test_json_is_harmless_and_holds_the_very_text(text: str) -> None:
    import json

    document = json_text({text: [text]})
    assert FORBIDDEN.search(document) is None
    assert json.loads(document) == json.loads(json.dumps({text: [text]}))


@pytest.mark.parametrize(
    "arguments",
    [
        ["measure", "--powers", "10", "--compare", "--spectrum", "--seeds", "3", "--cell", "lstm", "--clip", "norm"],
        ["measure", "--rho", "1.5", "--activation", "relu", "--truncate", "1", "--influence", "integrated"],
        ["train", "--steps", "3", "--hidden", "2", "--task", "next-word"],
        ["--help"],
        ["measure", "--help"],
        ["train", "--help"],
        ["themes"],
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_every_command_speaks_ascii_to_a_stream_that_knows_no_more(arguments: list[str]) -> None:
    done = started(arguments, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    said = done.stdout.decode("ascii")
    # What cannot be spelled is a question mark: no sign of the program's own is.
    assert "?" not in said


def test_a_complaint_speaks_ascii_too() -> None:
    done = started(["measure", "--init", "number", "--hidden", "2"], PYTHONIOENCODING="ascii")
    assert done.stderr == b"rnn-tui: --init cannot be 'number': one number is a 1x1 W: set hidden to 1, not 2\n"
