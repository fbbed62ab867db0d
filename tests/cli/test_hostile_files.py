"""Whatever is in a file that the program reads: a sentence, in no time, and life goes on."""

import json
import os
import random
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rnn_tui.cli.main import main
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.files.files import FileProblem, read_own, read_text
from rnn_tui.lab.session.saved import Lab, open_lab, save_lab
from rnn_tui.lab.text.documents import DocumentError, parse_json, parse_toml
from rnn_tui.lab.training.adopt import adopted_experiment
from rnn_tui.lab.training.kept.kept import keep_training, open_kept, save_kept
from rnn_tui.lab.training.settings.train_settings import TrainSettings
from rnn_tui.lab.training.training import advanced, started
from rnn_tui.ui.shell.user_files.preferences import Preferences, load_preferences, save_preferences
from rnn_tui.ui.themes.themes import load_themes, shipped_folder
from tests.commands import Output, refused
from tests.escaping import FORBIDDEN
from tests.lab.training.test_kept import recipe_document

SECONDS = 10.0  # far more than any of them takes, and far less than what once took minutes
WIDE = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)


def read_a_lab(path: Path) -> str:
    try:
        open_lab(path)
    except FileProblem as problem:
        return str(problem)
    return ""


def read_a_training(path: Path) -> str:
    try:
        open_kept(path)
    except FileProblem as problem:
        return str(problem)
    return ""


def read_a_text(path: Path) -> str:
    try:
        read_text(path)
    except FileProblem as problem:
        return str(problem)
    return ""


def read_settings(path: Path) -> str:
    found, sentence = load_preferences(path)
    assert isinstance(found, Preferences)
    return sentence or ""


def read_themes(path: Path) -> str:
    themes, problems = load_themes(path.parent)
    assert "night" in themes
    return "; ".join(map(str, problems))


READERS: dict[str, Callable[[Path], str]] = {
    "lab.json": read_a_lab,
    "training.safetensors": read_a_training,
    "training.json": read_a_training,  # of a version that kept no weights
    "text.txt": read_a_text,
    "settings.toml": read_settings,
    "mine.toml": read_themes,
}
# nobody names these, so nothing may be waited for
OF_THEMSELVES = ("training.safetensors", "training.json", "settings.toml", "mine.toml")
readers = pytest.mark.parametrize("name", READERS)
# those that hold text, in which a value can be put in the place of another
texts = pytest.mark.parametrize("name", [name for name in READERS if name != "training.safetensors"])


@pytest.fixture(scope="module")
def valid(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A valid file of each kind, the lab with a trained network."""
    folder = tmp_path_factory.mktemp("valid")
    training = advanced(started(TrainSettings(experiment=Experiment(hidden=2), length=6, batch=2)), 3)
    save_lab(folder / "lab.json", Lab(adopted_experiment(training)))
    what = keep_training(training)
    save_kept(folder / "training.safetensors", what)
    (folder / "training.json").write_text(json.dumps(recipe_document(what)))
    save_preferences(Preferences(theme="paper"), folder / "settings.toml")
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    return {**found, "text.txt": b"What time is it", "mine.toml": (shipped_folder() / "night.toml").read_bytes()}


def check(folder: Path, name: str, content: bytes) -> str:
    path = folder / name
    path.write_bytes(content)
    begin = time.monotonic()
    said = READERS[name](path)
    assert time.monotonic() - begin < SECONDS
    assert FORBIDDEN.search(said) is None
    assert "\n" not in said
    assert len(said) < 4000
    return said


@readers
def test_a_valid_file_is_read(valid: dict[str, bytes], tmp_path: Path, name: str) -> None:
    assert check(tmp_path, name, valid[name]) == ""


HOSTILE = {
    "digits": "9" * 5000,
    "huge": "1e999",
    "not a number": "NaN",
    "infinite": "Infinity",
    "less than all": "-Infinity",
    "toml infinite": "-inf",
    "hexadecimal": "0x" + "f" * 20_000,
    "deep list": "[" * 20_000,
    "closed list": "[" * 100 + "]" * 100,
    "deep object": '{"a":' * 20_000,
    "long text": '"' + "x" * 50_000 + '"',
    "escape": '"\\u001b]52;c;\\u0007\\u009b\\u202e"',
    "half of a pair": '"\\ud800"',
    "null": "null",
    "true": "true",
    "list": "[1, 2]",
    "object": '{"a": 1}',
    "date": "1979-05-27T07:32:00+99:99",
    "many parts": "a." * 15_000 + "a",
}


@texts
@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_value_in_any_place_is_told(valid: dict[str, bytes], tmp_path: Path, name: str, hostile: str) -> None:
    for content in _with_value(valid[name].decode(), HOSTILE[hostile]):
        check(tmp_path, name, content.encode())


def _with_value(document: str, value: str) -> Iterator[str]:
    """The document with this value in the place of each of its own, and alone, and under a key of its own."""
    yield value
    yield f"a = {value}"
    lines = document.splitlines()
    for i, line in enumerate(lines):
        for sign in (": ", " = "):
            key, found, rest = line.partition(sign)
            if found:
                comma = "," if rest.endswith(",") else ""
                yield "\n".join([*lines[:i], f"{key}{sign}{value}{comma}", *lines[i + 1 :]])


@readers
@given(content=st.binary(max_size=200))
@example(b"\xff\xfea\x00")
@example(b"\x00" * 100)
@example(b"\xef\xbb\xbf")
@example(b"")
@WIDE
def test_any_bytes_are_read_or_told(tmp_path: Path, name: str, content: bytes) -> None:
    check(tmp_path, name, content)


@readers
@given(seed=st.integers(0, 2**32))
@WIDE
def test_a_valid_file_with_some_of_it_changed_is_read_or_told(
    valid: dict[str, bytes], tmp_path: Path, name: str, seed: int
) -> None:
    check(tmp_path, name, mutated(valid[name], random.Random(seed)))


TOKENS = rb'" { } [ ] , : = \ \ud800 1e999 NaN null -1 .'.split()


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The content with some bytes changed, put in, taken out, or put twice."""
    made = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        begin = chance.randrange(len(made) + 1)
        end = min(len(made), begin + chance.choice((0, 1, 1, 8, 60)))
        part = chance.choice((chance.randbytes(1), chance.choice(TOKENS), bytes(made[begin:end]) * 2, b""))
        made[begin:end] = part
    return bytes(made)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(value=JSON, place=st.integers(0, 40))
@WIDE
def test_a_value_of_any_kind_in_any_place_of_a_training_is_read_or_told(
    valid: dict[str, bytes], tmp_path: Path, value: object, place: int
) -> None:
    for name in ("training.json", "lab.json"):
        document = json.loads(valid[name])
        parts = [document]
        for part in parts:
            held = part.values() if isinstance(part, dict) else part
            parts += [each for each in held if isinstance(each, dict | list)]
        part = parts[place % len(parts)]
        keys = list(part) if isinstance(part, dict) else list(range(len(part)))
        if keys:
            part[keys[place % len(keys)]] = value
        check(tmp_path, name, json.dumps(document).encode())


@pytest.mark.parametrize("name", OF_THEMSELVES)
def test_what_would_have_to_be_waited_for_or_has_no_end_is_not_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    makes: list[Callable[[], object]] = [
        lambda: os.mkfifo(path),
        lambda: path.symlink_to("/dev/zero"),
        lambda: path.symlink_to(path),
        path.mkdir,
    ]
    for make in makes:
        make()
        begin = time.monotonic()
        assert READERS[name](path)
        assert time.monotonic() - begin < SECONDS
        path.rmdir() if path.is_dir() else path.unlink()


def test_an_own_file_that_is_too_large_or_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"#" * 5000)
    with pytest.raises(FileProblem, match="is larger than 4 KiB"):
        read_own(path, 4096)

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(FileProblem, match="cannot be read: permission denied"):
        read_own(path)


@given(st.text(max_size=60))
@example('{"a": 1, "a": 2}')
@example("[" * 40 + "]" * 40)
@example("[NaN]")
def test_json_is_what_the_standard_says_or_is_refused(text: str) -> None:
    try:
        found = parse_json(text)
    except DocumentError:
        return
    assert found == json.loads(text)


@given(st.text("ab.=[]{}\"'#\n 1e-_", max_size=60))
@example("a" + ".a" * 40 + " = 1")
@example('[a."b".' + "c." * 40 + "d]")
def test_toml_is_what_the_standard_says_or_is_refused(text: str) -> None:
    try:
        found = parse_toml(text)
    except DocumentError:
        return
    assert found == tomllib.loads(text)


def test_a_key_that_is_there_twice_is_named() -> None:
    with pytest.raises(DocumentError, match="'rho' is there twice"):
        parse_json('{"hidden": 1, "rho": 1, "seed": 2, "rho": 3}')
    with pytest.raises(DocumentError, match="line 2: not TOML: cannot overwrite a value"):
        parse_toml('theme = "a"\ntheme = "b"')


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04" + b"\xff" * 40, "it holds an archive (.zip)"),
        (b"PK\x03\x04" + b"\0" * 22 + b"\x0d\0\0\0" + b"net/data.pkl\0", "it holds an archive (.zip)"),
        (b"PK\x03\x04" + b"\0" * 22 + b"\x0c\0\0\0" + b"net/data.pkl", "it holds weights of PyTorch (.pt)"),
        (b"\x10\0\0\0\0\0\0\0" + b'{"a":{}}        ', "it holds weights (.safetensors)"),
        (b"\x93NUMPY\x01\0", "it holds one array of NumPy (.npy)"),
        (b"\x80\x02}q\0.", "it holds a pickle, maybe weights of PyTorch (.pt)"),
        (b"\x89PNG\r\n", "it holds a picture (.png)"),
    ],
)
def test_a_file_that_holds_no_text_is_called_by_what_it_holds(
    capsys: Output, tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "given"
    path.write_bytes(content)
    assert refused(capsys, "measure", "--lab", str(path)) == f"{path} is not a saved lab: {said}"
    assert refused(capsys, "measure", "--file", str(path)) == f"{path} is not a text: {said}"


def test_weights_that_were_saved_are_no_lab(capsys: Output, tmp_path: Path) -> None:
    for name in ("w.npz", "w.safetensors"):
        assert main(["measure", "--save-weights", str(tmp_path / name)]) == 0
        capsys.readouterr()
        assert "is not a saved lab: it holds weights" in refused(capsys, "measure", "--lab", str(tmp_path / name))
