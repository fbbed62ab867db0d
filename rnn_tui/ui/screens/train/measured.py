"""What the Train screen has measured: the next step in numbers, and the kinds of clipping compared on its gradient."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rnn_tui.engine.progress import Watch
from rnn_tui.ui.screens.train.scene import TrainingClips
from rnn_tui.ui.state.side_work import SideTask

if TYPE_CHECKING:
    from rnn_tui.lab.training.training import Training

# products that the next step and its three clippings take, which a frame has time for
_QUICK = 2_000_000


def next_step_task(training: "Training") -> SideTask:
    """The next step of the training: its gradient, and what it changes."""

    def work(_: Watch) -> Iterator[object]:
        from rnn_tui.lab.training.next_step import next_step

        yield next_step(training)

    return SideTask("next_step", training, work, _is_quick(training))


def next_clips_task(training: "Training") -> SideTask:
    """The three kinds of clipping, on the gradient of the next batch."""

    def work(_: Watch) -> Iterator[object]:
        from rnn_tui.lab.training.next_step import training_clips

        yield TrainingClips(training_clips(training))

    return SideTask("clips", training, work, _is_quick(training))


def _is_quick(training: "Training") -> bool:
    plan = training.main.plan
    hidden = plan.start.parameters.hidden
    return plan.task.length * plan.settings.batch * hidden * hidden + plan.start.flat.size * 8 <= _QUICK
