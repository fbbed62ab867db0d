"""Every setting of a task and its training, declared once, but for those that they share with the experiment."""

from typing import get_args

from rnn_tui.engine.kinds import Optimiser, TaskName
from rnn_tui.lab.settings.declared import Declarations
from rnn_tui.lab.settings.kinds import Integer, OneOf
from rnn_tui.lab.settings.setting import Setting

_HAS_A_KEY = "Train has a key for it"

TASK = Declarations(
    (
        Setting(
            name="task",
            kind=OneOf(get_args(TaskName)),
            help="what is to be learnt",
            dial=_HAS_A_KEY,
            group="training",
            default="{}, or what the lab was trained on",
        ),
        Setting(
            name="length",
            kind=Integer(1, 10_000, grouped=True),
            help="length of a sequence, as the task counts it",
            metavar="T",
            dial=_HAS_A_KEY,
            group="training",
            default="{}, or what the text has",
        ),
        Setting(
            name="batch",
            kind=Integer(1, 100_000, grouped=True),
            help="sequences a step",
            metavar="B",
            dial=_HAS_A_KEY,
            group="training",
        ),
        Setting(
            name="optimiser",
            kind=OneOf(get_args(Optimiser)),
            help="what is made of the clipped gradient",
            dial=_HAS_A_KEY,
            group="training",
            in_training="live",
            twin=True,
        ),
        Setting(
            name="eval_every",
            kind=Integer(1, 1_000_000, grouped=True),
            help="try it on fresh sequences every N steps",
            metavar="N",
            dial=_HAS_A_KEY,
            group="training",
        ),
    )
)
"""By name, in the order of the fields of `TrainSettings`."""
