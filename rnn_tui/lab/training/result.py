"""The result of a training: each network evaluated on fresh sequences once more."""

from collections.abc import Mapping
from dataclasses import dataclass

from rnn_tui.engine.learning.evaluation import Evaluation
from rnn_tui.lab.experiment.trained.task_result import TaskResult, task_result
from rnn_tui.lab.training.record.events import Who
from rnn_tui.lab.training.record.run import TrainingRun
from rnn_tui.lab.training.stepping import evaluated
from rnn_tui.lab.training.training import Training


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class TrainingResult:
    """A training and how well its networks do now. Compared by identity.

    Attributes:
        evaluations: of each network, by name, on fresh sequences.
        interrupted: whether it was stopped before the steps that were asked for.
    """

    training: Training
    evaluations: Mapping[Who, Evaluation]
    interrupted: bool = False

    def of_task(self, who: Who) -> TaskResult:
        """How well one of the networks does its task."""
        return task_result(self.training.runs[who].plan.task, **self.evaluations[who]._asdict())


def training_result(training: Training, *, interrupted: bool = False) -> TrainingResult:
    """The training with an evaluation of its networks as they are now."""
    return TrainingResult(
        training=training,
        evaluations={who: present_evaluation(run) for who, run in training.runs.items()},
        interrupted=interrupted,
    )


def present_evaluation(run: TrainingRun) -> Evaluation:
    """The network as it is now on fresh sequences, as it was sampled where it was."""
    last = run.samples.last
    if last is not None and last.step == run.step:
        return Evaluation(last.loss, last.error, last.standard_error)
    return evaluated(run)
