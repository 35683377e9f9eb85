"""A distance between the two samples of a pair, and its mean over all pairs. `moved` and `pictures_moved` hold the distances."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from eschew.lab.statistics import bootstrap_mean
from eschew.lab.values import Moved

T = TypeVar("T")


@dataclass(frozen=True)
class Measure(Generic[T]):
    """A difference of two samples, without and with the negative."""

    name: str
    unit: str
    meaning: str
    of: Callable[[T, T], float]


def averaged(measures: Sequence[Measure[Any]], rows: Sequence[tuple[float, ...]]) -> tuple[Moved, ...]:
    """Mean and 95 % bootstrap interval of each measure over all pairs; a row has one number for each."""
    if not rows:
        return ()
    table = np.array(rows, dtype=np.float64)
    return tuple(
        Moved(m.name, m.unit, float(table[:, i].mean()), bootstrap_mean(table[:, i]), m.meaning)
        for i, m in enumerate(measures)
    )
