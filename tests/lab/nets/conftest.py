"""What the tests of networks from files share."""

from pathlib import Path

import pytest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a test writes its file; the name has no suffix, for none is looked at."""
    return tmp_path / "net"
