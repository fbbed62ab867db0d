"""Preferences: what the lab remembers from one start to the next."""

import json
from dataclasses import dataclass
from pathlib import Path

from rnn_tui.lab.files.files import FileProblem, is_there, path_text, read_own, refusal_reason, replacing_file
from rnn_tui.lab.settings.errors import brief
from rnn_tui.lab.text.documents import MOST_TOML, DocumentError, parse_toml


@dataclass(frozen=True, slots=True)
class Preferences:
    """What is remembered: the name of the theme."""

    theme: str | None = None


def preferences_path() -> Path:
    """The file of preferences in the person's configuration folder; it need not exist."""
    from platformdirs import user_config_path

    return user_config_path("rnn-tui") / "settings.toml"


def load_preferences(path: Path | None = None) -> tuple[Preferences, str | None]:
    """The preferences, and a sentence on why the file could not be used where that is so."""
    path = path or preferences_path()
    try:
        if not is_there(path):
            return Preferences(), None
        values = parse_toml(read_own(path, MOST_TOML))
    except FileProblem as problem:
        return Preferences(), f"the settings are left out: {problem}"
    except DocumentError as problem:
        return Preferences(), f"the settings in {path_text(path)} cannot be read and are left out: {problem}"
    theme = values.get("theme")
    if theme is not None and not isinstance(theme, str):
        return Preferences(), f"{path_text(path)}: theme is {brief(theme)}, not the name of a theme"
    return Preferences(theme=theme), None


def save_preferences(settings: Preferences, path: Path | None = None) -> None:
    """Writes the preferences.

    Raises:
        FileProblem: the file cannot be written.
    """
    path = path or preferences_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise FileProblem(
            f"the settings cannot be kept in {path_text(path.parent)}: {refusal_reason(problem)}"
        ) from problem
    # A JSON string is a TOML basic string.
    lines = [f"theme = {json.dumps(settings.theme)}"] if settings.theme is not None else []
    with replacing_file(path) as target:
        target.write("".join(f"{line}\n" for line in lines).encode())
