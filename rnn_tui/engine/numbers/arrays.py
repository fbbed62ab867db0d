"""The array types of all signatures, and arrays that nobody may write to."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
AnyArray: TypeAlias = NDArray[Any]


def protect(*arrays: AnyArray | None) -> None:
    """Makes the arrays read-only; None is passed over."""
    for array in arrays:
        if array is not None:
            array.flags.writeable = False
