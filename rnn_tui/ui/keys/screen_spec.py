"""ScreenSpec: all that the rest of the lab knows of a screen; tabs, keys, flags and help are made from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from rnn_tui.ui.keys.rows import KeyRow

if TYPE_CHECKING:
    from rnn_tui.lab.experiment.experiment import Experiment
    from rnn_tui.lab.measurement.measurement import Measurement


class LabUse(NamedTuple):
    """How the lab is used so far: what the hints depend on.

    Attributes:
        done: the actions that were used.
    """

    experiment: "Experiment"
    measurement: "Measurement | None"
    done: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenSpec:
    """One screen of the lab.

    Attributes:
        name: its name on the command line and in a saved lab; also the context of its keys.
        load: its class, a `LabScreen` made of (spec, app), imported when the screen is first wanted.
        next_hint: what to press next.
        rows: the keys that it alone has.
        cursor_rows: those of them that move its cursor: they come before the network's in the line of keys.
        digit: the number key that opens it; empty where it has none.
        label: its tab.
        help: what it shows, in a few words.
        over: the screen over which it is shown, whose tab stays marked; empty for one with a tab.
        shows_network: whether the experiment's network is shown, so that its keys work.
        has_cursor: whether the arrows move a cursor of its own and Enter acts on it; else they turn the dial.
        has_side_work: whether it measures more than the measurement that all screens share, which Esc stops.
        has_training: whether it keeps and takes up a training.
    """

    name: str
    load: Callable[[], Any]
    next_hint: Callable[[LabUse], str]
    rows: tuple[KeyRow, ...]
    cursor_rows: tuple[KeyRow, ...] = ()
    digit: str = ""
    label: str = ""
    help: str = ""
    over: str = ""
    shows_network: bool = True
    has_cursor: bool = False
    has_side_work: bool = False
    has_training: bool = False
