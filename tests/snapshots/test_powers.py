"""Pictures of the Powers screen, accepted after looking at them. Each test says what its picture must show."""

from typing import Any

import pytest

import rnn_tui.lab.powers.draws
from tests.snapshots.test_screens import Compare, looks_the_same


@pytest.fixture
def fewer_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fifth of the draws, where they are not what is looked at."""
    monkeypatch.setattr(rnn_tui.lab.powers.draws, "SEEDS", 40)


SIZES = [(80, 24), (120, 36)]
STATES: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "number_above_one": (("x",), {"rho": 1.5}),
    "number_below_one": (("x",), {"rho": 0.5}),
    # the state goes round and round, in no chaos: what is shown is the same to twelve digits for another W at rounding
    "tanh": (("h",), {"rho": 1.4}),
    "nonnormal": (("N",), {}),
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES)
@pytest.mark.usefixtures("fewer_draws")
def test_powers(snap_compare: Compare, state: str, size: tuple[int, int]) -> None:
    """Where x goes and by which sizes, in a curve and in words; both bands, with the numbers and theory beside."""
    keys, settings = STATES[state]
    assert looks_the_same(snap_compare, size=size, keys=("2", *keys), **settings)


def test_opening_80x24(snap_compare: Compare) -> None:
    """x fades; the wide band of one shared W and the narrow one of own ones; what that says, in words."""
    assert looks_the_same(snap_compare, size=(80, 24), keys=("2",))


def test_opening_120x36(snap_compare: Compare) -> None:
    """The same with its first growth, the turning sign, and all of the sentence. This is the README's picture."""
    assert looks_the_same(snap_compare, size=(120, 36), keys=("2",))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_products_alone(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The bands over the whole width, every column of the table, and whole sentences; here the means differ in sign."""
    assert looks_the_same(snap_compare, size=size, keys=("2", "p", "p"), rho=1.05)


@pytest.mark.usefixtures("fewer_draws")
def test_cursor_60x18(snap_compare: Compare) -> None:
    """One panel, with every number at the cursor whole."""
    assert looks_the_same(snap_compare, size=(60, 18), keys=("2", "b", "b"))


@pytest.mark.usefixtures("fewer_draws")
def test_tanh_200x60(snap_compare: Compare) -> None:
    """Large charts, all columns of the table, both limits in words; no great empty areas."""
    assert looks_the_same(snap_compare, size=(200, 60), keys=("2", "h"), rho=1.4)


@pytest.mark.usefixtures("fewer_draws")
@pytest.mark.parametrize("theme", ["paper", "sixteen"])
def test_theme(snap_compare: Compare, theme: str) -> None:
    """Curves and bands told apart on light ground and in sixteen colours."""
    assert looks_the_same(snap_compare, size=(80, 24), theme=theme, keys=("2", "h"), rho=1.1)
