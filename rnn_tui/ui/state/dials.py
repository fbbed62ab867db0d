"""Dials: what turns and types a setting, and where its slider is; made of the declarations of the settings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar

from rnn_tui.engine.kinds import GATED, LARGEST_SLOPE
from rnn_tui.lab.experiment.all_settings import EXPERIMENT
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.settings.declared import Declarations
from rnn_tui.lab.settings.grids import OFF, Choice, DialGrid, Even, OrOff, Value
from rnn_tui.lab.settings.setting import Setting, Turned
from rnn_tui.lab.text.numbers import apart_text, scale_text

# of ρ and σ₁ one is set and the other follows; any other setting that is None is off
SCALES = ("rho", "sigma")
ENDS = {-1: "as low as it goes", 1: "as high as it goes"}


class Changeable(Protocol):
    """Settings of which another set is made by changing some."""

    def changed(self, **settings: Any) -> Self:
        """These settings with some of them changed. Raises ExperimentError where they cannot be."""


Owner = TypeVar("Owner", bound=Changeable)


class SliderMark(NamedTuple):
    """A place on a slider that means something: where it is, 0 to 1, and what it is called."""

    fraction: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial(Generic[Owner]):
    """A dial of one setting of an experiment, or of the cliff.

    Attributes:
        setting: its declaration; `name`, `label`, `title` and `symbol` are those.
        grid: its values, as they follow from the other settings; None where the declaration has them.
        help: likewise one sentence on what it does.
        mark: a value that the slider marks, and what it is called, where there is one.
    """

    setting: Setting
    grid: Callable[[Owner], DialGrid] | None = None
    help: Callable[[Owner], str] | None = None
    mark: Callable[[Owner, Measurement | None], tuple[float, str] | None] | None = None

    @property
    def name(self) -> str:
        """The name of the setting."""
        return self.setting.name

    @property
    def _turned(self) -> Turned:
        assert isinstance(self.setting.dial, Turned)
        return self.setting.dial

    @property
    def label(self) -> str:
        """Two to six cells, for the panel."""
        return self._turned.label

    @property
    def title(self) -> str:
        """The long label, for prompts and notices."""
        return self._turned.title

    @property
    def symbol(self) -> str:
        """What a notice calls it."""
        return self._turned.symbol or self._turned.label

    def grid_of(self, settings: Owner) -> DialGrid:
        """The values that there are now."""
        grid = self.setting.grid if self.grid is None else self.grid(settings)
        assert grid is not None
        return grid

    def help_of(self, settings: Owner) -> str:
        """What it does in the network that there is now."""
        if self.help is not None:
            return self.help(settings)
        return self._turned.help or self.setting.help

    def value(self, settings: Owner, measurement: Measurement | None = None) -> Value:
        """The value as it is."""
        value: Value | None = getattr(settings, self.name)
        return OFF if value is None else value

    def value_text(self, settings: Owner, measurement: Measurement | None = None) -> str:
        """The value in a few cells."""
        value = self.value(settings)
        return f"{value:g}" if isinstance(value, float) else str(value)

    def follows(self, settings: Owner) -> bool:
        """Whether the value follows from others now."""
        return False

    def turned(
        self, settings: Owner, clicks: int, *, coarse: bool = False, measurement: Measurement | None = None
    ) -> Owner:
        """The settings with this dial turned by so many clicks; the same ones at an end of its range.

        Raises:
            ExperimentError: the value cannot be.
        """
        grid = self.grid_of(settings)
        value = grid.step(self.value(settings, measurement), clicks, coarse=coarse)
        return self._set(settings, grid, self.setting.kind.clamped(value))

    def typed(self, settings: Owner, text: str) -> Owner:
        """The settings with this dial set to what a person typed.

        Raises:
            ExperimentError: no such value, or it cannot be.
        """
        grid = self.grid_of(settings)
        return self._set(settings, grid, grid.parse(self.name, text.strip()))

    def _set(self, settings: Owner, grid: DialGrid, value: Value) -> Owner:
        return settings.changed(**{self.name: None if isinstance(grid, OrOff) and value == OFF else value})

    def fraction(self, settings: Owner, measurement: Measurement | None = None) -> float | None:
        """The slider's position, 0 to 1; None for choices and for seeds, which have no more and less."""
        return self.grid_of(settings).fraction(self.value(settings, measurement))

    def marks(self, settings: Owner, measurement: Measurement | None = None) -> tuple[SliderMark, ...]:
        """The marks on the slider."""
        found = None if self.mark is None else self.mark(settings, measurement)
        return () if found is None else (SliderMark(self.grid_of(settings).fraction(found[0]) or 0.0, found[1]),)


class ScaleDial(Dial[Experiment]):
    """The dial of ρ or of σ₁, which follows the other where that is set."""

    __slots__ = ()

    def grid_of(self, settings: Experiment) -> DialGrid:
        """The steps, the slider's end at twice 1/γ."""
        grid = self.setting.grid
        assert isinstance(grid, Even)
        return replace(grid, high=2 / _slope(settings))

    def value(self, settings: Experiment, measurement: Measurement | None = None) -> Value:
        """The value as it is: set, or measured where it follows the other (1 until it is)."""
        value = settings.scale(self.name)
        if value is not None:
            return value
        if measurement is None:
            return 1.0
        return measurement.spectral_radius if self.name == "rho" else measurement.largest_singular_value

    def value_text(self, settings: Experiment, measurement: Measurement | None = None) -> str:
        """The value in a few cells; `…` for one that follows and is not measured yet."""
        if self.follows(settings):
            return "…" if measurement is None else apart_text(float(self.value(settings, measurement)), 1.0)
        return scale_text(float(self.value(settings)))

    def follows(self, settings: Experiment) -> bool:
        return settings.scale(self.name) is None

    def fraction(self, settings: Experiment, measurement: Measurement | None = None) -> float | None:
        if self.follows(settings) and measurement is None:
            return None
        return self.grid_of(settings).fraction(self.value(settings, measurement))


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


def _bound_mark(experiment: Experiment, _: Measurement | None) -> tuple[float, str] | None:
    """1/γ on the sliders of ρ and σ₁, where that bounds anything."""
    slope = _slope(experiment)
    return None if _no_bound(experiment) else (1 / slope, "1" if slope == 1 else "1/γ = 4")


def _norm_mark(_: Experiment, measurement: Measurement | None) -> tuple[float, str] | None:
    """The gradient's norm on the slider of θ."""
    return None if measurement is None or not measurement.grad_norm else (measurement.grad_norm, "‖g‖")


def _zero_mark(_: Experiment, __: Measurement | None) -> tuple[float, str] | None:
    return 0.0, "0"


def _inits(experiment: Experiment) -> DialGrid:
    """The kinds of W, without the one that one unit, or a σ₁ up to 1, cannot have: the clicks must get past it."""
    no_transient = experiment.hidden == 1 or (experiment.sigma is not None and experiment.sigma <= 1)
    names = tuple(name for name in EXPERIMENT.choices["init"] if not (no_transient and name == "nonnormal"))
    return Choice(names, others=True)


def _skips(experiment: Experiment) -> DialGrid:
    steps = len(experiment.words)
    pinned = (f"pinned:1-{steps}",) if steps > 1 else ()
    typed = () if experiment.skip in ("none", "shared:1", "shared:2", *pinned) else (experiment.skip,)
    return Choice(("none", "shared:1", "shared:2", *pinned, *typed), others=True)


def _truncations(experiment: Experiment) -> DialGrid:
    last = max(1, len(experiment.words) - 1)
    return OrOff(low=1, high=last, start=last)


def _memories(experiment: Experiment) -> DialGrid:
    return OrOff(low=3, start=max(3, len(experiment.words)))


def dials(declared: Declarations, special: Mapping[str, Dial[Owner]]) -> Mapping[str, Dial[Owner]]:
    """A dial for every setting that has one, in the order that Tab goes through; some of them `special`."""
    return {setting.name: special.get(setting.name) or Dial(setting=setting) for setting in declared.turned}


# the dials that need more than their declarations
_SPECIAL: Sequence[Dial[Experiment]] = (
    ScaleDial(setting=EXPERIMENT["rho"], help=_radius_help, mark=_bound_mark),
    ScaleDial(setting=EXPERIMENT["sigma"], help=_sigma_help, mark=_bound_mark),
    Dial(setting=EXPERIMENT["forget_bias"], mark=_zero_mark),
    Dial(setting=EXPERIMENT["update_bias"], mark=_zero_mark),
    Dial(setting=EXPERIMENT["threshold"], mark=_norm_mark),
    Dial(setting=EXPERIMENT["init"], grid=_inits),
    Dial(setting=EXPERIMENT["skip"], grid=_skips),
    Dial(setting=EXPERIMENT["truncate"], grid=_truncations),
    Dial(setting=EXPERIMENT["chrono"], grid=_memories),
)
DIALS = dials(EXPERIMENT, {dial.name: dial for dial in _SPECIAL})


def dials_of(experiment: Experiment) -> tuple[Dial[Experiment], ...]:
    """The dials that the network of an experiment has, in the order that Tab goes through."""
    return tuple(dial for dial in DIALS.values() if EXPERIMENT.has(experiment, dial.name))


def dial_after(among: Sequence[Dial[Owner]], name: str, clicks: int) -> Dial[Owner]:
    """The dial `clicks` further on among these, going round."""
    names = [dial.name for dial in among]
    place = names.index(name) if name in names else 0
    return among[(place + clicks) % len(among)]
