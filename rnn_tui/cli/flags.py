"""The settings of an experiment as flags: their names, their help, what they exclude and which network has them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rnn_tui.engine.kinds import GATED
from rnn_tui.lab.experiment.edits import LOOKS
from rnn_tui.lab.experiment.experiment import CHOICES, DEFAULT_RHO, Experiment

UNSET = "none"
CELLS = {"rnn": "a simple RNN", "lstm": "an LSTM", "gru": "a GRU", "feedforward": "a feed-forward net"}
OWN_ACTIVATION = {"lstm": "σ for its gates and tanh", "gru": "σ for its gates and tanh"}
# settings whose flag can be given again and again
REPEATED = frozenset({"edits"})
# settings that a flag can take back with `none`
CLEARED = frozenset({"chrono", "truncate"})


@dataclass(frozen=True, slots=True)
class Flag:
    """One setting of the experiment on the command line: `--name METAVAR`."""

    setting: str
    group: str
    metavar: str
    help: str

    @property
    def name(self) -> str:
        """The flag as it is typed."""
        return flag_of(self.setting)

    @property
    def default(self) -> str:
        """What it is when nobody sets it, in words."""
        match self.setting:
            case "rho":
                return f"{DEFAULT_RHO:g}"
            case "sigma":
                return "what rho makes it"
            case _:
                value = getattr(Experiment(), self.setting)
                if value is None or value == ():
                    return UNSET
                return f"{value:g}" if isinstance(value, float) else str(value)


def _chosen(setting: str, group: str, text: str) -> Flag:
    return Flag(setting, group, "|".join(CHOICES[setting]), text)


FLAGS = (
    _chosen("tokens", "text", "a step is a word, or a character where a script has no spaces"),
    _chosen("cell", "network", "the kind of network; rnn is the simple one, feedforward has its own W at every step"),
    _chosen("activation", "network", "φ in h_t = φ(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh); for rnn and feedforward"),
    Flag("hidden", "network", "H", "hidden units"),
    Flag("inputs", "network", "D", "numbers that stand for a word"),
    _chosen(
        "init",
        "network",
        "how W_hh is drawn, each gate's block on its own; number is a 1×1 W, so one hidden unit",
    ),
    Flag("rho", "network", "R", "scale W_hh to this spectral radius"),
    Flag("sigma", "network", "S", "scale W_hh to this largest singular value instead"),
    Flag("transient", "network", "X", "for --init nonnormal: how far a product of W first grows before ρ(W) rules"),
    Flag("edits", "network", "OP", f"change W after it is drawn and scaled; may be given again: {LOOKS}"),
    Flag("skip", "network", "none|pinned:I-J|shared:D", "h_J also receives h_I, or every h_t also receives h_{t−D}"),
    Flag("forget_bias", "network", "B", "for lstm: the forget gate's bias; the higher, the longer c_t is kept"),
    Flag("update_bias", "network", "B", "for gru: the update gate's bias; the higher, the longer h_t is kept"),
    Flag("chrono", "network", "T", "for lstm and gru: draw those biases for memories of up to T steps instead"),
    Flag("seed", "network", "N", "another seed draws another network"),
    _chosen("loss", "gradient", "of the last step, or the sum or mean of all"),
    Flag("truncate", "gradient", "K", "cut the gradient of every step's loss after K steps; 1 is that step alone"),
    _chosen("clip", "gradient", "limit the gradient's norm, its values, or it at every step back"),
    Flag("threshold", "gradient", "X", "θ, where clipping begins"),
    Flag("lr", "gradient", "X", "η of the update W ← W − η g"),
    _chosen("influence", "gradient", "how the influence of a word on a step is measured"),
    _chosen("influence_on", "gradient", "the influence of a word on the state h_t, or on the output y_t"),
)
EXCLUSIVE = (
    ("rho", "sigma", "one factor scales W, so give one and the other follows"),
    ("chrono", "forget_bias", "chrono draws the gates' biases itself"),
    ("chrono", "update_bias", "chrono draws the gates' biases itself"),
)


def flag_of(setting: str) -> str:
    """The flag of a setting: `rho` is `--rho`."""
    return "--edit" if setting == "edits" else "--" + setting.replace("_", "-")


def contradictions(given: Mapping[str, str]) -> Iterator[str]:
    """A sentence for every two flags of those given that exclude each other."""
    for one, other, why in EXCLUSIVE:
        if one in given and other in given and UNSET not in (given[one], given[other]):
            yield f"{flag_of(one)} and {flag_of(other)} exclude each other: {why}"


def ignored(experiment: Experiment, given: Mapping[str, str]) -> Iterator[str]:
    """A sentence for every flag of those given that the experiment's network does not have."""
    cell = experiment.cell
    if "activation" in given and cell in OWN_ACTIVATION and experiment.activation != "tanh":
        yield (f"--activation is for --cell rnn or feedforward: {CELLS[cell]} has its own, {OWN_ACTIVATION[cell]}")
    if "forget_bias" in given and cell != "lstm":
        yield f"--forget-bias is for --cell lstm: {_other_gates(cell, has='--update-bias')}"
    if "update_bias" in given and cell != "gru":
        yield f"--update-bias is for --cell gru: {_other_gates(cell, has='--forget-bias')}"
    if given.get("chrono", UNSET) != UNSET and cell not in GATED:
        yield f"--chrono is for --cell lstm or gru: {CELLS[cell]} has no gates"
    if "transient" in given and experiment.init != "nonnormal":
        yield f"--transient is for --init nonnormal: a W of --init {experiment.init} takes its own course"


def _other_gates(cell: str, *, has: str) -> str:
    return f"{CELLS[cell]} has {has} instead" if cell in GATED else f"{CELLS[cell]} has no gates"
