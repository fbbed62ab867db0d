"""The course panel: what is learned, with what, how far it is, and the next update of one weight."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnn_tui.lab.experiment.trained.task_result import short_error
from rnn_tui.lab.text.numbers import number_text, setting_text
from rnn_tui.lab.training.settings.recommended import TASK_TITLES
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import Phrase, Run, phrase, said, wrapped, write
from rnn_tui.ui.screens.train.panels.chart import DOT, LINE, run_colour
from rnn_tui.ui.screens.train.panels.update import update_line
from rnn_tui.ui.screens.train.scene import TrainScene
from rnn_tui.ui.screens.train.training.progress import Progress
from rnn_tui.ui.screens.train.training.sentences import setting_words

if TYPE_CHECKING:
    from rnn_tui.lab.training.training import Training

_OPTIMISERS = {"sgd": "SGD", "momentum": "momentum", "adam": "Adam", "rmsprop": "RMSprop"}
_BAR = 20
_LEAST_BAR = 60


class CoursePanel(Canvas[TrainScene]):
    """Two lines at least: the settings, and where the training is; with more room the next update of a weight."""

    def title(self, scene: TrainScene) -> str:
        progress = scene.results.progress
        return "Training" if progress is None else f"Training · {progress.course.task.replace('-', ' ')}"

    def keys(self, scene: TrainScene) -> Sequence[tuple[str, str]]:
        return (("space", "train"), ("m", "twin"), ("y", "task"), ("Y", "what learns it"), ("L", "T"), ("B", "batch"))

    def paint(self, pen: Pen, scene: TrainScene) -> None:
        progress = scene.results.progress
        if progress is None:
            return
        write(pen, 0, 0, _settings(scene, progress), width=pen.width, gap=3 if pen.width > 100 else 2)
        if progress.refusal:
            for y, line in enumerate(wrapped(progress.refusal, pen.width, pen.height - 1), start=1):
                pen.text(0, y, line, Ink(scene.palette.bad, scene.palette.panel))
            return
        x = _bar(pen, scene, progress) if pen.width >= _LEAST_BAR else 0
        write(pen, x, 1, _state(scene, progress), width=pen.width - x, gap=3 if pen.width > 100 else 2)
        if pen.height > 2 and progress.training is not None:
            update_line(pen, 2, scene)


def _settings(scene: TrainScene, progress: Progress) -> list[Phrase]:
    palette, course, e = scene.palette, progress.course, scene.experiment
    muted, normal = Ink(palette.muted, palette.panel), Ink(palette.text, palette.panel)

    def chip(label: str, value: str, rank: int) -> Phrase:
        return phrase(((f"{label} ", muted), (value, normal)), (), ranks=rank)

    clip = "off" if e.clip == "off" else f"{e.clip} θ {setting_text(e.threshold)}"
    own: tuple[Run, ...] = ((f"{LINE} ", Ink(run_colour("main", palette), palette.panel, bold=True)),)
    found = [
        said(normal, TASK_TITLES[course.task], "", ranks=2),
        chip("T", f"{course.length:,}", 7),
        chip("batch", f"{course.batch:,}", 4),
        phrase(
            ((f"{_OPTIMISERS[course.optimiser]} ", muted), (f"η {e.lr:g}", normal)), ((f"η {e.lr:g}", normal),), ranks=5
        ),
        phrase((*own, ("clip ", muted), (clip, normal)), (("clip ", muted), (clip, normal)), ranks=(6, 8)),
    ]
    if course.twin is None:
        return [*found, said(muted, "no twin", "", ranks=3)]
    twin = (f"{DOT} ", Ink(run_colour("twin", palette), palette.panel, bold=True)), ("twin: ", muted)
    return [*found, phrase((*twin, (setting_words(course.twin.setting, course.twin.value), normal)), ranks=9)]


def _bar(pen: Pen, scene: TrainScene, progress: Progress) -> int:
    """How far it is to the goal, where there is one; where it ends."""
    if progress.goal is None or progress.goal <= progress.origin:
        return 0
    palette = scene.palette
    done = (progress.step - progress.origin) / (progress.goal - progress.origin)
    filled = round(_BAR * min(max(done, 0.0), 1.0))
    x = pen.text(0, 1, "━" * filled, Ink(palette.flow, palette.panel))
    return pen.text(x, 1, "╌" * (_BAR - filled), Ink(palette.border_focused, palette.panel)) + 2


def _state(scene: TrainScene, progress: Progress) -> list[Phrase]:
    palette, training = scene.palette, progress.training
    muted, strong = Ink(palette.muted, palette.panel), Ink(palette.text, palette.panel, bold=True)
    if training is None:
        return [said(muted, "initialising the network…", ranks=9)]
    word, colour = ("▶ training", palette.flow) if progress.going else ("■ paused", palette.text)
    if training.stopped:
        word, colour = "✗ diverged", palette.bad
    elif not progress.step and not progress.going:
        word, colour = "■ at the start", palette.text
    found = [said(Ink(colour, palette.panel, bold=True), word, ranks=9)]
    goal = f" of {progress.goal:,}" if progress.goal is not None else ""
    found.append(phrase((("step ", muted), (f"{progress.step:,}{goal}", strong)), ranks=9))
    if progress.going and progress.speed is not None:
        found.append(said(muted, f"{_round(progress.speed)} steps/s", f"{_round(progress.speed)}/s", "", ranks=7))
    found += _results(scene, training)
    if not progress.step and not progress.going:
        offered = f"U takes up the {progress.offered:,} steps of last time" if progress.offered else ""
        found.append(said(muted, offered or "space trains, x makes one step", offered and "U takes up", ranks=5))
    return found


def _round(speed: float) -> str:
    """Two digits of a speed: more of them would only flicker."""
    return f"{float(f'{speed:.2g}'):,.0f}" if speed >= 10 else f"{speed:.1f}"


def _results(scene: TrainScene, training: "Training") -> list[Phrase]:
    """The newest loss and error of each network; that one has diverged."""
    palette = scene.palette
    muted, normal = Ink(palette.muted, palette.panel), Ink(palette.text, palette.panel)
    found = []
    for who, run in training.runs.items():
        if run.samples.last is None or not training.step:
            continue
        mark = (f"{LINE if who == 'main' else DOT} ", Ink(run_colour(who, palette), palette.panel, bold=True))
        if run.diverged is not None:
            said_so = (f"diverged at {run.diverged.step:,}", Ink(palette.bad, palette.panel, bold=True))
            found.append(phrase((mark, said_so), ranks=8))
            continue
        loss = number_text(run.samples.last.loss)
        error = short_error(run.plan.task.error_name, run.samples.last.error)
        wrong = "wrong " if error.endswith("%") else "error "
        found.append(
            phrase(
                (mark, ("loss ", muted), (loss, normal), (f"  {wrong}", muted), (error, normal)),
                (mark, (error, normal), (f" {wrong}", muted)),
                (mark, (error, normal)),
                ranks=(3, 6),
            )
        )
    return found
