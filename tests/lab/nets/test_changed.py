"""Files of every format that are cut, or changed at random: one sentence or a network."""

import io
import random
import zipfile
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.lab.nets.hostile import check, little_memory
from tests.lab.nets.test_formats import FORMATS
from tests.lab.nets.writers import model, zip_bytes

MUTATIONS = 2_000
formats = pytest.mark.parametrize("form", FORMATS)


# ---- cut and changed at random


@formats
def test_a_file_that_is_cut_is_told(path: Path, form: str) -> None:
    content = FORMATS[form][0](model(hidden=8, inputs=6), "float32")
    for end in range(0, len(content), 97):
        assert check(path, content[:end])


def _changed(content: bytes, chance: random.Random) -> bytes:
    """The content with some bytes changed, put in, taken out, or put twice; more often where the headers are."""
    made = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        near = chance.choice((200, 2000, len(made)))
        begin = chance.randrange(min(near, len(made)) + 1)
        begin = len(made) - begin if chance.random() < 0.3 else begin
        end = min(len(made), begin + chance.choice((0, 1, 1, 8, 60)))
        flipped = bytes(byte ^ 1 << chance.randrange(8) for byte in made[begin:end])
        part = (chance.randbytes(1), flipped, flipped, bytes(made[begin:end]) * 2, b"", b"\xff\xff\xff\xff")
        made[begin:end] = chance.choice(part)
    return bytes(made)


def _inside(content: bytes, chance: random.Random) -> bytes:
    """The archive with one of its files changed, and all check sums right."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    heads = [name for name in members if name.endswith((".pkl", ".npy"))]
    name = chance.choice(heads)
    return zip_bytes({**members, name: _changed(members[name], chance)})


def changed_often(path: Path, form: str, seeds: range) -> None:
    content = FORMATS[form][0](model(), "float32")
    inside = content.startswith(b"PK")
    for seed in seeds:
        chance = random.Random(seed)
        change = _inside if inside and seed % 3 else _changed
        # to look at the memory takes five times as long
        with little_memory() if seed % 10 == 0 else nullcontext():
            check(path, change(content, chance))


@pytest.mark.parametrize("form", ["safetensors", "npz", "zip", "legacy"])
def test_a_file_that_was_changed_is_read_or_told(path: Path, form: str) -> None:
    changed_often(path, form, range(MUTATIONS))


@pytest.mark.slow
@formats
def test_a_file_that_was_changed_is_read_or_told_ten_thousand_times(path: Path, form: str) -> None:
    changed_often(path, form, range(MUTATIONS, MUTATIONS + 10_000))
