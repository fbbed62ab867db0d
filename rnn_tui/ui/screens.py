"""Homes: the screens that the number keys switch between. All that names them is made from this table."""

from typing import Literal, NamedTuple

HomeName = Literal["unroll", "powers", "compare", "spectrum", "train", "cliff"]


class Home(NamedTuple):
    """A screen of the lab.

    Attributes:
        key: the number key that opens it.
        name: its name on the command line, and its place among the contexts of the keys.
        label: its tab.
        help: what it shows, in a few words.
    """

    key: str
    name: HomeName
    label: str
    help: str


HOMES: tuple[Home, ...] = (
    Home("1", "unroll", "Unroll", "the cells unrolled, the influence of each word, the gradient by step"),
    Home("2", "powers", "Powers", "Wⁿ x(0) for n up to thousands, and one shared W beside independent ones"),
    Home("3", "compare", "Compare", "the same text, seed and scale through nine networks: who keeps the first word"),
    Home("4", "spectrum", "Spectrum", "W entry by entry, its eigenvalues and singular values, what they allow"),
    Home("5", "train", "Train", "a task is learned, or is not: loss, gradient norm, what each step gets"),
    Home("6", "cliff", "Cliff", "the error surface of one unit, and two descents on it, one of them clipped"),
)


NAMES = frozenset(each.name for each in HOMES)


def home(name: str) -> Home:
    """The screen of that name."""
    return next(each for each in HOMES if each.name == name)
