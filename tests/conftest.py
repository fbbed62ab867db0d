"""What all tests share: the same examples on any machine, no settings of whoever runs them."""

import os
from pathlib import Path

# Textual reads these when it is imported.
for variable in ("NO_COLOR", "FORCE_COLOR", "TEXTUAL_THEME", "TEXTUAL", "COLUMNS", "LINES"):
    os.environ.pop(variable, None)

import pytest
from hypothesis import settings

settings.register_profile("same everywhere", deadline=None, derandomize=True)
settings.load_profile("same everywhere")


@pytest.fixture(autouse=True)
def own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty configuration folder in place of the person's own."""
    folder = tmp_path / "configuration"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path))
    return folder
