"""The verdict in words: how large the gradient is at the first word beside the last one, in the text's own words."""

import math

import numpy as np

from rnn_tui.engine.network.skips import Pinned, parse_skip
from rnn_tui.lab.measurement.verdict.verdict import Finding
from rnn_tui.lab.text.glyphs import LEFT_TO_RIGHT, cut, runs_right_to_left
from rnn_tui.lab.text.numbers import short_text, size_text

WIDEST = 16  # cells of a word in a sentence
NARROW = 8  # and in a line that has little room
LOW, HIGH = -1.0, 1.0  # log10 beside the last step's, from which a step in between is named
CARRIERS = {"h": "gradient", "c": "gradient of the cell state c"}
BRIEF_CARRIERS = {"h": "gradient", "c": "gradient of c"}


def quoted_word(word: str, width: int = WIDEST) -> str:
    """A word between quotes, cut to so many cells, without characters that move its neighbours."""
    shown = "".join(part for part, _ in cut(word, width))
    return f"“{shown}”{LEFT_TO_RIGHT if runs_right_to_left(shown) else ''}"


def first_and_last_word(finding: Finding, width: int = WIDEST) -> tuple[str, str]:
    """The names of the first and the last step: `“What”` and `“it”`; `the first “a”` where they are equal."""
    words = finding.experiment.words
    first, last = quoted_word(words[0], width), quoted_word(words[-1], width)
    return (f"the first {first}", f"the last {last}") if first == last else (first, last)


def sentence_of(finding: Finding) -> str:
    """What became of the gradient, in one to three whole sentences, without causes."""
    if finding.steps == 1:
        return "One step has no step before it: there is nothing to fade. Add a word."
    if finding.log10_arrives is None:
        last = quoted_word(finding.experiment.words[-1])
        return f"There is no error to send: the answer at {last} is right beyond every digit that is kept here."
    too_short = "Too short to judge. " if finding.kind == "undefined" else ""
    if finding.log10_arrives == -math.inf:
        return f"{too_short}{dead_sentence(finding)}{_any_sentence(finding)}"
    size, average = size_text(finding.log10_arrives), " on average" if finding.steps > 2 else ""
    first, last = first_and_last_word(finding)
    said = f"The {CARRIERS[finding.carrier]} at {first} is {size} as at {last}{extreme_clause(finding)}"
    return f"{too_short}{said}: ×{rate_text(finding)} a step{average}.{_any_sentence(finding)}"


def rate_text(finding: Finding) -> str:
    """The geometric mean of the factors from step to step: `0.46`."""
    return "?" if finding.log10_rate is None else short_text(finding.log10_rate)


def dead_sentence(finding: Finding) -> str:
    """The sentence that nothing arrives, with every step that gets nothing."""
    zero = np.isneginf(finding.way)
    count = int(zero.sum())
    return (
        f"Exactly nothing of the gradient arrives at {first_and_last_word(finding)[0]}: it is a true zero at "
        f"step{'s' if count > 1 else ''} {steps_named(zero)} of {finding.steps:,}."
    )


def steps_named(mask: np.ndarray) -> str:
    """The steps where the mask is true, from 1, as runs: `1–3, 7`."""
    steps = np.flatnonzero(mask) + 1
    runs = np.split(steps, np.flatnonzero(np.diff(steps) > 1) + 1)
    named = [f"{run[0]}" if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs[:4]]
    return ", ".join(named) + (", …" if len(runs) > 4 else "")


def any_text(finding: Finding) -> str:
    """The factor a step that any error could get at most, where its verdict is not this error's; else empty."""
    if finding.log10_any is None or finding.any_kind == finding.kind or finding.kind == "undefined":
        return ""
    rate = finding.log10_any_rate
    return "" if rate is None else short_text(rate)


def _any_sentence(finding: Finding) -> str:
    most = any_text(finding)
    if not most:
        return ""
    who = "Any error in the whole state (h, c)" if finding.carrier == "c" else "Any error"
    return f" {who} could get at most ×{most} a step; this one gets ×{rate_text(finding)}."


def extreme_step(finding: Finding) -> tuple[int, float] | None:
    """The step in between whose gradient is far from those at both ends, and log10 of it beside the last step's.

    That is one below a tenth of the last step's, or above ten times it, and where the first step's is no more a part
    of what holds, as far below or above that one too.
    """
    if finding.log10_arrives is None or finding.steps < 3 or not math.isfinite(finding.log10_arrives):
        return None
    inner = finding.way[1:-1] - finding.way[-1]
    low, high = int(inner.argmin()), int(inner.argmax())
    holds = finding.kind == "steady"
    if inner[low] < LOW and (holds or inner[low] < finding.log10_arrives + LOW):
        return low + 1, float(inner[low])
    if inner[high] > HIGH and (holds or inner[high] > finding.log10_arrives + HIGH):
        return high + 1, float(inner[high])
    return None


def extreme_clause(finding: Finding, width: int = WIDEST) -> str:
    """`, but only 10 % at “time” (the pinned skip leads past it)`; empty where no word in between is to be named."""
    found = extreme_step(finding)
    if found is None:
        return ""
    step, log10 = found
    skip = parse_skip(finding.experiment.skip)
    passed = isinstance(skip, Pinned) and skip.source - 1 < step < skip.target - 1
    only = "but only " if log10 < LOW and finding.kind != "vanishing" else "but "
    past = " (the pinned skip leads past it)" if passed else ""
    size = "0" if log10 == -math.inf else size_text(log10).removesuffix(" as large")
    return f", {only}{size} at {quoted_word(finding.experiment.words[step], width)}{past}"


def line_ways(finding: Finding) -> tuple[str, ...]:
    """The verdict behind its word in one line, ever more briefly; what a line of 40 cells holds at last."""
    if finding.steps == 1:
        return ("one step has no step before it: add a word", "one step: add a word")
    if finding.log10_arrives is None:
        return ("no error to send: the answer is right beyond every digit", "no error to send back", "no error")
    brief, rate = BRIEF_CARRIERS[finding.carrier], rate_text(finding)
    (first, last), (near_first, near_last) = first_and_last_word(finding), first_and_last_word(finding, NARROW)
    most, named = any_text(finding), extreme_clause(finding, NARROW)
    if finding.log10_arrives == -math.inf:
        none = f"exactly nothing of the {brief} arrives at {first}"
        both = (f"{none}; any error at most ×{most} a step",) if most else ()
        return (*both, none, f"nothing arrives at {near_first}")
    size = size_text(finding.log10_arrives)
    whole = f"the {CARRIERS[finding.carrier]} at {first} is {size} as at {last}"
    least = f"{brief} {size.removesuffix(' as large')}, ×{rate} a step"
    if named:
        by_name = named.split(" (")[0]
        return (
            f"{whole}{extreme_clause(finding)}",
            f"the {brief} at {near_first} is {size} as at {near_last}{by_name}",
            f"{brief} at {near_first} {size}{by_name}",
            least,
        )
    if most:
        any_error, state, c = "any error", "any error", ""
        if finding.carrier == "c":
            any_error, state, c = "any error in (h, c)", "any (h, c)", "c "
        return (
            f"{whole}: ×{rate} a step; {any_error} at most ×{most}",
            f"{c}at {near_first} {size} as at {near_last}: ×{rate}; {state} ≤ ×{most}",
            f"this error ×{rate} a step, {any_error} at most ×{most}",
            least,
        )
    return (
        *((f"{whole}: ×{rate} a step on average",) if finding.steps > 2 else ()),
        f"{whole}: ×{rate} a step",
        f"{brief} at {near_first} {size} as at {near_last}, ×{rate} a step",
        f"at {near_first} {size} as at {near_last}: ×{rate} a step",
        least,
    )
