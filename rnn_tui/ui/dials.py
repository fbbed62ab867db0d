"""The dials: every setting that can be turned, as one table."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from rnn_tui.engine.kinds import LARGEST_SLOPE
from rnn_tui.lab.experiment import CHOICES, INTEGER_RANGES, REAL_RANGES, Experiment
from rnn_tui.lab.measurement import Measurement
from rnn_tui.lab.numbers import number_text, setting_text
from rnn_tui.ui.grids import Choice, Decades, Even, Grid, Value, Whole


class Mark(NamedTuple):
    """A place on a slider that means something: where it stands, 0 to 1, and what it is called."""

    fraction: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """One setting that can be turned.

    Attributes:
        name: the setting of `Experiment`.
        label: two to six cells, for the panel.
        title: the long label, for prompts and notices.
        help: one sentence on what it does.
        grid: its values.
    """

    name: str
    label: str
    title: str
    help: str
    grid: Grid

    def value(self, experiment: Experiment, measurement: Measurement | None = None) -> Value:
        """The value as it is: set, or for the one of ρ and σ₁ that follows the other, measured (1 until it is)."""
        value: Value | None = getattr(experiment, self.name)
        if value is not None:
            return value
        if measurement is None:
            return 1.0
        return measurement.spectral_radius if self.name == "rho" else measurement.largest_singular_value

    def value_text(self, experiment: Experiment, measurement: Measurement | None = None) -> str:
        """The value in a few cells; `…` for one that follows and is not measured yet."""
        value: Value | None = getattr(experiment, self.name)
        if value is None:
            return "…" if measurement is None else number_text(float(self.value(experiment, measurement)))
        return setting_text(float(value)) if self.name in ("rho", "sigma") else self._plain(value)

    @staticmethod
    def _plain(value: Value) -> str:
        return f"{value:g}" if isinstance(value, float) else str(value)

    def follows(self, experiment: Experiment) -> bool:
        """Whether the value follows from others now: σ₁ where ρ is set, and the other way round."""
        return getattr(experiment, self.name) is None

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
        value = self.grid.step(self.value(experiment, measurement), clicks, coarse=coarse)
        low, high = {**INTEGER_RANGES, **REAL_RANGES}.get(self.name, (None, None))
        if low is not None and high is not None and not isinstance(value, str):
            value = min(max(value, low), high)
        return experiment.changed(**{self.name: value})

    def typed(self, experiment: Experiment, text: str) -> Experiment:
        """The experiment with this dial set to what a person typed.

        Raises:
            ExperimentError: no such value, or it cannot be.
        """
        return experiment.changed(**{self.name: self.grid.parse(self.name, text.strip())})

    def slider(self, experiment: Experiment) -> Grid:
        """The grid with its ends where they are useful now: ρ and σ₁ run to twice 1/γ."""
        if isinstance(self.grid, Even):
            return replace(self.grid, high=2 / LARGEST_SLOPE[experiment.activation])
        return self.grid

    def fraction(self, experiment: Experiment, measurement: Measurement | None = None) -> float | None:
        """The slider's position, 0 to 1; None for choices and for seeds, which have no more and less."""
        if self.follows(experiment) and measurement is None:
            return None
        return self.slider(experiment).fraction(self.value(experiment, measurement))

    def marks(self, experiment: Experiment, measurement: Measurement | None = None) -> tuple[Mark, ...]:
        """The marks on the slider: 1/γ for ρ and σ₁, the gradient's norm ‖g‖ for θ."""
        if self.name in ("rho", "sigma"):
            slope = LARGEST_SLOPE[experiment.activation]
            return (Mark(self.slider(experiment).fraction(1 / slope) or 0.0, "1" if slope == 1 else "1/γ = 4"),)
        if self.name == "threshold" and measurement is not None and measurement.grad_norm:
            return (Mark(self.grid.fraction(measurement.grad_norm) or 0.0, "‖g‖"),)
        return ()


_DIALS = (
    Dial(
        name="rho",
        label="ρ(W)",
        title="spectral radius ρ(W)",
        help="past 1/γ the gradients may explode",
        grid=Even(fine=0.05, coarse=0.25, low=0.0, high=2.0),
    ),
    Dial(
        name="sigma",
        label="σ₁(W)",
        title="largest singular value σ₁",
        help="below 1/γ the gradients must vanish",
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
        name="activation",
        label="φ",
        title="activation φ",
        help="the function that keeps, bends or cuts each unit",
        grid=Choice(CHOICES["activation"]),
    ),
    Dial(
        name="init",
        label="W",
        title="kind of W",
        help="how W is drawn before it is scaled",
        grid=Choice(CHOICES["init"]),
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
        name="clip",
        label="clip",
        title="clipping",
        help="of the whole gradient, its entries, or each step back",
        grid=Choice(CHOICES["clip"]),
    ),
)

DIALS: Mapping[str, Dial] = {dial.name: dial for dial in _DIALS}


def dial_after(name: str, clicks: int) -> Dial:
    """The dial `clicks` further on in the table, going round."""
    names = tuple(DIALS)
    return DIALS[names[(names.index(name) + clicks) % len(names)]]
