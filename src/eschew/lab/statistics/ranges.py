"""What the methods refuse: counts that cannot be, shares outside their range, values that are no numbers."""

from __future__ import annotations

from math import isfinite

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eschew.errors import KnobError


def counted(name: str, value: int) -> int:
    """`value` if it is a whole number from 0 on; else KnobError."""
    if value != int(value) or value < 0:
        raise KnobError(f"{name} must be a whole number from 0 on, not {value}")
    return int(value)


def counted_of(name: str, part: int, whole: int) -> tuple[int, int]:
    """Both counts if `part` is among `whole`; else KnobError."""
    part, whole = counted(name, part), counted("the number of trials", whole)
    if part > whole:
        raise KnobError(f"{name} cannot be more than there were: {part} of {whole}")
    return part, whole


def open_share(name: str, value: float) -> float:
    """`value` if it lies strictly between 0 and 1; else KnobError."""
    if not 0.0 < value < 1.0:
        raise KnobError(f"{name} must lie between 0 and 1, both excluded, not {value}")
    return value


def closed_share(name: str, value: float) -> float:
    """`value` if it lies in 0..1; else KnobError."""
    if not 0.0 <= value <= 1.0:
        raise KnobError(f"{name} must lie in 0..1, not {value}")
    return value


def above_zero(name: str, value: float) -> float:
    """`value` if it is a finite number above 0; else KnobError."""
    if not (isfinite(value) and value > 0):
        raise KnobError(f"{name} must be a number above 0, not {value}")
    return value


def finite_values(values: ArrayLike) -> NDArray[np.float64]:
    """One row of finite numbers; else KnobError."""
    row = np.asarray(values, dtype=np.float64)
    if row.ndim != 1 or not np.isfinite(row).all():
        raise KnobError("the values must be one row of finite numbers")
    return row
