"""The Lyapunov exponents of all members of an ensemble, in batched products."""

import numpy as np

from rnn_tui.engine.backprop.linear_maps import LinearMaps
from rnn_tui.engine.cells.step_maps import StepMaps
from rnn_tui.engine.dynamics.lyapunov import (
    AGREED,
    NUMBERS,
    EvenSteps,
    log_volume,
    lyapunov_exponents,
    next_stretch,
    open_ways,
)
from rnn_tui.engine.dynamics.state_maps import has_state, state_size
from rnn_tui.engine.dynamics.udt import UDT, left_multiply, udt_identity
from rnn_tui.engine.dynamics.udt_singular_values import log_singular_values
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import Scaled
from rnn_tui.engine.progress import Watch, report, unwatched


def ensemble_exponents(maps: LinearMaps, *, watch: Watch = unwatched) -> FloatArray | None:
    """The exponents of every member, (S, N), as `lyapunov` finds them one by one; None where it finds none.

    The members go side by side through stretches of one length. Whoever needs more care (saturated units, lost
    directions) leaves the others and is measured alone.

    Args:
        maps: the linear maps of S networks' T steps.

    Raises:
        CancelledError: `watch` answered that the work should stop.
    """
    if not has_state(maps):
        return None
    (count,), size = maps.ensemble_shape, state_size(maps)
    members, product, volume = np.arange(count), udt_identity(size, maps.ensemble_shape), np.zeros(count)
    at_once, length = max(1, NUMBERS // (count * size**2)), 1
    for begin in range(1, maps.steps, at_once):
        end = min(maps.steps, begin + at_once)
        steps = EvenSteps.of(maps, start=begin, stop=end)
        volume += log_volume(maps, start=begin, stop=end)
        uneven: AnyArray = np.asarray(~steps.even[:, members])
        members, product = _without(members, product, np.asarray(uneven.any(axis=0)))
        members, product, length = _taken(members, product, steps, length)
        report(watch, 0.9 * end / maps.steps)
    logs = log_singular_values(product)
    sound = np.abs(logs.sum(axis=-1) - volume[members]) <= AGREED * np.maximum(1.0, np.abs(volume[members]))
    found = np.full((count, size), np.nan)
    found[members] = logs / (maps.steps - 1)
    found[np.arange(size) >= open_ways(maps)[:, None]] = -np.inf
    for one in sorted({*range(count)} - {*members[sound].tolist()}):
        alone = lyapunov_exponents(_member(maps, one))
        assert alone is not None  # each has a state where all have
        found[one] = alone.exponents
        report(watch, 0.9 + 0.1 * (one + 1) / count)
    return found


def _taken(members: IntArray, product: UDT, steps: EvenSteps, length: int) -> tuple[IntArray, UDT, int]:
    """The members' products taken on through all steps, without those that a single step spreads too far."""
    done, count = 0, len(steps.matrices)
    while done < count and members.size:
        taken, moved = min(length, count - done), product.u
        for t in range(done, done + taken):
            moved = steps.matrices[t, members] @ moved
        found = left_multiply(product, moved, steps.log_scale[done : done + taken, members].sum(axis=0))
        if found.lost.any() and taken > 1:
            length = taken // 2
            continue
        members, product = _without(members, found.product, found.lost)
        done += taken
        length = next_stretch(taken, float(found.spread[~found.lost].max(initial=0.0)))
    return members, product, length


def _without(members: IntArray, product: UDT, gone: AnyArray) -> tuple[IntArray, UDT]:
    if not gone.any():
        return members, product
    return members[~gone], UDT(*(part[~gone] for part in product))


def _member(maps: LinearMaps, one: int) -> LinearMaps:
    """The maps of one member."""

    def of(factors: Scaled) -> Scaled:
        return Scaled(factors.mantissa[:, one], factors.exponent[:, one])

    factors = maps.factors
    return maps._replace(
        weight_hh=maps.weight_hh[:, one] if maps.layered else maps.weight_hh[one],
        factors=StepMaps(
            to_gates=of(factors.to_gates),
            to_inputs=of(factors.to_inputs),
            carry=None if factors.carry is None else of(factors.carry),
            through=None if factors.through is None else of(factors.through),
            slopes=factors.slopes[:, one],
        ),
    )
