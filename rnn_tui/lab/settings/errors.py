"""ExperimentError: a setting that cannot be."""

import reprlib

LONGEST_SHOWN = 60


class ExperimentError(ValueError):
    """A setting that cannot be: names the setting, its value, and what is allowed."""

    def __init__(self, setting: str, value: object, allowed: str) -> None:
        self.setting = setting
        self.value = value
        self.allowed = allowed
        name = setting if setting.isprintable() and len(setting) <= LONGEST_SHOWN else brief(setting)
        super().__init__(f"{name} cannot be {brief(value)}: {allowed}")


def brief(value: object) -> str:
    """A value as messages show it: its repr, which has no control characters, and no longer than they can be read."""
    try:
        # Of what is long no more is spelled than is shown.
        text = repr(value[:LONGEST_SHOWN]) if isinstance(value, str) else reprlib.repr(value)
    except ValueError:  # Python spells no whole number of thousands of digits
        text = "a number of thousands of digits"
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
