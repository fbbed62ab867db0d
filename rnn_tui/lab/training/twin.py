"""Twin: the one setting in which a second network, trained on the same batches, differs."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rnn_tui.lab.experiment.experiment import spelled
from rnn_tui.lab.settings.errors import ExperimentError

if TYPE_CHECKING:
    from rnn_tui.lab.training.settings import TrainSettings

DIFFERS = (
    "clip",
    "threshold",
    "lr",
    "optimiser",
    "cell",
    "activation",
    "rho",
    "sigma",
    "init",
    "hidden",
    "skip",
    "forget_bias",
    "update_bias",
    "chrono",
    "truncate",
)
LOOKS = f"SETTING=VALUE, the setting one of {', '.join(DIFFERS)}, as in clip=off"


@dataclass(frozen=True, slots=True)
class Twin:
    """One setting of `DIFFERS` and the twin's value of it; all else is as the first network has it."""

    setting: str
    value: str | float | int | None

    def __post_init__(self) -> None:
        if self.setting not in DIFFERS:
            raise ExperimentError("twin", self.setting, LOOKS)

    def __str__(self) -> str:
        """As `parse` reads it."""
        value = "none" if self.value is None else self.value
        return f"{self.setting}={value!r}" if isinstance(value, float) else f"{self.setting}={value}"

    @classmethod
    def parse(cls, text: str) -> "Twin":
        """The twin that `SETTING=VALUE` names; the setting may be written as a flag has it, with dashes.

        Raises:
            ExperimentError: it names none.
        """
        name, found, raw = text.partition("=")
        setting, raw = name.strip().removeprefix("--").replace("-", "_"), raw.strip()
        if not found or setting not in DIFFERS:
            raise ExperimentError("twin", text, LOOKS)
        if raw == "none" and setting in ("chrono", "truncate"):
            return cls(setting, None)
        return cls(setting, spelled(setting, raw))


def twin_of(settings: "TrainSettings") -> "TrainSettings":
    """The twin's own settings.

    Raises:
        ExperimentError: it cannot be set so; names the twin.
    """
    twin = settings.twin
    assert twin is not None
    alone = replace(settings, twin=None)
    try:
        return alone.changed(**{twin.setting: twin.value})
    except ExperimentError as problem:
        raise ExperimentError("twin", str(twin), problem.allowed) from problem
