"""What all tests share: the same examples on any machine, no settings of whoever runs them."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

for variable in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TEXTUAL_THEME"):
    os.environ.pop(variable, None)

settings.register_profile("same everywhere", deadline=None, derandomize=True)
settings.load_profile("same everywhere")


@pytest.fixture(autouse=True)
def configuration_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty configuration folder in place of the person's own."""
    folder = tmp_path / "configuration"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    return folder
