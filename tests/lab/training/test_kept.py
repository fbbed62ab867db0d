"""A training kept in a file is made again number for number."""

import json
from pathlib import Path

import numpy as np
import pytest

from rnn_tui.lab.experiment import Experiment
from rnn_tui.lab.files import FileProblem
from rnn_tui.lab.training.kept import Kept, kept, open_kept, save_kept, taken_up
from rnn_tui.lab.training.settings import TrainSettings
from rnn_tui.lab.training.training import Training, advanced, changed, rewound, started
from rnn_tui.lab.training.twin import Twin

SMALL = Experiment(text="to be or not to be", hidden=5, lr=0.05)


def eventful() -> Training:
    """Trained, changed, taken back, changed again, with a twin that came later."""
    start = TrainSettings(experiment=SMALL, length=6, batch=4, eval_every=5)
    training = advanced(started(start), 12)
    training = changed(training, training.settings.changed(clip="norm", threshold=0.3))
    training = rewound(advanced(training, 9), 15)
    training = advanced(changed(training, training.settings.changed(optimiser="adam", lr=0.01)), 4)
    return advanced(changed(training, training.settings.changed(twin=Twin("clip", "off"))), 22)


def test_it_is_made_again_number_for_number(tmp_path: Path) -> None:
    before = eventful()
    save_kept(tmp_path / "new folder" / "kept.json", kept(before))
    *_, after = taken_up(open_kept(tmp_path / "new folder" / "kept.json"))
    assert after.step == before.step == 22
    assert after.settings == before.settings
    assert after.changes == before.changes
    for who, run in before.runs.items():
        again = after.runs[who]
        assert np.array_equal(run.moment.flat, again.moment.flat)
        assert np.array_equal(run.moment.second, again.moment.second)
        assert np.array_equal(run.curves.rest, again.curves.rest)
    assert np.array_equal(advanced(after, 5).main.moment.flat, advanced(before, 5).main.moment.flat)


def test_what_has_diverged_has_diverged_again_at_the_same_step(tmp_path: Path) -> None:
    wild = TrainSettings(experiment=SMALL.changed(lr=1e6), length=6, batch=4, twin=Twin("lr", 0.01))
    before = advanced(started(wild), 8)
    assert before.main.diverged is not None
    save_kept(tmp_path / "kept.json", kept(before))
    *_, after = taken_up(open_kept(tmp_path / "kept.json"))
    assert after.main.diverged == before.main.diverged
    assert after.step == 8


def test_it_stops_when_asked_to() -> None:
    found = list(taken_up(kept(eventful()), watch=lambda _: False))
    assert [training.step for training in found] == [0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": "another"},
        {"step": 3},
        {"step": 10**10},
        {"changes": []},
        {"changes": [{"step": 1, "lr": 0.1, "clip": "off", "threshold": 1.0, "optimiser": "sgd"}]},
        {"changes": [{"step": 0, "lr": -1.0, "clip": "off", "threshold": 1.0, "optimiser": "sgd"}]},
        {"settings": {"task": "copy"}},
    ],
)
def test_what_is_no_training_is_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    path = tmp_path / "kept.json"
    save_kept(path, kept(eventful()))
    path.write_text(json.dumps({**json.loads(path.read_text()), **wrong}))
    with pytest.raises(FileProblem, match="holds no training of rnn-tui that can be taken up"):
        open_kept(path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    what = Kept(settings=TrainSettings(experiment=SMALL), changes=(), step=0)
    with pytest.raises(FileProblem, match="cannot be written"):
        save_kept(tmp_path / "file" / "kept.json", what)
