"""Pictures of the Powers screen, accepted after looking at them. Each test says what its picture must show."""

import pytest
from syrupy.assertion import SnapshotAssertion

import rnn_tui.lab.powers.draws
from tests.snapshots.test_screens import Compare, looks_the_same
from tests.snapshots.texts import ALL, LARGE, SMALL, State, written


@pytest.fixture
def fewer_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fifth of the draws, where they are not what is shown."""
    monkeypatch.setattr(rnn_tui.lab.powers.draws, "SEEDS", 40)


def test_opening_80x24(snap_compare: Compare) -> None:
    """x fades; the wide band of one shared W and the narrow one of own ones; what that says, in words."""
    assert looks_the_same(snap_compare, size=(80, 24), keys=("2",))


def test_opening_120x36(snap_compare: Compare) -> None:
    """The same with its first growth, the turning sign, and all of the sentence. This is the README's picture."""
    assert looks_the_same(snap_compare, size=(120, 36), keys=("2",))


STATES = {
    f"{name} {'x'.join(map(str, size))}": State(("2", *keys), ALL, size, settings)
    for size in (SMALL, LARGE)
    for name, (keys, settings) in {
        # where x goes and by which sizes, in a curve and in words; both bands, with the numbers and theory beside
        "number above one": (("x",), {"rho": 1.5}),
        "number below one": (("x",), {"rho": 0.5}),
        # the state goes round and round, in no chaos: it is the same to twelve digits for another W at rounding
        "tanh": (("h",), {"rho": 1.4}),
        "nonnormal": (("N",), {}),
        # every column of the table, and whole sentences; here the means differ in sign
        "products alone": (("p", "p"), {"rho": 1.05}),
    }.items()
} | {
    "cursor 60x18": State(("2", "b", "b"), ALL, (60, 18)),
    "tanh 200x60": State(("2", "h"), ALL, (200, 60), {"rho": 1.4}),
}


@pytest.mark.usefixtures("fewer_draws")
async def test_states(snapshot: SnapshotAssertion) -> None:
    await written(STATES, snapshot)


@pytest.mark.usefixtures("fewer_draws")
@pytest.mark.parametrize("theme", ["paper", "sixteen"])
async def test_theme(snapshot: SnapshotAssertion, theme: str) -> None:
    """Curves and bands distinguished on light ground and in sixteen colours."""
    shown = State(("2", "h"), ("powers-of-w", "products"), SMALL, {"rho": 1.1})
    await written({"tanh": shown}, snapshot, theme=theme)
