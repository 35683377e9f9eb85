"""The difference of two paired proportions, by Tango's score method: its test at any difference, and its interval.

Chosen over Newcombe's because test and interval are one: a difference is rejected exactly if it lies outside, so that
equivalence can be read off the interval. At difference 0 the squared score is McNemar's chi-square.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eschew.lab.statistics.normal import two_sided_z
from eschew.lab.statistics.ranges import counted_of


def scores_of_difference(
    only_before: ArrayLike, only_after: ArrayLike, pairs: int, difference: float
) -> NDArray[np.float64]:
    """How many standard errors (before − after) / pairs lies above `difference` (Tango 1998, equation 10).

    The standard error holds at that difference, with the nuisance rate at its restricted maximum likelihood.
    Elementwise over counts of changed pairs; `difference` in −1..1. 0/0 is 0: nothing changed, nothing expected to.
    """
    if difference < 0:
        return -scores_of_difference(only_after, only_before, pairs, -difference)
    b, c, n = np.asarray(only_before, np.float64), np.asarray(only_after, np.float64), pairs
    linear = (2 * n - b + c) * difference - b - c
    after_rate = (np.sqrt(linear * linear + 8 * n * c * difference * (1 - difference)) - linear) / (4 * n)
    variance = n * (2 * after_rate + difference * (1 - difference))
    above = b - c - n * difference
    with np.errstate(divide="ignore", invalid="ignore"):
        scores: NDArray[np.float64] = np.where(above == 0, 0.0, above / np.sqrt(np.maximum(variance, 0.0)))
    return scores


def score_of_difference(only_before: int, only_after: int, pairs: int, difference: float) -> float:
    """The same for one table. KnobError for more changed pairs than pairs."""
    counted_of("the pairs that changed", only_before + only_after, pairs)
    return float(scores_of_difference(only_before, only_after, pairs, difference))


def risk_difference(
    only_before: int, only_after: int, pairs: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Interval of (share before − share after), the differences that the score test does not reject (Tango 1998).

    (−1, 1) when there are no pairs. KnobError for counts that cannot be or a confidence outside (0, 1).
    """
    counted_of("the pairs that changed", only_before + only_after, pairs)
    z = two_sided_z(confidence)
    if pairs == 0:
        return (-1.0, 1.0)
    return (
        -_largest(only_after, only_before, pairs, z),
        _largest(only_before, only_after, pairs, z),
    )


def _largest(only_before: int, only_after: int, pairs: int, z: float) -> float:
    """The largest difference that is not rejected: the score falls as the difference grows."""
    low, high = (only_before - only_after) / pairs, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if score_of_difference(only_before, only_after, pairs, middle) >= -z:
            low = middle
        else:
            high = middle
    return high if high - low < 1e-12 else low
