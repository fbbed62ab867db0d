"""Saved labs: what they hold beside the experiment, old files, and what is refused; the files of kept labs."""

import contextlib
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.lab.cliff.settings import CliffSettings
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.files.files import FileProblem
from rnn_tui.lab.session.kept_labs import MOST, Keeper, kept_labs
from rnn_tui.lab.session.saved import Lab, open_lab, save_lab
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.training.settings.course import Course
from rnn_tui.lab.training.settings.twin import Twin

WHOLE = Lab(
    Experiment(seed=3, text="a b c", edits=("1,2=0.5",)),
    Course(task="adding", length=30, batch=7, optimiser="adam", eval_every=5, twin=Twin("rho", 0.5)),
    CliffSettings(length=20, w=4.5, lr=0.1),
    "train",
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("lab", [WHOLE, Lab(Experiment()), Lab(Experiment(), Course(twin=None), None, "cliff")])
def test_a_lab_is_read_back_as_it_was(lab: Lab, tmp_path: Path) -> None:
    save_lab(tmp_path / "lab.json", lab)
    assert open_lab(tmp_path / "lab.json") == lab
    assert open_lab(tmp_path / "lab.json").experiment == lab.experiment


def test_an_experiment_alone_is_a_lab_that_says_nothing_else(tmp_path: Path) -> None:
    save_lab(tmp_path / "lab.json", Lab(WHOLE.experiment))
    assert open_lab(tmp_path / "lab.json") == Lab(WHOLE.experiment)


def test_a_lab_of_an_experiment_alone_is_written_as_ever() -> None:
    assert Lab(WHOLE.experiment).to_json() == WHOLE.experiment.to_json()


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ({"training": 3}, "training cannot be 3: settings of batch"),
        ({"training": {"tusk": 1}}, "settings of batch"),
        ({"training": {"task": "juggling"}}, "task cannot be 'juggling'"),
        ({"training": {"task": []}}, "task cannot be"),
        ({"training": {"length": "9"}}, "length cannot be '9'"),
        ({"training": {"length": 1}}, "temporal-order needs 2"),
        ({"training": {"twin": 4}}, "twin cannot be 4"),
        ({"training": {"twin": "hat=on"}}, "twin cannot be"),
        ({"cliff": [1]}, "settings of b"),
        ({"cliff": {"length": 0}}, "length cannot be 0"),
        ({"cliff": {"w": "1e999"}}, "w cannot be inf"),
        ({"screen": 5}, "the name of a screen"),
        ({"colour": "red"}, "colour cannot be"),
    ],
)
def test_what_cannot_be_is_named(beside: dict[str, Any], said: str) -> None:
    document = json.dumps({**json.loads(Experiment().to_json()), **beside}).replace('"1e999"', "1e999")
    with pytest.raises(ExperimentError, match=said.replace("[", r"\[")):
        Lab.from_json(document)


@given(st.fixed_dictionaries({}, optional={"training": JSON, "cliff": JSON, "screen": JSON}))
def test_whatever_stands_beside_the_experiment_is_a_lab_or_a_sentence(beside: dict[str, Any]) -> None:
    document = json.dumps({**json.loads(Experiment().to_json()), **beside})
    with contextlib.suppress(ExperimentError):
        assert Lab.from_json(document).experiment == Experiment()


def test_a_later_version_is_never_written_over_by_an_earlier_one(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "labs")
    keeper.keep(Lab(Experiment(seed=2)), 2)
    keeper.keep(Lab(Experiment(seed=1)), 1)
    assert open_lab(keeper.path).experiment.seed == 2


def test_versions_from_many_threads_leave_the_newest_whole(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path)
    threads = [threading.Thread(target=keeper.keep, args=(Lab(Experiment(seed=seed)), seed)) for seed in range(1, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert open_lab(keeper.path).experiment.seed == 29
    assert kept_labs(tmp_path) == [keeper.path]


def test_each_run_has_a_file_of_its_own_and_only_so_many_stay(tmp_path: Path) -> None:
    keepers = [Keeper(tmp_path) for _ in range(MOST + 3)]
    for seed, keeper in enumerate(keepers):
        keeper.keep(Lab(Experiment(seed=seed)), 1)
    found = kept_labs(tmp_path)
    assert len(found) == MOST
    assert found[0] == keepers[-1].path


def test_there_need_be_no_folder(tmp_path: Path) -> None:
    assert kept_labs(tmp_path / "none") == []


def test_a_folder_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileProblem, match="cannot be made"):
        Keeper(tmp_path / "file" / "labs").keep(Lab(Experiment()), 1)
