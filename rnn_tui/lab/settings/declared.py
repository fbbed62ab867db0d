"""Declarations: the settings of one dataclass, and what follows from them: checks, names, what clears what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.settings.kinds import OneOf, OrNone
from rnn_tui.lab.settings.setting import InTraining, Setting, Turned


@dataclass(frozen=True, slots=True)
class Declarations(Mapping[str, Setting]):
    """The settings of one dataclass by name, in the order of its fields."""

    settings: tuple[Setting, ...]
    _by_name: Mapping[str, Setting] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {setting.name: setting for setting in self.settings})

    def __getitem__(self, name: str) -> Setting:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self.settings)

    @property
    def turned(self) -> tuple[Setting, ...]:
        """The settings that a dial turns, in the order that Tab goes through."""
        found = [(setting.dial.tab, setting) for setting in self.settings if isinstance(setting.dial, Turned)]
        return tuple(setting for _, setting in sorted(found, key=lambda each: each[0]))

    @property
    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """The names that each setting which is one of several can be."""
        return {name: setting.kind.names for name, setting in self.items() if isinstance(setting.kind, OneOf)}

    def check(self, owner: object) -> None:
        """Checks every setting of a frozen dataclass by itself, and keeps each as its kind keeps it.

        Raises:
            ExperimentError: a value of the wrong kind or out of range.
        """
        for setting in self.settings:
            value = getattr(owner, setting.name)
            kept = setting.kind.checked(setting.name, value)
            if kept is not value:
                object.__setattr__(owner, setting.name, kept)

    def refuse_unknown(self, values: Mapping[str, object], *beside: str) -> None:
        """Refuses a name that is no setting's, nor one of `beside`.

        Raises:
            ExperimentError: there is one.
        """
        for name in values:
            if name not in self._by_name and name not in beside:
                known = ", ".join(sorted((*self._by_name, *beside)))
                raise ExperimentError(name, values[name], f"a setting of {known}")

    def named(self, what: str, values: object) -> dict[str, Any]:
        """Some of these settings by name, from a document's part named `what`.

        Raises:
            ExperimentError: something else, or another name.
        """
        if not isinstance(values, dict) or not values.keys() <= self._by_name.keys():
            raise ExperimentError(what, values, f"settings of {', '.join(sorted(self._by_name))}")
        return values

    def follow(self, given: dict[str, Any]) -> None:
        """Adds to settings that are given those that they clear, because they exclude each other."""
        for setting in self.settings:
            name = setting.name
            for other in setting.excludes.names:
                if given.get(name) is not None and isinstance(self[other].kind, OrNone):
                    given.setdefault(other, None)
                if given.get(other) is not None:
                    given.setdefault(name, None)

    def has(self, owner: object, name: str) -> bool:
        """Whether the network of an experiment has the setting: it is of its kind, and no other takes its place."""
        only = self[name].only
        if only is not None and getattr(owner, only.setting) not in only.values:
            return False
        replacing = (each for each in self.settings if each.excludes.replaced and name in each.excludes.names)
        return all(getattr(owner, each.name) is None for each in replacing)

    def resetting(self, what: str) -> frozenset[str]:
        """The settings whose change takes back the setting `what`."""
        return frozenset(setting.name for setting in self.settings if what in setting.resets)

    def in_training(self, *meaning: InTraining) -> tuple[str, ...]:
        """The settings whose change means one of these for a training."""
        return tuple(setting.name for setting in self.settings if setting.in_training in meaning)
