"""Counting statistics for paired seeds. Exact where exact is cheap; checked against SciPy in the tests."""

from __future__ import annotations

from math import comb, sqrt

import numpy as np
from numpy.typing import NDArray

Z95 = 1.959963984540054
"""The 97.5 % point of the normal distribution."""


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """95 % score interval of a proportion (Wilson 1927); (0, 1) when there were no trials."""
    if trials == 0:
        return (0.0, 1.0)
    share, z2 = successes / trials, Z95**2
    centre = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half: float = Z95 / (1 + z2 / trials) * sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == trials else min(1.0, centre + half)
    return (low, high)


def mcnemar(only_before: int, only_after: int) -> float:
    """Two-sided exact p-value that `only_before` and `only_after` discordant pairs are a fair coin's (McNemar 1947)."""
    n = only_before + only_after
    if n == 0:
        return 1.0
    tail = sum(comb(n, k) for k in range(min(only_before, only_after) + 1)) / (1 << n)
    return min(1.0, 2.0 * tail)


def bootstrap_mean(values: NDArray[np.float64], draws: int = 2000) -> tuple[float, float]:
    """95 % percentile interval of the mean over resampled pairs; always the same draw for the same number of values."""
    if len(values) == 0:
        return (0.0, 0.0)
    picks = np.random.default_rng(0).integers(0, len(values), (draws, len(values)))
    low, high = np.quantile(values[picks].mean(axis=1), [0.025, 0.975])
    return (float(low), float(high))
