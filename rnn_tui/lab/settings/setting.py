"""Setting: all that is declared of one setting, once; checks, JSON, flags, dials, twins and the manual follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rnn_tui.lab.settings.grids import Choice, DialGrid
from rnn_tui.lab.settings.kinds import OneOf, SettingKind

InTraining = Literal["anew", "anew with the text", "live", "beside"]


class Only(NamedTuple):
    """Which networks have a setting: those whose `setting` is one of `values`.

    Attributes:
        otherwise: why another network has it not; `{value}` is the other value, and `{it}` that in words.
        instead: such a sentence for single values.
        harmless: the value that changes nothing of the other networks, so that giving it is no mistake.
    """

    setting: str
    values: tuple[str, ...]
    otherwise: str
    instead: Mapping[str, str] = {}
    harmless: object = None


class Excludes(NamedTuple):
    """Settings beside which one cannot be set: setting one of them clears it.

    Attributes:
        names: the others.
        why: a half sentence.
        replaced: whether it takes the place of the others, which the network then does not have.
    """

    names: tuple[str, ...] = ()
    why: str = ""
    replaced: bool = False


_NOTHING = Excludes()


class Turned(NamedTuple):
    """How a dial shows and turns a setting.

    Attributes:
        label: two to six cells, for the panel.
        title: the long label, for prompts and notices.
        help: one sentence on what it does; empty where that of the flag serves, or where it follows from others.
        grid: the steps and the ends of the slider; None where they are the names, or follow from other settings.
        tab: its place in the order of Tab; those of one place come in the order of their declaration.
        symbol: what a notice calls it; empty where that is the label.
    """

    label: str
    title: str
    help: str = ""
    grid: DialGrid | None = None
    tab: int = 100
    symbol: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting of an experiment, a training or the cliff.

    Attributes:
        name: the field of the dataclass.
        kind: the values that it can have.
        help: what it sets, in a few words.
        dial: how a dial turns it, or in a sentence why there is none.
        group: the part of the flags that it belongs to.
        flag: how it is given on the command line; empty where that is its name with dashes.
        without_flag: why it has no flag; empty where it has one.
        metavar: how the flag's value is written; empty where it is one of several names.
        repeated: whether the flag may be given again and again, for one more part of the value each time.
        default: what it is where nobody sets it, in words; the value takes the place of `{}`.
        only: which networks have it; None where all do.
        excludes: what cannot be set beside it.
        resets: the settings that a change of it takes back: of W redrawn the `edits`, of another network `trained`.
        in_training: what a change of it means for a training: that starts anew (of some settings only where it is
            trained on the text), goes on with it (live), or has nothing to do with it (beside).
        untrained: why `train` has no use for its flag; empty where it has.
        twin: whether a twin may differ in it.
    """

    name: str
    kind: SettingKind
    help: str
    dial: Turned | str
    group: str = "network"
    flag: str = ""
    without_flag: str = ""
    metavar: str = ""
    repeated: bool = False
    default: str = "{}"
    only: Only | None = None
    excludes: Excludes = _NOTHING
    resets: tuple[str, ...] = ()
    in_training: InTraining = "anew"
    untrained: str = ""
    twin: bool = False

    def __post_init__(self) -> None:
        if not self.flag and not self.without_flag:
            object.__setattr__(self, "flag", "--" + self.name.replace("_", "-"))
        if isinstance(self.kind, OneOf) and not self.metavar:
            object.__setattr__(self, "metavar", "|".join(self.kind.names))

    @property
    def grid(self) -> DialGrid | None:
        """The steps of its dial; None where they follow from other settings."""
        if isinstance(self.dial, Turned) and self.dial.grid is not None:
            return self.dial.grid
        return Choice(self.kind.names) if isinstance(self.kind, OneOf) else None

    def default_text(self, value: object) -> str:
        """The default in words, from the value that the dataclass has for it."""
        if value is None or value == ():
            return self.default.format("none")
        return self.default.format(f"{value:g}" if isinstance(value, float) else value)
