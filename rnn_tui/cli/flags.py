"""The settings as flags, made of their declarations: names, help, what they exclude, which network has them."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rnn_tui.engine.kinds import CELLS
from rnn_tui.lab.experiment.all_settings import EXPERIMENT
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.settings.declared import Declarations
from rnn_tui.lab.settings.setting import Setting
from rnn_tui.lab.training.settings.train_settings import TRAINING, TrainSettings

UNSET = "none"


class Flag(NamedTuple):
    """One setting on the command line, `--name METAVAR`, and in the table of settings of the manual.

    Attributes:
        default: what it is where nobody sets it, in words; empty where that is nothing.
    """

    setting: str
    name: str
    metavar: str
    group: str
    default: str
    help: str
    repeated: bool


def _flags(declared: Declarations, defaults: object) -> tuple[Flag, ...]:
    return tuple(
        Flag(
            setting=name,
            name=each.flag,
            metavar=each.metavar,
            group=each.group,
            default=each.default_text(getattr(defaults, name)),
            help=each.help,
            repeated=each.repeated,
        )
        for name, each in declared.items()
        if not each.without_flag
    )


def _networks(setting: Setting) -> str:
    only = setting.only
    return "" if only is None else f"{EXPERIMENT[only.setting].flag} {' or '.join(only.values)}"


FLAGS = _flags(EXPERIMENT, Experiment())
TRAINING_FLAGS = _flags(TRAINING, TrainSettings(experiment=Experiment()))


def flag_of(setting: str) -> str:
    """The flag of a setting: `rho` is `--rho`."""
    declared = EXPERIMENT.get(setting) or TRAINING.get(setting)
    return (declared and declared.flag) or "--" + setting.replace("_", "-")


def contradicting_flags(given: Mapping[str, str]) -> Iterator[str]:
    """A sentence for every two flags of those given that exclude each other."""
    for name, setting in EXPERIMENT.items():
        for other in setting.excludes.names:
            if name in given and other in given and UNSET not in (given[name], given[other]):
                both = f"{setting.flag} and {EXPERIMENT[other].flag}"
                yield f"{both} exclude each other: {setting.excludes.why}"


def _in_words(value: object) -> str:
    """A cell as it is read in a sentence; any other value as it is."""
    return next((kind.with_article for cell, kind in CELLS.items() if cell == value), str(value))


def ignored_flags(experiment: Experiment, given: Mapping[str, str]) -> Iterator[str]:
    """A sentence for every flag of those given that the experiment's network does not have."""
    for name in given:
        setting = EXPERIMENT[name]
        only, value = setting.only, getattr(experiment, name)
        if only is None or value == only.harmless:
            continue
        other = getattr(experiment, only.setting)
        if other not in only.values:
            why = only.instead.get(other, only.otherwise).format(value=other, it=_in_words(other))
            yield f"{setting.flag} is for {_networks(setting)}: {why}"
