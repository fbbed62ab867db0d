"""The descents on the cliff in words: where they are, what the last step did, and what the next one will do."""

import math
from typing import Literal

from rnn_tui.lab.cliff.paths import Descents, PathPoint, ending_sentence, first_step_outside
from rnn_tui.lab.cliff.settings import CliffSettings
from rnn_tui.lab.text.numbers import log10_text, number_text, point_text

DescentsPosition = Literal[
    "at the start", "together", "beyond θ", "on the wall", "jumped out", "left the picture", "parted", "at rest"
]


def descents_position(found: Descents, settings: CliffSettings) -> DescentsPosition:
    """Where both paths are, in two or three words.

    Args:
        settings: with the part of the surface that is shown.
    """
    here, parted = found.clipped.points[-1], found.parted
    if parted is None or parted > here.step:
        if here.is_clipped:
            return "on the wall" if _is_wall(found.unclipped.points[-1], settings) else "beyond θ"
        if found.clipped.ending is not None:
            return "at rest"
        return "together" if here.step else "at the start"
    left = first_step_outside(found.unclipped, settings)
    if left is None:
        return "parted"
    return "jumped out" if left.jumped else "left the picture"


def _is_wall(point: PathPoint, settings: CliffSettings) -> bool:
    """Whether the step from a point, unclipped, is longer than the picture is wide or high."""
    wide, high = settings.w_high - settings.w_low, settings.b_high - settings.b_low
    return abs(point.w_after - point.w) > wide or abs(point.b_after - point.b) > high


def next_sentence(found: Descents, settings: CliffSettings) -> str:
    """The next step in words, for both paths where they are at one point, else for the clipped one."""
    free, clipped = found.unclipped.points[-1], found.clipped.points[-1]
    norm = log10_text(clipped.norm.log10)
    theta = f"{settings.threshold:g}"
    if not clipped.is_clipped:
        together = found.parted is None
        who = "both paths" if together else "the clipped path"
        to = point_text(clipped.w_after, clipped.b_after)
        return f"Here ‖∇E‖ = {norm}, within θ = {theta}: the next step takes {who} as it is, to {to}."
    to = f"it goes {number_text(clipped.reach)}, to {point_text(clipped.w_after, clipped.b_after)}"
    if free.step != clipped.step or (free.w, free.b) != (clipped.w, clipped.b):
        return f"Here ‖∇E‖ = {norm}, beyond θ = {theta}: the next step of the clipped path is shortened, {to}."
    where = "Here is the wall" if _is_wall(free, settings) else f"Here ∇E is beyond θ = {theta}"
    return (
        f"{where}: ‖∇E‖ = {norm}. The next step unclipped {_goes(free)}{_out(free, settings)}; "
        f"clipped to θ = {theta} {to}."
    )


def step_sentence(found: Descents, settings: CliffSettings) -> str:
    """The last step of each path in words, with E and ∇E before and after; empty before the first."""
    free, clipped = found.unclipped.points, found.clipped.points
    steps = max(len(free), len(clipped)) - 1
    if steps == 0:
        return ""
    if found.parted is None or found.parted > steps:
        if len(clipped) == 1:
            return ""
        return f"Step {steps:,} of both paths: {_from_to(clipped[-2], clipped[-1], settings)}; nothing is clipped."
    said = []
    if len(free) == steps + 1:
        said.append(f"Step {steps:,} of the unclipped path: {_from_to(free[-2], free[-1], settings)}.")
    if len(clipped) == steps + 1:
        before, after = clipped[-2:]
        cut = f"Clipped to θ = {settings.threshold:g}, it" if before.is_clipped else "Unshortened, it"
        if len(said) == 1 and found.parted == steps:
            moved = f"goes {number_text(before.reach)}, to {point_text(after.w, after.b)}: {_errors(before, after)}"
            said.append(f"{cut} {moved}.")
        else:
            how = ", shortened to η θ" if before.is_clipped else ""
            said.append(f"Step {steps:,} of the clipped path: {_from_to(before, after, settings)}{how}.")
    return " ".join(said)


def ending_sentences(found: Descents) -> list[str]:
    """Why a path goes no further, for each that does not, and how far it had come."""
    said = []
    for name, path in (("unclipped", found.unclipped), ("clipped", found.clipped)):
        sentence = ending_sentence(path)
        if sentence is not None:
            last = path.points[-1]
            said.append(f"The {name} path ends at {point_text(last.w, last.b)}. {sentence}")
    return said


def step_notice(found: Descents) -> str:
    """The last step in less than a line: `step 9: × jumps 79.6 to (46.6473, 65.2296), ● 0.2, E 0.0304`."""
    free, clipped = found.unclipped.points, found.clipped.points
    steps = max(len(free), len(clipped)) - 1
    here = clipped[-1]
    error = log10_text(here.error.log10)
    if found.parted is None or found.parted > steps:
        return f"step {steps:,}: both at {point_text(here.w, here.b)}, E {error}, ‖∇E‖ {log10_text(here.norm.log10)}"
    said = []
    if len(free) == steps + 1:
        said.append(f"× goes {number_text(free[-2].reach)} to {point_text(free[-1].w, free[-1].b)}")
    if len(clipped) == steps + 1:
        cut = " (clipped)" if clipped[-2].is_clipped else ""
        said.append(f"● goes {number_text(clipped[-2].reach)}{cut}, E {error}")
    return f"step {steps:,}: {', '.join(said)}"


def _goes(point: PathPoint) -> str:
    if not math.isfinite(point.reach):
        return "leads beyond every number that float64 holds"
    return f"goes {number_text(point.reach)}, to {point_text(point.w_after, point.b_after)}"


def _out(point: PathPoint, settings: CliffSettings) -> str:
    inside = settings.shows(point.w, point.b)
    return ", out of the picture" if inside and not settings.shows(point.w_after, point.b_after) else ""


def _from_to(before: PathPoint, after: PathPoint, settings: CliffSettings) -> str:
    return (
        f"{point_text(before.w, before.b)} → {point_text(after.w, after.b)}{_out(before, settings)}, "
        f"{_errors(before, after)}"
    )


def _errors(before: PathPoint, after: PathPoint) -> str:
    error = f"E {log10_text(before.error.log10)} → {log10_text(after.error.log10)}"
    return f"{error}, ‖∇E‖ {log10_text(before.norm.log10)} → {log10_text(after.norm.log10)}"
