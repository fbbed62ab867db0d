"""The same text, seed and scale through nine networks: each word's gradient, and what it does to the last state."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import isnan

from rnn_tui.engine.progress import Watch, part_of, report, unwatched
from rnn_tui.lab.compare.figures import Figures, figures_of, gradient_bands
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.initialise import drawn, text_of
from rnn_tui.lab.experiment.lengths import length_refusal
from rnn_tui.lab.experiment.memory import check_memory
from rnn_tui.lab.experiment.networks import NETWORK_KINDS, network_of
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.text.numbers import log10_text

FIGURES_SHARE = 0.1  # of the work where there are bands too


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class ComparedNetwork:
    """One network of the comparison.

    Attributes:
        experiment: what describes it; None where nothing can, or it was not measured yet.
        figures: what was measured; None where it cannot be, refuses, or was not measured yet.
        problem: why it, or its bands, cannot be measured; else None.
        refusal: why the network, built for a text of another length, does not run this one; else None.
    """

    name: str
    experiment: Experiment | None = None
    figures: Figures | None = None
    problem: str | None = None
    refusal: str | None = None


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Comparison:
    """All networks, in the order of `NETWORK_KINDS`, and what they show in a sentence. Compared by identity.

    Attributes:
        seeds: those of the bands, in order; empty without.
        waiting: the names of the rows that are still those of the comparison before, in the order of their turn.
        before: while rows wait, the last comparison in which none did; None where there was none.
        sentence: of all rows; while some wait, that of `before`.
    """

    experiment: Experiment
    seeds: tuple[int, ...]
    rows: tuple[ComparedNetwork, ...]
    waiting: tuple[str, ...] = ()
    before: "Comparison | None" = None
    sentence: str

    def row(self, name: str) -> ComparedNetwork:
        """The row of that name of `NETWORK_KINDS`."""
        return next(row for row in self.rows if row.name == name)


def compare(experiment: Experiment, *, seeds: Sequence[int] = (), watch: Watch = unwatched) -> Comparison:
    """Measures every kind of network with the experiment's text, seed, sizes and scale of W.

    Edits of W are kept where its draw is the experiment's own.

    Args:
        seeds: also measure each network for these seeds, for its bands.

    Raises:
        CancelledError: as `watch` asked.
    """
    *_, whole = comparisons(experiment, seeds=seeds, watch=watch)
    return whole


def comparisons(
    experiment: Experiment,
    *,
    seeds: Sequence[int] = (),
    built_for: str | None = None,
    before: Comparison | None = None,
    first: str | None = None,
    watch: Watch = unwatched,
) -> Iterator[Comparison]:
    """The comparison row by row, then band by band, each time as far as it is.

    Args:
        built_for: the text whose length the networks were built for, where it is not the experiment's: those that
            run no other length refuse.
        before: the comparison that was there, maybe not whole itself: its rows stay until the new ones are there, and
            those that waited in it come first.
        first: the name of the row to measure before all others.

    Raises:
        CancelledError: as `watch` asked.
    """
    rows = {name: ComparedNetwork(name=name) for name in NETWORK_KINDS} | (
        {row.name: row for row in before.rows} if before else {}
    )
    waited = before.waiting if before is not None else ()
    queue = tuple(dict.fromkeys(chain(() if first is None else (first,), waited, NETWORK_KINDS)))
    settled = before.before if before is not None and before.waiting else before

    def so_far(waiting: tuple[str, ...]) -> Comparison:
        now = tuple(rows.values())
        sentence = _sentence(now) if not waiting else "" if settled is None else settled.sentence
        return Comparison(
            experiment=experiment,
            seeds=tuple(seeds),
            rows=now,
            waiting=waiting,
            before=settled if waiting else None,
            sentence=sentence,
        )

    share = FIGURES_SHARE if seeds else 1.0
    for place, name in enumerate(queue):
        mine = part_of(watch, share * place / len(queue), share * (place + 1) / len(queue))
        rows[name] = compared_network(experiment, name, built_for=built_for, watch=mine)
        report(mine, 1.0)
        yield so_far(queue[place + 1 :])
    for place, name in enumerate(queue if seeds else ()):
        mine = part_of(watch, share + (1 - share) * place / len(queue), share + (1 - share) * (place + 1) / len(queue))
        rows[name] = with_bands(rows[name], seeds=seeds, watch=mine)
        report(mine, 1.0)
        yield so_far(())


def compared_network(
    experiment: Experiment, name: str, *, built_for: str | None = None, watch: Watch = unwatched
) -> ComparedNetwork:
    """One row, without bands: the network of this name of `NETWORK_KINDS`; `built_for` as `comparisons` has it.

    Raises:
        CancelledError: as `watch` asked.
    """
    own: Experiment | None = None
    built = None
    try:
        if built_for is not None and built_for != experiment.text:
            own = network_of(experiment, name, built_for=built_for)
            check_memory(own)
            built = drawn(own, text_of(own)).network
            if reason := length_refusal(own, built, experiment.text):
                return ComparedNetwork(name=name, experiment=own, refusal=reason)
        own = network_of(experiment, name)
        check_memory(own)
        return ComparedNetwork(name=name, experiment=own, figures=figures_of(own, built=built, watch=watch))
    except ExperimentError as problem:
        return ComparedNetwork(name=name, experiment=own, problem=str(problem))


def with_bands(row: ComparedNetwork, *, seeds: Sequence[int], watch: Watch = unwatched) -> ComparedNetwork:
    """The row with its bands over the seeds, where there are figures and the network is not a trained one.

    Raises:
        CancelledError: as `watch` asked.
    """
    if row.experiment is None or row.figures is None or row.experiment.trained is not None:
        return row
    try:
        check_memory(row.experiment, members=len(seeds))
        return replace(row, figures=replace(row.figures, bands=gradient_bands(row.experiment, seeds, watch)))
    except ExperimentError as problem:
        return replace(row, problem=str(problem))


def _sentence(rows: Sequence[ComparedNetwork]) -> str:
    """In which network the first word still moves the last state most, against the last word, and in which least."""
    found = {row.name: row.figures for row in rows if row.figures is not None}
    known = [(log10, name) for name, figures in found.items() if not isnan(log10 := figures.log10_word_to_state)]
    if not found:
        return "None of the networks can be built with these settings."
    if not known or all(len(figures.log10_grad_hidden) == 1 for figures in found.values()):
        return "With one word there is no way back to compare: add a word."
    (least, worst), (most, best) = min(known), max(known)
    trained = [row.name for row in rows if row.experiment is not None and row.experiment.trained is not None]
    who = f"only the {trained[0]} has been trained" if trained else "none of them has been trained"
    return (
        f"Against the last word, the first one moves the last state most in the {best}, ×{log10_text(most)}, and least "
        f"in the {worst}, ×{log10_text(least)}; {who}."
    )
