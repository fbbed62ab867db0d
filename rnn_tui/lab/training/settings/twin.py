"""Twin: the one setting in which a second network, trained on the same batches, differs."""

from dataclasses import dataclass

from rnn_tui.lab.experiment.all_settings import EXPERIMENT
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.training.settings.declarations import TASK

_DECLARED = {name: setting for name, setting in (*EXPERIMENT.items(), *TASK.items()) if setting.twin}
# what can change while it trains comes first
DIFFERS = tuple(sorted(_DECLARED, key=lambda name: _DECLARED[name].in_training != "live"))
TWIN_FORM = f"SETTING=VALUE, the setting one of {', '.join(DIFFERS)}, as in clip=off"


@dataclass(frozen=True, slots=True)
class Twin:
    """One setting of `DIFFERS` and the twin's value of it; all else is as the first network has it."""

    setting: str
    value: str | float | int | None

    def __post_init__(self) -> None:
        if self.setting not in DIFFERS:
            raise ExperimentError("twin", self.setting, TWIN_FORM)

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
        setting = name.strip().removeprefix("--").replace("-", "_")
        if not found or setting not in DIFFERS:
            raise ExperimentError("twin", text, TWIN_FORM)
        value = _DECLARED[setting].kind.spelled(raw.strip())
        assert value is None or isinstance(value, str | float | int)
        return cls(setting, value)

    @classmethod
    def from_value(cls, value: object) -> "Twin | None":
        """The twin, or none, that a JSON document holds.

        Raises:
            ExperimentError: it holds something else.
        """
        if value is not None and not isinstance(value, str):
            raise ExperimentError("twin", value, TWIN_FORM)
        return None if value is None else cls.parse(value)
