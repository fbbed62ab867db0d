"""How far what the command printed is from what PyTorch found: relative differences, inf where a null differs."""

import math
from typing import Any

import torch  # type: ignore[import-not-found,unused-ignore]


def has_null(value: Any) -> bool:
    """Whether there is a null in it, however deep."""
    if isinstance(value, dict):
        value = list(value.values())
    return any(has_null(one) for one in value) if isinstance(value, list) else value is None


def only_above(value: Any) -> bool:
    """Whether it is a matrix with no null on or below its diagonal."""
    matrix = isinstance(value, list) and bool(value) and isinstance(value[0], list)
    return matrix and not any(has_null(row[: t + 1]) for t, row in enumerate(value))


def norms_of(tensors: list[Any]) -> Any:
    """The 2-norm of each."""
    return torch.stack([torch.linalg.norm(one) for one in tensors])


def same(found: Any, true: Any) -> float:
    """0 where the two are equal, inf where not."""
    return 0.0 if found == true else math.inf


def apart(found: Any, true: Any, *, floor: float = 0.0) -> float:
    """The largest relative difference; inf where one is null or not finite and the other is neither."""
    pairs = zip(flat(found), flat(true), strict=True)
    return max((_apart(a, b, floor) for a, b in pairs), default=0.0)


def _apart(found: float | None, true: float | None, floor: float) -> float:
    if found is None or true is None:
        return same(found, true)
    if found == true or abs(found - true) <= floor:
        return 0.0
    return abs(found - true) / abs(true) if true and math.isfinite(found) else math.inf


def log_apart(found: Any, true: Any) -> float:
    """The largest relative difference of the numbers that `found` gives by log10; null stands for 0."""
    worst = 0.0
    for log, value in zip(flat(found), flat(true), strict=True):
        if log is None or value is None or value == 0:
            worst = max(worst, same(log, None if value == 0 else value))
        else:
            worst = max(worst, abs(math.expm1((log - math.log10(value)) * math.log(10))))
    return worst


def flat(value: Any) -> list[float | None]:
    """All numbers in it, in order."""
    if isinstance(value, torch.Tensor):
        value = value.detach().tolist()
    return [one for part in value for one in flat(part)] if isinstance(value, list) else [value]
