"""A trained network in the place of a drawn one: the very network, on every screen, saved and opened again."""

import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rnn_tui.engine.kinds import CellName, TaskName
from rnn_tui.engine.learning.batch import ALL, Batch, loss_and_error
from rnn_tui.engine.learning.evaluation import scored_outputs
from rnn_tui.engine.network.spectrum import spectral_radius
from rnn_tui.lab.compare.compare import compare
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.initialise import recurrent_weight
from rnn_tui.lab.experiment.trained.network import Tensor, TrainedError, TrainedNetwork
from rnn_tui.lab.experiment.trained.task_result import TaskResult, task_result
from rnn_tui.lab.measurement.ensemble.ensemble import measure_ensemble
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.lab.powers.bands import power_bands
from rnn_tui.lab.powers.powers import powers
from rnn_tui.lab.report.report import write_report
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.spectrum.spectrum import spectrum
from rnn_tui.lab.training.adopt import adopted_experiment
from rnn_tui.lab.training.settings.train_settings import TRAINING, TrainSettings
from rnn_tui.lab.training.settings.twin import Twin
from rnn_tui.lab.training.stepping import evaluated
from rnn_tui.lab.training.training import Training, advanced, started
from rnn_tui.lab.views.report import measurement_report

START = Experiment(text="to be or not to be that is", hidden=5, lr=0.05, clip="norm", seed=3)


def training(task: TaskName = "temporal-order", steps: int = 20, **settings: Any) -> Training:
    length = 2 if task == "copy" else 6
    made = TrainSettings(experiment=START, task=task, length=length, batch=4, eval_every=50).changed(**settings)
    return advanced(started(made), steps)


@pytest.fixture(scope="module")
def shown() -> Experiment:
    return adopted_experiment(training())


@pytest.mark.parametrize("task", TRAINING.choices["task"])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "feedforward"])
def test_what_is_measured_is_the_network_that_was_trained(task: TaskName, cell: CellName) -> None:
    trained = training(task, cell=cell)
    experiment = adopted_experiment(trained)
    found, run = measure(experiment), trained.main
    for name, tensor in run.model.tensors.items():
        assert np.array_equal(found.trace.parameters[name], tensor)
    batch = Batch(found.trace.inputs[:, None], np.zeros((found.steps, 1), dtype=np.int64), ALL)
    y = scored_outputs(run.plan.architecture, run.model, batch)
    wanted = found.trace.wanted
    each = [
        loss_and_error(y[t : t + 1], found.targets[t : t + 1, None] if wanted is None else wanted[t : t + 1, None])[0]
        for t in range(found.steps)
    ]
    assert found.step_losses == pytest.approx(each, rel=1e-10)
    scored = each if experiment.loss == "mean" else each[-1:]
    assert found.loss == pytest.approx(np.mean(scored), rel=1e-10)
    assert experiment.loss == ("mean" if task in ("copy", "series", "next-word") else "last")


@pytest.mark.parametrize("task", ["temporal-order", "copy", "next-word", "first-sign"])
def test_its_gradient_is_the_trainings(task: TaskName) -> None:
    from rnn_tui.engine.learning.training_step import loss_and_gradient, workspace

    trained = training(task)
    experiment = adopted_experiment(trained).changed(clip="off")
    found, plan = measure(experiment), trained.main.plan
    scored = plan.task.scored
    batch = Batch(found.trace.inputs[:, None], found.targets[scored][:, None], scored)
    room = workspace(plan.architecture, trained.main.model, steps=found.steps, batch=1)
    loss_and_gradient(trained.main.model, batch, room=room)
    for name, tensor in room.gradient.tensors.items():
        assert found.grad_norms[name] == pytest.approx(np.linalg.norm(tensor), rel=1e-9)


@pytest.mark.parametrize("task", ["adding", "adding-average", "series"])
def test_the_squared_errors_gradient_is_the_trainings(task: TaskName) -> None:
    from rnn_tui.engine.learning.training_step import loss_and_gradient, workspace

    trained = training(task)
    found, plan = measure(adopted_experiment(trained).changed(clip="off")), trained.main.plan
    assert found.trace.wanted is not None
    scored = plan.task.scored
    batch = Batch(found.trace.inputs[:, None], found.trace.wanted[scored][:, None], scored)
    room = workspace(plan.architecture, trained.main.model, steps=found.steps, batch=1)
    loss_and_gradient(trained.main.model, batch, room=room)
    for name, tensor in room.gradient.tensors.items():
        assert found.grad_norms[name] == pytest.approx(np.linalg.norm(tensor), rel=1e-9)


@pytest.mark.parametrize("task", TRAINING.choices["task"])
def test_it_is_saved_and_opened_bit_for_bit(task: TaskName) -> None:
    experiment = adopted_experiment(training(task, cell="gru")).edited("1,1=0.25")
    again = Experiment.from_json(experiment.to_json())
    assert again == experiment
    assert again.trained is not None
    assert experiment.trained is not None
    assert again.trained.tensors == experiment.trained.tensors
    assert measure(again).step_losses.tolist() == measure(experiment).step_losses.tolist()


def test_the_network_of_the_twin_is_another_one() -> None:
    both = training(twin=Twin.parse("cell=lstm"), lr=0.1)
    assert adopted_experiment(both, "twin").cell == "lstm"
    assert adopted_experiment(both, "twin").trained != adopted_experiment(both).trained
    assert adopted_experiment(both).trained == adopted_experiment(both).trained


@pytest.mark.parametrize(
    ("task", "text", "complaint"),
    [
        ("temporal-order", "c A d e", "asks for the order of two capitals, A or B, and this text has 1"),
        ("temporal-order", "c A d x", "step 4: “x” is none of the symbols A B c d e f"),
        ("adding", ".2 .3* .4", "adds two numbers that are marked with a star, like .53*, and this text has 1"),
        ("adding", ".2* 3*", "step 2: “3*” is no number from 0 to 1"),
        ("copy", "1 2 3", "ten symbols 1 … 8, blanks _, the sign > and ten blanks more"),
        ("first-sign", "high .1", "“high” is no number"),
        ("series", ".1 .2 .3", "to be followed by > and the one that comes, like +.83>+.71"),
        ("series", ".1 .2>x", "“x” is no number"),
        ("next-word", "to be happy", "“happy” is not in the text"),
    ],
)
def test_other_texts_are_refused_with_what_it_reads(task: TaskName, text: str, complaint: str) -> None:
    experiment = adopted_experiment(training(task))
    with pytest.raises(ExperimentError, match="this network was trained on") as caught:
        experiment.changed(text=text)
    assert complaint in caught.value.allowed
    assert caught.value.setting == "text"


@pytest.mark.parametrize(
    ("task", "text", "right"),
    [
        ("temporal-order", "A B c", "AB"),
        ("temporal-order", "c c B f A e e", "BA"),
        ("adding", ".25* .5 .5*", ".75"),
        ("adding-average", ".25* .75*", ".50"),
        ("first-sign", "-.5 .1 .2 .3", "−"),
        ("first-sign", "+1.5 -.1", "+"),
        ("copy", "1 2 3 4 5 6 7 8 1 2 _ > _ _ _ _ _ _ _ _ _ _", "2"),
        ("series", ".1 .2>.3", ".30"),
        ("next-word", "be or", "<eos>"),
    ],
)
def test_what_is_right_at_the_end_follows_from_the_text(task: TaskName, text: str, right: str) -> None:
    found = measure(adopted_experiment(training(task)).changed(text=text))
    assert found.vocabulary[found.targets[-1]] == right


def test_a_feed_forward_net_runs_its_own_length_alone() -> None:
    experiment = adopted_experiment(training(cell="feedforward"))
    with pytest.raises(ExperimentError, match="has 6 layers, so it runs 6 steps, not 3"):
        experiment.changed(text="A c B")


@pytest.mark.parametrize(
    "change", [{"seed": 4}, {"hidden": 6}, {"cell": "gru"}, {"init": "orthogonal"}, {"skip": "shared:2"}, {"inputs": 3}]
)
def test_another_network_is_drawn_and_not_trained(shown: Experiment, change: dict[str, Any]) -> None:
    edited = shown.edited("1,1=2")
    other = edited.changed(**change)
    assert other.trained is None
    assert other.edits == ()
    assert measure(other).parameters > 0


@pytest.mark.parametrize("change", [{"clip": "off"}, {"lr": 2.0}, {"truncate": 2}, {"loss": "sum"}, {"text": "A B"}])
def test_other_settings_leave_it_trained(shown: Experiment, change: dict[str, Any]) -> None:
    assert shown.changed(**change).trained is shown.trained


def test_rho_is_an_edit_of_the_trained_w_and_leaves_it_alone_before(shown: Experiment) -> None:
    assert shown.rho == 0.9
    assert shown.scale("rho") is None
    before = recurrent_weight(shown)
    assert spectral_radius(before) != pytest.approx(0.9, abs=1e-3)
    scaled = shown.changed(rho=0.9)
    assert scaled.edits == ("rho=0.9",)
    assert scaled.scale("rho") == 0.9
    assert np.allclose(recurrent_weight(scaled), before * (0.9 / spectral_radius(before)))
    entry = recurrent_weight(shown.edited("2,3=0.5"))
    assert entry[1, 2] == 0.5
    assert np.count_nonzero(entry != before) == 1
    assert np.array_equal(recurrent_weight(shown), before)


def test_training_starts_from_what_is_drawn(shown: Experiment) -> None:
    settings = TrainSettings(experiment=shown.changed(rho=1.5))
    assert settings.experiment.trained is None
    assert settings.experiment.edits == ()
    assert not settings.starts_anew(TrainSettings(experiment=START))


def test_powers_spectrum_and_comparison_are_of_the_trained_w(shown: Experiment) -> None:
    found, weight = measure(shown), recurrent_weight(shown)
    assert np.array_equal(powers(shown, last=4).weight, weight)
    assert spectrum(found).singular_values[0] == pytest.approx(np.linalg.norm(weight, 2))
    assert "not of what training made of W" in power_bands(shown, seeds=3, last=16).drawn_from
    compared = compare(shown, seeds=range(3))
    assert [row.experiment is not None and row.experiment.trained is not None for row in compared.rows] == [
        True,
        *[False] * 8,
    ]
    figures = compared.rows[0].figures
    assert figures is not None
    assert figures.log10_grad_hidden.tolist() == found.log10_grad_hidden_last.tolist()
    assert figures.bands is None
    assert figures.lengths.any
    assert compared.sentence.endswith("only the simple RNN has been trained.")


def test_other_seeds_of_a_trained_network_are_refused(shown: Experiment) -> None:
    with pytest.raises(ExperimentError, match="other seeds would be other networks"):
        measure_ensemble(shown, range(3))


def test_the_reports_tell_what_it_was_trained_on() -> None:
    for task, loss in (("temporal-order", "nats"), ("adding", "a squared error")):
        found = measure(adopted_experiment(training(task)))  # type: ignore[arg-type]
        table, document, rows = io.StringIO(), io.StringIO(), io.StringIO()
        report = measurement_report(found)
        write_report(report, "table", table)
        write_report(report, "json", document)
        write_report(report, "csv", rows)
        said = " ".join(table.getvalue().split())
        assert f"trained on {task}, T = 6, 20 steps" in said
        assert loss in said
        told = json.loads(document.getvalue())["experiment"]["trained"]
        assert (told["task"], told["length"], told["steps"]) == (task, 6, 20)
        assert told["result"].keys() == set(TaskResult._fields)
        assert len(rows.getvalue().splitlines()) == found.steps + 1


def document(shown: Experiment) -> dict[str, Any]:
    assert shown.trained is not None
    found: dict[str, Any] = json.loads(json.dumps(shown.trained.to_document()))
    return found


@pytest.mark.parametrize(
    "broken",
    [
        lambda found: found.pop("digest"),
        lambda found: found.update(digest="0"),
        lambda found: found.pop("tensors"),
        lambda found: found["tensors"].pop("weight_hh_l0"),
        lambda found: found["tensors"].update(more={"shape": [1], "float64": "AAAAAAAAAAA="}),
        lambda found: found["tensors"]["readout_bias"].update(float64="no base64"),
        lambda found: found["tensors"]["readout_bias"].update(float64="AAAA"),
        lambda found: found["tensors"]["weight_hh_l0"].update(shape=[25]),
        lambda found: found["tensors"]["weight_hh_l0"].update(shape=3),
        lambda found: found["tensors"].update(weight_hh_l0=None),
        lambda found: found.update(cell="transformer"),
        lambda found: found.update(task="sorting"),
        lambda found: found.update(skip="back"),
        lambda found: found.update(hidden="5"),
        lambda found: found.update(steps=-1),
        lambda found: found.update(vocabulary=None),
        lambda found: found.update(vocabulary=[3]),
        lambda found: found.update(more=3),
        lambda found: found.update(result=None),
        lambda found: found.update(result={}),
        lambda found: found["result"].update(loss="0"),
        lambda found: found["result"].update(loss=float("inf")),
        lambda found: found["result"].update(error_name="\x1b[2J"),
        lambda found: found["result"].update(below_current_input=1),
        lambda found: found["result"].update(below_current_input=True),
    ],
)
def test_what_is_no_saved_network_is_refused(shown: Experiment, broken: Any) -> None:
    found = document(shown)
    broken(found)
    with pytest.raises(TrainedError):
        TrainedNetwork.from_document(found)
    with pytest.raises(ExperimentError) as caught:
        # a number too large for a float is one in JSON
        document_of_all = json.dumps({**json.loads(shown.to_json()), "trained": found}).replace("Infinity", "1e999")
        Experiment.from_json(document_of_all)
    assert caught.value.setting == "trained"


def test_it_says_how_well_it_does_its_task_and_is_saved_with_that(shown: Experiment) -> None:
    run = training().main
    assert shown.trained is not None
    found = shown.trained.result
    assert found == task_result(run.plan.task, **evaluated(run)._asdict())
    assert found is not None
    again = Experiment.from_json(shown.to_json()).trained
    assert again is not None
    assert again.result == found


def test_a_network_saved_before_results_were_kept_opens_without_one(shown: Experiment) -> None:
    assert shown.trained is not None
    older = replace(shown.trained, result=None)
    assert "result" not in older.to_document()
    again = TrainedNetwork.from_document(json.loads(json.dumps(older.to_document())))
    assert again == older
    assert again.result is None


def test_numbers_that_are_not_finite_are_refused(shown: Experiment) -> None:
    assert shown.trained is not None
    bad = Tensor((4,), np.array([1.0, np.nan, 0.0, 0.0]).tobytes())
    with pytest.raises(TrainedError, match="readout_bias holds a number that is not finite"):
        replace(shown.trained, tensors={**shown.trained.tensors, "readout_bias": bad})


def test_a_network_that_does_not_fit_the_settings_is_refused(shown: Experiment) -> None:
    with pytest.raises(ExperimentError, match="that network was trained with hidden 5, not 6"):
        replace(shown, hidden=6)
