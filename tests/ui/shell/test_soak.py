"""Screens opened and left again and again: memory is level, and the lab is left as quickly as after the first."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MOST_BYTES = 16_000_000  # a screen that is kept takes a million, and the fewest changes open 40 of them
MOST_OBJECTS = 2_000
MOST_SECONDS = 1.0  # of the processor, on which others at work have no influence


@pytest.mark.parametrize("changes", [120, pytest.param(500, marks=pytest.mark.slow)])
def test_changing_screens_leaves_nothing_behind(changes: int) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    soak = [sys.executable, "-m", "tests.ui.shell.soak", str(changes)]
    found = subprocess.run(soak, capture_output=True, text=True, check=True, timeout=170, cwd=ROOT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    warm, last, seconds = (json.loads(line) for line in found.stdout.splitlines())
    assert last["widgets"] == warm["widgets"]
    assert abs(last["objects"] - warm["objects"]) < MOST_OBJECTS
    assert last["bytes"] - warm["bytes"] < MOST_BYTES
    whole = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert whole - seconds < MOST_SECONDS, "leaving takes long"
