"""A training kept in a file is taken up number for number, with its history; one without weights is made again."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.engine.numbers.arrays import AnyArray
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.files.files import FileProblem
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.training import stepping
from rnn_tui.lab.training.adopt import adopted_experiment
from rnn_tui.lab.training.kept import kept as kept_module
from rnn_tui.lab.training.kept.file import digest_of, packed, unpacked
from rnn_tui.lab.training.kept.kept import KeptTraining, keep_training, open_kept, save_kept, taken_up
from rnn_tui.lab.training.record.run import TrainingRun
from rnn_tui.lab.training.settings.train_settings import TrainSettings
from rnn_tui.lab.training.settings.twin import Twin
from rnn_tui.lab.training.training import Training, advanced, changed, rewound, started

SMALL = Experiment(text="to be or not to be", hidden=5, lr=0.05)


def eventful(more: int = 0) -> Training:
    """Trained, changed, taken back, changed again, with a twin that came later."""
    start = TrainSettings(experiment=SMALL, length=6, batch=4, eval_every=5)
    training = advanced(started(start), 12)
    training = changed(training, training.settings.changed(clip="norm", threshold=0.3))
    training = rewound(advanced(training, 9), 15)
    training = advanced(changed(training, training.settings.changed(optimiser="adam", lr=0.01)), 4)
    return advanced(changed(training, training.settings.changed(twin=Twin("clip", "off"))), 22 + more)


def diverged() -> Training:
    wild = TrainSettings(experiment=SMALL.changed(lr=1e6), length=6, batch=4, twin=Twin("lr", 0.01))
    return advanced(started(wild), 8)


def there_and_back(training: Training, path: Path) -> Training:
    save_kept(path, keep_training(training))
    (found,) = taken_up(open_kept(path))
    return found


def same_numbers(one: TrainingRun, other: TrainingRun) -> None:
    """Asserts that all that makes the next step, and all that is shown, are the very same."""
    for name in ("flat", "first", "second"):
        assert np.array_equal(getattr(one.moment, name), getattr(other.moment, name))
    assert (one.moment.step, one.moment.optimiser, one.moment.updates) == (
        other.moment.step,
        other.moment.optimiser,
        other.moment.updates,
    )
    assert np.array_equal(one.plan.start.flat, other.plan.start.flat)
    assert np.array_equal(one.curves.points, other.curves.points)
    assert np.array_equal(one.curves.rest, other.curves.rest)
    assert (one.curves.stride, one.every, one.diverged, one.events) == (
        other.curves.stride,
        other.every,
        other.diverged,
        other.events,
    )
    for first, second in zip(one.samples.kept, other.samples.kept, strict=True):
        assert (first.step, first.loss, first.error, first.standard_error, first.rho) == (
            second.step,
            second.loss,
            second.error,
            second.standard_error,
            second.rho,
        )
        assert np.array_equal(first.log10_parts, second.log10_parts)
        assert np.array_equal(first.log10_hidden, second.log10_hidden)


@pytest.mark.parametrize("make", [eventful, diverged, lambda: eventful(600), lambda: started(eventful().settings)])
def test_it_is_taken_up_number_for_number_and_goes_on_so(tmp_path: Path, make: Callable[[], Training]) -> None:
    before = make()
    after = there_and_back(before, tmp_path / "new folder" / "kept")
    assert (after.settings, after.changes, after.log) == (before.settings, before.changes, before.log)
    assert after.runs.keys() == before.runs.keys()
    for who, run in before.runs.items():
        same_numbers(run, after.runs[who])
    further = advanced(after, 40)
    for who, run in advanced(before, 40).runs.items():
        same_numbers(run, further.runs[who])
    assert [path.name for path in (tmp_path / "new folder").iterdir()] == ["kept"]


def test_no_step_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it is the same on a CPU that would come to other numbers."""
    before = eventful()
    save_kept(tmp_path / "kept", keep_training(before))

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a step is made")

    monkeypatch.setattr(stepping, "train_step", refused)
    monkeypatch.setattr(stepping, "evaluate", refused)
    (after,) = taken_up(open_kept(tmp_path / "kept"))
    same_numbers(before.main, after.main)


@pytest.mark.parametrize("cell", ["lstm", "gru", "feedforward"])
@pytest.mark.parametrize("task", ["next-word", "series"])
def test_every_network_is_kept(tmp_path: Path, cell: str, task: str) -> None:
    start = TrainSettings(experiment=SMALL.changed(cell=cell), task="series", length=6, batch=4, optimiser="momentum")
    before = advanced(started(start.changed(task=task)), 7)
    same_numbers(before.main, there_and_back(before, tmp_path / "kept").main)


def test_what_goes_on_from_a_trained_network_is_kept(tmp_path: Path) -> None:
    trained = adopted_experiment(advanced(started(TrainSettings(experiment=SMALL, length=6, batch=4)), 5)).edited(
        "2,3=0.5"
    )
    before = advanced(started(TrainSettings(experiment=trained, length=6, batch=4, go_on=True)), 5)
    same_numbers(before.main, there_and_back(before, tmp_path / "kept").main)


@pytest.mark.parametrize("steps", [100, 1300])
def test_it_is_gone_back_from_to_any_step(tmp_path: Path, steps: int) -> None:
    start = TrainSettings(experiment=SMALL, length=4, batch=2, eval_every=500, optimiser="adam")
    before = advanced(started(start), steps)
    after = there_and_back(before, tmp_path / "kept")
    moments = [each.step for each in after.main.kept]
    assert moments[0] == 0
    assert moments[-1] == steps
    assert len(moments) > 6
    for step in (0, moments[3], moments[3] + 5, steps - 1):
        back = rewound(after, step)
        assert back.step == step
        assert np.array_equal(back.main.moment.flat, rewound(before, step).main.moment.flat)
        assert back.main.curves.steps == step
        again = advanced(back, steps - step)
        assert np.array_equal(again.main.moment.flat, before.main.moment.flat)
        assert again.main.curves.steps == steps
        assert again.main.curves.of("loss").mean == pytest.approx(before.main.curves.of("loss").mean)
    kept_again = there_and_back(advanced(after, 10), tmp_path / "again")
    assert np.array_equal(rewound(kept_again, moments[3]).main.moment.flat, after.main.kept[3].moment.flat)


def test_where_steps_that_are_made_again_diverge_it_goes_back_to_the_last_of_them() -> None:
    """As on a CPU that rounds otherwise: from the earlier moment the next step goes too far."""
    before = advanced(started(TrainSettings(experiment=SMALL.changed(lr=0.5), length=6, batch=4)), 40)
    wild = replace(before.main.kept[1].moment, flat=before.main.kept[1].moment.flat * 1e-9)
    strange = replace(before.main.kept[1], moment=wild)
    training = replace(before, main=replace(before.main, kept=(before.main.kept[0], strange)))
    back = rewound(training, 30)
    assert back.stopped
    assert back.step < 30
    assert f"to {back.step}" in back.log[-1].sentence


# ---- how large it is


def test_the_file_is_bounded_and_what_is_too_large_is_kept_without_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = eventful(600)
    weights = before.main.moment.flat.nbytes
    monkeypatch.setattr(kept_module, "EARLIER_BYTES", 10 * weights)
    few = keep_training(before)
    assert sum(moment.flat.nbytes for moment in few.runs["main"].moments[:-1]) <= 10 * weights
    assert few.runs["main"].moments[0].step == 0
    assert "with its weights" in few.promise
    monkeypatch.setattr(kept_module, "MOST_BYTES", 10 * weights)
    none = keep_training(before)
    assert not none.runs
    assert "the steps are made again" in none.promise
    monkeypatch.undo()
    save_kept(tmp_path / "kept", none)
    found = open_kept(tmp_path / "kept")
    assert "the steps are made again" in found.promise
    *_, after = taken_up(found)
    assert np.array_equal(after.main.moment.flat, before.main.moment.flat)


def test_a_large_network_takes_what_the_manual_says(tmp_path: Path) -> None:
    large = TrainSettings(
        experiment=SMALL.changed(cell="lstm", hidden=256, activation="tanh"), length=2, batch=1, optimiser="adam"
    )
    before = advanced(started(large), 40)
    save_kept(tmp_path / "kept", keep_training(before))
    assert 2**20 < (tmp_path / "kept").stat().st_size < 28 * 2**20


# ---- an earlier version, without weights


def older(training: Training) -> dict[str, Any]:
    return recipe_document(keep_training(training))


def recipe_document(found: KeptTraining) -> dict[str, Any]:
    """What a version that kept no weights wrote."""
    return {
        "format": "rnn-tui kept training 1",
        "step": found.step,
        "changes": [
            {
                "step": step,
                "lr": live.lr,
                "clip": live.clip,
                "threshold": live.threshold,
                "optimiser": live.optimiser,
            }
            for step, live in found.changes
        ],
        "settings": found.settings.to_document(),
    }


def test_a_file_without_weights_is_made_again(tmp_path: Path) -> None:
    before = eventful()
    (tmp_path / "kept.json").write_text(json.dumps(older(before)))
    found = open_kept(tmp_path / "kept.json")
    assert "the steps are made again" in found.promise
    *_, after = taken_up(found)
    assert after.step == before.step == 22
    assert (after.settings, after.changes) == (before.settings, before.changes)
    for who, run in before.runs.items():
        assert np.array_equal(run.moment.flat, after.runs[who].moment.flat)
        assert np.array_equal(run.moment.second, after.runs[who].moment.second)


def test_what_had_diverged_has_diverged_again_at_the_same_step(tmp_path: Path) -> None:
    before = diverged()
    (tmp_path / "kept.json").write_text(json.dumps(older(before)))
    *_, after = taken_up(open_kept(tmp_path / "kept.json"))
    assert after.main.diverged == before.main.diverged is not None
    assert after.step == 8


def test_making_it_again_stops_when_asked_to(tmp_path: Path) -> None:
    (tmp_path / "kept.json").write_text(json.dumps(older(eventful())))
    found = list(taken_up(open_kept(tmp_path / "kept.json"), watch=lambda _: False))
    assert [training.step for training in found] == [0]


# ---- what is damaged, or none

WRONG: list[dict[str, Any]] = [
    {"format": "another"},
    {"step": 3},
    {"step": 10**10},
    {"step": "22"},
    {"changes": []},
    {"changes": [{"step": 1, "lr": 0.1, "clip": "off", "threshold": 1.0, "optimiser": "sgd"}]},
    {"changes": [{"step": 0, "lr": -1.0, "clip": "off", "threshold": 1.0, "optimiser": "sgd"}]},
    {"settings": {"task": "copy"}},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_no_training_is_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    (tmp_path / "kept.json").write_text(json.dumps({**older(eventful()), **wrong}))
    with pytest.raises(FileProblem, match="holds no training of rnn-tui that can be taken up"):
        open_kept(tmp_path / "kept.json")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("written") / "kept"
    save_kept(path, keep_training(eventful()))
    return path.read_bytes()


@settings(max_examples=150)
@given(data=st.data())
def test_a_file_that_is_cut_or_changed_is_refused(
    written: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged"
    place = data.draw(st.integers(0, len(written) - 1))
    if data.draw(st.booleans()):
        path.write_bytes(written[:place])
    else:
        other = data.draw(st.integers(1, 255))
        path.write_bytes(written[:place] + bytes([written[place] ^ other]) + written[place + 1 :])
    with pytest.raises(FileProblem):
        open_kept(path)


Change = Callable[[Any], object]
OF_DOCUMENT: list[Change] = [
    lambda document: document.update(log=[{"step": 1}]),
    lambda document: document.update(log=3),
]
OF_HEAD: list[Change] = [
    lambda head: head.update(moments=[]),
    lambda head: head["moments"][0].update(step=1),
    lambda head: head["moments"][-1].update(step=10**12),
    lambda head: head["moments"][0].update(optimiser="magic"),
    lambda head: head["moments"][0].update(updates=True),
    lambda head: head.update(stride=0),
    lambda head: head.update(every=0),
    lambda head: head["samples"].update(taken="many"),
    lambda head: head.update(diverged={"step": 1}),
    lambda head: head.pop("events"),
    lambda head: head["events"].append(
        {"step": 3, "kind": "learned", "sentence": "\x1b[2J", "number": None, "who": "main"}
    ),
    lambda head: head["events"].append({"step": 3, "kind": "won", "sentence": "it won", "number": None, "who": "main"}),
]
OF_ARRAYS: list[Change] = [
    lambda arrays: arrays.pop("main.flat"),
    lambda arrays: arrays.update({"main.flat": np.full_like(arrays["main.flat"], np.inf)}),
    lambda arrays: arrays.update({"main.flat": arrays["main.flat"].astype(np.float32)}),
    lambda arrays: arrays.update({"main.flat": arrays["main.flat"][:, :-1].copy()}),
    lambda arrays: arrays.update({"main.flat": arrays["main.flat"].ravel()}),
    lambda arrays: arrays.update({"main.first": arrays["main.flat"][:, 1:].copy()}),
    lambda arrays: arrays.update({"main.rest": arrays["main.points"]}),
    lambda arrays: arrays.update({"main.points": arrays["main.points"] * np.nan}),
    lambda arrays: arrays.update({"main.samples": arrays["main.samples"][:1].copy()}),
    lambda arrays: arrays.update({"main.samples": np.full_like(arrays["main.samples"], np.inf)}),
    lambda arrays: arrays.update({"main.samples": arrays["main.samples"][::-1].copy()}),
    lambda arrays: arrays.update({name: arrays[name][:, 1:].copy() for name in ("main.parts", "main.hidden")}),
]


def refused(written: bytes, path: Path, change: Callable[[dict[str, Any], dict[str, AnyArray]], object]) -> None:
    """Asserts that the file is refused though its digest is over what it holds."""
    from safetensors.numpy import load

    arrays = load(written)
    document = json.loads(arrays["document"].tobytes())
    change(document, arrays)
    refused_with(arrays, json.dumps(document), path)


def refused_with(arrays: dict[str, AnyArray], document: str, path: Path) -> None:
    """Asserts that a file of these arrays and this document, with the right digest, is refused in a sentence."""
    from safetensors.numpy import save

    others = {name: array for name, array in arrays.items() if name not in ("digest", "document")}
    others["document"] = np.frombuffer(document.encode(), dtype=np.uint8)
    path.write_bytes(save({**others, "digest": digest_of(others)}))
    with pytest.raises((FileProblem, ExperimentError)) as caught:
        list(taken_up(open_kept(path)))
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("wrong", WRONG)
def test_settings_and_steps_that_cannot_be_are_refused(written: bytes, tmp_path: Path, wrong: dict[str, Any]) -> None:
    refused(written, tmp_path / "kept", lambda document, _: document.update(wrong))


@pytest.mark.parametrize("change", OF_DOCUMENT)
def test_a_document_that_cannot_be_is_refused(written: bytes, tmp_path: Path, change: Change) -> None:
    refused(written, tmp_path / "kept", lambda document, _: change(document))


@pytest.mark.parametrize("change", OF_HEAD)
def test_a_network_that_cannot_be_is_refused(written: bytes, tmp_path: Path, change: Change) -> None:
    refused(written, tmp_path / "kept", lambda document, _: change(document["runs"]["main"]))


@pytest.mark.parametrize("change", OF_ARRAYS)
def test_numbers_that_cannot_be_are_refused(written: bytes, tmp_path: Path, change: Change) -> None:
    refused(written, tmp_path / "kept", lambda _, arrays: change(arrays))


@pytest.mark.parametrize(
    "hostile", ["[" * 100_000, '{"a":' * 100_000, "9" * 5000, "NaN", '{"runs": Infinity}', "[]", "null", "\\", ""]
)
def test_a_document_that_no_reader_can_take_is_refused(written: bytes, tmp_path: Path, hostile: str) -> None:
    from safetensors.numpy import load

    refused_with(load(written), hostile, tmp_path / "kept")


def test_the_file_is_what_was_packed(written: bytes) -> None:
    document, runs = unpacked(written)
    assert unpacked(packed(document, runs))[0] == document


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    what = KeptTraining(settings=TrainSettings(experiment=SMALL), changes=(), step=0)
    with pytest.raises(FileProblem, match="cannot be written"):
        save_kept(tmp_path / "file" / "kept.json", what)
