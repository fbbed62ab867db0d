"""The dials: every setting that can be turned, as one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from rnn_tui.engine.kinds import GATED, LARGEST_SLOPE, Cell
from rnn_tui.lab.experiment.experiment import CHOICES, INTEGER_RANGES, REAL_RANGES, Experiment
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.text.numbers import apart_text, scale_text
from rnn_tui.ui.state.grids import OFF, Choice, Decades, Even, Grid, Listed, OrOff, Value, Whole

# Of ρ and σ₁ one is set and the other follows; any other setting that is None is off.
SCALES = ("rho", "sigma")
ENDS = {-1: "as low as it goes", 1: "as high as it goes"}
CELL_NAMES: Mapping[Cell, str] = {
    "rnn": "simple RNN",
    "lstm": "LSTM",
    "gru": "GRU",
    "feedforward": "feed-forward net",
}


class Mark(NamedTuple):
    """A place on a slider that means something: where it stands, 0 to 1, and what it is called."""

    fraction: float
    text: str


def _always(_: Experiment) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """One setting that can be turned.

    Attributes:
        name: the setting of `Experiment`.
        label: two to six cells, for the panel.
        title: the long label, for prompts and notices.
        help: one sentence on what it does, or how it follows from the experiment.
        grid: its values, or how they follow from the experiment.
        applies: whether the network of an experiment has such a setting.
    """

    name: str
    label: str
    title: str
    help: str | Callable[[Experiment], str]
    grid: Grid | Callable[[Experiment], Grid]
    applies: Callable[[Experiment], bool] = _always

    def grid_of(self, experiment: Experiment) -> Grid:
        """The values that there are now."""
        return self.grid(experiment) if callable(self.grid) else self.grid

    def help_of(self, experiment: Experiment) -> str:
        """What it does in the network that there is now."""
        return self.help(experiment) if callable(self.help) else self.help

    def value(self, experiment: Experiment, measurement: Measurement | None = None) -> Value:
        """The value as it is: set, or for the one of ρ and σ₁ that follows the other, measured (1 until it is)."""
        value: Value | None = self._own(experiment)
        if value is not None:
            return value
        if self.name not in SCALES:
            return OFF
        if measurement is None:
            return 1.0
        return measurement.spectral_radius if self.name == "rho" else measurement.largest_singular_value

    def value_text(self, experiment: Experiment, measurement: Measurement | None = None) -> str:
        """The value in a few cells; `…` for one that follows and is not measured yet."""
        if self.follows(experiment):
            return "…" if measurement is None else apart_text(float(self.value(experiment, measurement)), 1.0)
        value = self.value(experiment)
        return scale_text(float(value)) if self.name in SCALES else self._plain(value)

    @staticmethod
    def _plain(value: Value) -> str:
        return f"{value:g}" if isinstance(value, float) else str(value)

    def follows(self, experiment: Experiment) -> bool:
        """Whether the value follows from others now: σ₁ where ρ is set, and the other way round."""
        return self.name in SCALES and self._own(experiment) is None

    def _own(self, experiment: Experiment) -> Value | None:
        found: Value | None = experiment.scale(self.name) if self.name in SCALES else getattr(experiment, self.name)
        return found

    def turned(
        self,
        experiment: Experiment,
        clicks: int,
        *,
        coarse: bool = False,
        measurement: Measurement | None = None,
    ) -> Experiment:
        """The experiment with this dial turned by so many clicks; the same one at an end of its range.

        Raises:
            ExperimentError: the value cannot be.
        """
        grid = self.grid_of(experiment)
        value = grid.step(self.value(experiment, measurement), clicks, coarse=coarse)
        low, high = {**INTEGER_RANGES, **REAL_RANGES}.get(self.name, (None, None))
        if low is not None and high is not None and not isinstance(value, str):
            value = min(max(value, low), high)
        return self._set(experiment, grid, value)

    def typed(self, experiment: Experiment, text: str) -> Experiment:
        """The experiment with this dial set to what a person typed.

        Raises:
            ExperimentError: no such value, or it cannot be.
        """
        grid = self.grid_of(experiment)
        return self._set(experiment, grid, grid.parse(self.name, text.strip()))

    def _set(self, experiment: Experiment, grid: Grid, value: Value) -> Experiment:
        return experiment.changed(**{self.name: None if isinstance(grid, OrOff) and value == OFF else value})

    def slider(self, experiment: Experiment) -> Grid:
        """The grid with its ends where they are useful now: ρ and σ₁ run to twice 1/γ."""
        grid = self.grid_of(experiment)
        if self.name in SCALES and isinstance(grid, Even):
            return replace(grid, high=2 / _slope(experiment))
        return grid

    def fraction(self, experiment: Experiment, measurement: Measurement | None = None) -> float | None:
        """The slider's position, 0 to 1; None for choices and for seeds, which have no more and less."""
        if self.follows(experiment) and measurement is None:
            return None
        return self.slider(experiment).fraction(self.value(experiment, measurement))

    def marks(self, experiment: Experiment, measurement: Measurement | None = None) -> tuple[Mark, ...]:
        """The marks on the slider: 1/γ for ρ and σ₁ where that bounds anything, the gradient's norm ‖g‖ for θ."""
        if self.name in SCALES and _no_bound(experiment) is None:
            slope = _slope(experiment)
            return (Mark(self.slider(experiment).fraction(1 / slope) or 0.0, "1" if slope == 1 else "1/γ = 4"),)
        if self.name == "threshold" and measurement is not None and measurement.grad_norm:
            return (Mark(self.slider(experiment).fraction(measurement.grad_norm) or 0.0, "‖g‖"),)
        if self.name in ("forget_bias", "update_bias"):
            return (Mark(self.slider(experiment).fraction(0.0) or 0.0, "0"),)
        return ()


def _slope(experiment: Experiment) -> float:
    """γ; a gated cell's own activations have the slope of tanh."""
    return 1.0 if experiment.cell in GATED else LARGEST_SLOPE[experiment.activation]


def _no_bound(experiment: Experiment) -> str | None:
    """Why the scale of W bounds no gradient; None where it does."""
    if experiment.cell in GATED:
        return "scales W in every gate; no bound holds, the gates decide"
    if experiment.skip != "none":
        return "scales W; no bound holds, the skip leads around W"
    return None


def _radius_help(experiment: Experiment) -> str:
    return _no_bound(experiment) or "past 1/γ the gradients may explode"


def _sigma_help(experiment: Experiment) -> str:
    return _no_bound(experiment) or "below 1/γ the gradients must vanish"


def _inits(experiment: Experiment) -> Grid:
    """The kinds of W, without the one that one unit, or a σ₁ up to 1, cannot have: the clicks must get past it."""
    no_transient = experiment.hidden == 1 or (experiment.sigma is not None and experiment.sigma <= 1)
    return Listed(tuple(name for name in CHOICES["init"] if not (no_transient and name == "nonnormal")))


def _skips(experiment: Experiment) -> Grid:
    steps = len(experiment.words)
    pinned = (f"pinned:1-{steps}",) if steps > 1 else ()
    typed = () if experiment.skip in ("none", "shared:1", "shared:2", *pinned) else (experiment.skip,)
    return Listed(("none", "shared:1", "shared:2", *pinned, *typed))


def _truncations(experiment: Experiment) -> Grid:
    last = max(1, len(experiment.words) - 1)
    return OrOff(low=1, high=last, start=last)


def _memories(experiment: Experiment) -> Grid:
    return OrOff(low=3, start=max(3, len(experiment.words)))


_DIALS = (
    Dial(
        name="rho",
        label="ρ(W)",
        title="spectral radius ρ(W)",
        help=_radius_help,
        grid=Even(fine=0.05, coarse=0.25, low=0.0, high=2.0),
    ),
    Dial(
        name="forget_bias",
        label="b_f",
        title="forget bias b_f",
        help="the higher, the more of c the gate f keeps",
        grid=Even(fine=0.5, coarse=2.0, low=-4.0, high=8.0),
        applies=lambda experiment: experiment.cell == "lstm" and experiment.chrono is None,
    ),
    Dial(
        name="update_bias",
        label="b_z",
        title="update bias b_z",
        help="the higher, the more of h the gate z keeps",
        grid=Even(fine=0.5, coarse=2.0, low=-4.0, high=8.0),
        applies=lambda experiment: experiment.cell == "gru" and experiment.chrono is None,
    ),
    Dial(
        name="chrono",
        label="chrono",
        title="chrono T_max",
        help="gate biases drawn to remember up to so many steps",
        grid=_memories,
        applies=lambda experiment: experiment.cell in GATED,
    ),
    Dial(
        name="sigma",
        label="σ₁(W)",
        title="largest singular value σ₁",
        help=_sigma_help,
        grid=Even(fine=0.05, coarse=0.25, low=0.0, high=2.0),
    ),
    Dial(
        name="threshold",
        label="θ",
        title="clipping threshold θ",
        help="the norm, or entry, that clipping lets through",
        grid=Decades(mantissas=(1.0, 1.5, 2.0, 3.0, 5.0, 7.0), low=1e-3, high=1e3),
    ),
    Dial(
        name="lr",
        label="η",
        title="learning rate η",
        help="the length of the update W ← W − η g",
        grid=Decades(mantissas=(1.0, 2.0, 5.0), low=1e-5, high=1e1),
    ),
    Dial(
        name="hidden",
        label="H",
        title="hidden units H",
        help="how many numbers the network remembers with",
        grid=Whole(low=1, high=256),
    ),
    Dial(
        name="inputs",
        label="D",
        title="inputs D",
        help="how many numbers stand for a word",
        grid=Whole(low=1, high=256),
    ),
    Dial(
        name="cell",
        label="cell",
        title="cell",
        help="what is unrolled; feedforward has a W for every layer",
        grid=Choice(CHOICES["cell"]),
    ),
    Dial(
        name="activation",
        label="φ",
        title="activation φ",
        help="the function that keeps, bends or cuts each unit",
        grid=Choice(CHOICES["activation"]),
        applies=lambda experiment: experiment.cell not in GATED,
    ),
    Dial(
        name="init",
        label="W",
        title="kind of W",
        help="how W is drawn before it is scaled",
        grid=_inits,
    ),
    Dial(
        name="transient",
        label="peak",
        title="transient growth",
        help="how far a change grows under W before it fades",
        grid=Decades(mantissas=(1.0, 1.5, 2.0, 3.0, 5.0, 7.0), low=1.0, high=1e3),
        applies=lambda experiment: experiment.init == "nonnormal",
    ),
    Dial(
        name="skip",
        label="skip",
        title="skip connection",
        help="adds an earlier state: shared:D always, pinned:I-J once",
        grid=_skips,
    ),
    Dial(
        name="seed",
        label="seed",
        title="seed",
        help="another seed draws another network of the same kind",
        grid=Whole(low=0, coarse_step=10),
    ),
    Dial(
        name="loss",
        label="loss",
        title="loss",
        help="the last step's error, or the sum or mean of all",
        grid=Choice(CHOICES["loss"]),
    ),
    Dial(
        name="truncate",
        label="K",
        title="truncation K",
        help="how many steps of the text a loss's gradient reaches",
        grid=_truncations,
    ),
    Dial(
        name="clip",
        label="clip",
        title="clipping",
        help="of the whole gradient, its entries, or each step back",
        grid=Choice(CHOICES["clip"]),
    ),
)

DIALS: Mapping[str, Dial] = {dial.name: dial for dial in _DIALS}


def dials_of(experiment: Experiment) -> tuple[Dial, ...]:
    """The dials that the network of an experiment has, in the order that Tab goes through."""
    return tuple(dial for dial in _DIALS if dial.applies(experiment))


def dial_after(name: str, clicks: int, experiment: Experiment) -> Dial:
    """The dial `clicks` further on among those that there are, going round."""
    dials = dials_of(experiment)
    names = [dial.name for dial in dials]
    place = names.index(name) if name in names else 0
    return dials[(place + clicks) % len(dials)]
