"""Every setting of an experiment, declared once; the fields of `Experiment` have the same names and order.

A new setting is a field there, a declaration here, and the code that reads it.
"""

from typing import Literal, get_args

from rnn_tui.engine.kinds import GATED, Activation, CellName, ClipMode, Init, Loss
from rnn_tui.engine.network.skips import SkipError, parse_skip
from rnn_tui.lab.experiment import edits
from rnn_tui.lab.experiment.trained.network import TrainedNetwork
from rnn_tui.lab.settings.declared import Declarations
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.settings.grids import Decades, Even, Whole
from rnn_tui.lab.settings.kinds import Integer, OneOf, OrNone, Other, Real, of_type
from rnn_tui.lab.settings.setting import Excludes, Only, Setting, Turned
from rnn_tui.lab.text.tokens import Tokens

Influence = Literal["gradient", "gradient-input", "integrated", "occlusion"]
InfluenceOn = Literal["state", "output"]
DEFAULT_RHO = 0.9
LARGEST_SEED = 2**63 - 1
_GATED = tuple(cell for cell in get_args(CellName) if cell in GATED)
_UNGATED = tuple(cell for cell in get_args(CellName) if cell not in GATED)
# what a change of a setting takes back: of another network the trained one, of another W also the changes to it
NETWORK, REDRAWN = ("trained",), ("trained", "edits")
_SCALE = Real(0.0, 1e6)
_SCALE_STEPS = Even(fine=0.05, coarse=0.25, low=0.0, high=2.0)
_BIAS = Real(-300.0, 300.0)
_BIAS_STEPS = Even(fine=0.5, coarse=2.0, low=-4.0, high=8.0)
_POSITIVE = Real(1e-300, 1e300)
_MANTISSAS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
_OF_ONE_TEXT = "it is of one text, not of a training"


def _checked_skip(name: str, value: object) -> object:
    try:
        parse_skip(str(value))
    except SkipError as problem:
        raise ExperimentError(name, value, str(problem)) from problem
    return value


def _checked_edits(name: str, value: object) -> tuple[str, ...]:
    """The edits in their canonical lines."""
    if not isinstance(value, tuple | list) or not all(isinstance(line, str) for line in value):
        raise ExperimentError(name, value, f"a list of changes to W, each {edits.FORMS}")
    if len(value) > edits.MOST_EDITS:
        raise ExperimentError(name, f"{len(value):,} changes", f"at most {edits.MOST_EDITS:,} changes to W")
    for line in value:
        try:
            edits.parse_edit(line)
        except edits.EditError as problem:
            raise ExperimentError(name, line, str(problem)) from problem
    return edits.combined(value)


EXPERIMENT = Declarations(
    (
        Setting(
            name="text",
            kind=of_type(str, "words"),
            help="the text, one word or character a step",
            dial="it is typed, pasted or read from a file",
            group="text",
            without_flag="it is what is not a flag, or the file of --file",
            in_training="anew with the text",
        ),
        Setting(
            name="tokens",
            kind=OneOf(get_args(Tokens)),
            help="a step is a word, or a character where a script has no spaces",
            dial="it is said where the text is given: how that is cut is a part of it",
            group="text",
            in_training="anew with the text",
        ),
        Setting(
            name="cell",
            kind=OneOf(get_args(CellName)),
            help="the kind of network; rnn is the simple one, feedforward has its own W at every step",
            dial=Turned("cell", "cell", "what is unrolled; feedforward has a W for every layer"),
            resets=REDRAWN,
            twin=True,
        ),
        Setting(
            name="activation",
            kind=OneOf(get_args(Activation)),
            help="φ in h_t = φ(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh); for rnn and feedforward",
            dial=Turned("φ", "activation φ", "the function that keeps, bends or cuts each unit"),
            only=Only("cell", _UNGATED, "{it} has its own, σ for its gates and tanh", harmless="tanh"),
            resets=NETWORK,
            twin=True,
        ),
        Setting(
            name="hidden",
            kind=Integer(1, 10**9),
            help="hidden units",
            metavar="H",
            dial=Turned(
                "H", "hidden units H", "how many numbers the network remembers with", Whole(low=1, high=256), tab=8
            ),
            resets=REDRAWN,
            twin=True,
        ),
        Setting(
            name="inputs",
            kind=Integer(1, 10**9),
            help="numbers that stand for a word",
            metavar="D",
            dial=Turned("D", "inputs D", "how many numbers stand for a word", Whole(low=1, high=256), tab=9),
            resets=NETWORK,
            in_training="anew with the text",
        ),
        Setting(
            name="init",
            kind=OneOf(get_args(Init)),
            help="how W_hh is drawn, each gate's block on its own; number is a 1×1 W, so one hidden unit",
            dial=Turned("W", "kind of W", "how W is drawn before it is scaled"),
            resets=REDRAWN,
            twin=True,
        ),
        Setting(
            name="rho",
            kind=OrNone(_SCALE, word=None),
            help="scale W_hh to this spectral radius",
            metavar="R",
            default=f"{DEFAULT_RHO:g}",
            dial=Turned("ρ(W)", "spectral radius ρ(W)", grid=_SCALE_STEPS, tab=1, symbol="ρ"),
            excludes=Excludes(("sigma",), "one factor scales W, so give one and the other follows"),
            twin=True,
        ),
        Setting(
            name="sigma",
            kind=OrNone(_SCALE, word=None),
            help="scale W_hh to this largest singular value instead",
            metavar="S",
            default="what rho makes it",
            dial=Turned("σ₁(W)", "largest singular value σ₁", grid=_SCALE_STEPS, tab=5, symbol="σ₁"),
            twin=True,
        ),
        Setting(
            name="transient",
            kind=Real(1.0, 1e6),
            help="for --init nonnormal: how far a product of W first grows before ρ(W) rules",
            metavar="X",
            dial=Turned(
                "peak",
                "transient growth",
                "how far a change grows under W before it fades",
                Decades(mantissas=_MANTISSAS, low=1.0, high=1e3),
            ),
            only=Only("init", ("nonnormal",), "a W of --init {value} takes its own course"),
        ),
        Setting(
            name="edits",
            kind=Other(_checked_edits, f"a list of changes to W, each {edits.FORMS}"),
            help=f"change W after it is drawn and scaled; may be given again: {edits.FORMS}",
            dial="W is changed entry by entry on Spectrum",
            flag="--edit",
            metavar="OP",
            repeated=True,
        ),
        Setting(
            name="skip",
            kind=Other(_checked_skip, "none, pinned:I-J or shared:D"),
            help="h_J also receives h_I, or every h_t also receives h_{t−D}",
            metavar="none|pinned:I-J|shared:D",
            dial=Turned("skip", "skip connection", "adds an earlier state: shared:D always, pinned:I-J once"),
            resets=NETWORK,
            twin=True,
        ),
        Setting(
            name="forget_bias",
            kind=_BIAS,
            help="for lstm: the forget gate's bias; the higher, the longer c_t is kept",
            metavar="B",
            dial=Turned("b_f", "forget bias b_f", "the higher, the more of c the gate f keeps", _BIAS_STEPS, tab=2),
            only=Only("cell", ("lstm",), "{it} has no gates", {"gru": "{it} has --update-bias instead"}),
            resets=NETWORK,
            twin=True,
        ),
        Setting(
            name="update_bias",
            kind=_BIAS,
            help="for gru: the update gate's bias; the higher, the longer h_t is kept",
            metavar="B",
            dial=Turned("b_z", "update bias b_z", "the higher, the more of h the gate z keeps", _BIAS_STEPS, tab=3),
            only=Only("cell", ("gru",), "{it} has no gates", {"lstm": "{it} has --forget-bias instead"}),
            resets=NETWORK,
            twin=True,
        ),
        Setting(
            name="chrono",
            kind=OrNone(Integer(3, 10**9)),
            help="for lstm and gru: draw those biases for memories of up to T steps instead",
            metavar="T",
            dial=Turned("chrono", "chrono T_max", "gate biases drawn to remember up to so many steps", tab=4),
            only=Only("cell", _GATED, "{it} has no gates"),
            excludes=Excludes(("forget_bias", "update_bias"), "chrono draws the gates' biases itself", replaced=True),
            resets=NETWORK,
            twin=True,
        ),
        Setting(
            name="seed",
            kind=Integer(0, LARGEST_SEED),
            help="another seed draws another network",
            metavar="N",
            dial=Turned(
                "seed", "seed", "another seed draws another network of the same kind", Whole(low=0, coarse_step=10)
            ),
            resets=REDRAWN,
        ),
        Setting(
            name="loss",
            kind=OneOf(get_args(Loss)),
            help="of the last step, or the sum or mean of all",
            dial=Turned("loss", "loss", "the last step's error, or the sum or mean of all"),
            group="gradient",
            in_training="beside",
            untrained="the task says what is asked for",
        ),
        Setting(
            name="truncate",
            kind=OrNone(Integer(1, 10**9)),
            help="cut the gradient of every step's loss after K steps; 1 is that step alone",
            metavar="K",
            dial=Turned("K", "truncation K", "how many steps of the text a loss's gradient reaches"),
            group="gradient",
            twin=True,
        ),
        Setting(
            name="clip",
            kind=OneOf(get_args(ClipMode)),
            help="limit the gradient's norm, its values, or it at every step back",
            dial=Turned("clip", "clipping", "of the whole gradient, its entries, or each step back"),
            group="gradient",
            in_training="live",
            twin=True,
        ),
        Setting(
            name="threshold",
            kind=_POSITIVE,
            help="θ, where clipping begins",
            metavar="X",
            dial=Turned(
                "θ",
                "clipping threshold θ",
                "the norm, or entry, that clipping lets through",
                Decades(mantissas=_MANTISSAS, low=1e-3, high=1e3),
                tab=6,
            ),
            group="gradient",
            in_training="live",
            twin=True,
        ),
        Setting(
            name="lr",
            kind=_POSITIVE,
            help="η of the update W ← W − η g",
            metavar="X",
            dial=Turned(
                "η",
                "learning rate η",
                "the length of the update W ← W − η g",
                Decades(mantissas=(1.0, 2.0, 5.0), low=1e-5, high=1e1),
                tab=7,
            ),
            group="gradient",
            in_training="live",
            twin=True,
        ),
        Setting(
            name="influence",
            kind=OneOf(get_args(Influence)),
            help="how the influence of a word on a step is measured",
            dial="it is another view of the same network, and has a key",
            group="gradient",
            in_training="beside",
            untrained=_OF_ONE_TEXT,
        ),
        Setting(
            name="influence_on",
            kind=OneOf(get_args(InfluenceOn)),
            help="the influence of a word on the state h_t, or on the output y_t",
            dial="it is another view of the same network, and has a key",
            group="gradient",
            in_training="beside",
            untrained=_OF_ONE_TEXT,
        ),
        Setting(
            name="trained",
            kind=of_type(TrainedNetwork, "a network that was trained", optional=True),
            help="a trained network in the place of the one that is drawn",
            dial="it comes from a training, or a saved lab",
            without_flag="it is a part of the lab of --lab",
        ),
    )
)
"""By name, in the order of the fields."""
