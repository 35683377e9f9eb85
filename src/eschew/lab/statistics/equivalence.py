"""Equivalence: what stays. "No difference was found" is no finding; "the difference is below the margin" is one.

Two one-sided tests (Schuirmann 1987): equivalent if both "it fell by the margin or more" and "it rose by the margin or
more" are rejected. The p-value is the larger of the two, and no correction is needed for there being two.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

from numpy.typing import ArrayLike

from eschew.errors import KnobError
from eschew.lab.statistics.beta import student_cdf, student_quantile
from eschew.lab.statistics.noninferiority import noninferiority
from eschew.lab.statistics.ranges import above_zero, finite_values, open_share
from eschew.lab.statistics.risk_difference import risk_difference


@dataclass(frozen=True)
class Equivalence:
    """`difference` is before − after; `interval` has confidence 1 − 2α and agrees with `within`, for proportions up to
    the rounding of an approximate interval beside an exact p-value.
    """

    difference: float
    interval: tuple[float, float]
    p_value: float
    margin: float
    within: bool
    """True if both one-sided tests reject at α."""


def equivalent_proportions(
    only_before: int, only_after: int, pairs: int, margin: float, alpha: float = 0.05
) -> Equivalence:
    """Whether two paired proportions differ by less than `margin` (0..1, both excluded), by two `noninferiority` tests.

    KnobError for counts that cannot be, for no pairs, or for a margin or alpha out of range.
    """
    open_share("the margin", margin)
    open_share("alpha", 2 * alpha)
    if pairs < 1:
        raise KnobError("equivalence needs at least one pair")
    # The nearer margin is the harder one to reject.
    more, fewer = max(only_before, only_after), min(only_before, only_after)
    p_value = noninferiority(more, fewer, pairs, margin)
    return Equivalence(
        difference=(only_before - only_after) / pairs,
        interval=risk_difference(only_before, only_after, pairs, 1.0 - 2 * alpha),
        p_value=p_value,
        margin=margin,
        within=p_value <= alpha,
    )


def equivalent_means(differences: ArrayLike, margin: float, alpha: float = 0.05) -> Equivalence:
    """Whether the mean of paired `differences` lies within ±`margin`, in their unit, by two one-sided t-tests.

    Exact for normal differences, close from about 20 pairs on for others. KnobError for fewer than two values, for
    values that are not finite, or for a margin or alpha out of range.
    """
    above_zero("the margin", margin)
    open_share("alpha", 2 * alpha)
    row = finite_values(differences)
    if len(row) < 2:
        raise KnobError("equivalence of means needs at least two pairs")
    mean, degrees = float(row.mean()), len(row) - 1
    error = float(row.std(ddof=1)) / sqrt(len(row))
    half = student_quantile(1.0 - alpha, degrees) * error
    p_value = student_cdf(_in_errors(abs(mean) - margin, error), degrees)
    return Equivalence(mean, (mean - half, mean + half), p_value, margin, p_value <= alpha)


def _in_errors(distance: float, error: float) -> float:
    if error > 0:
        return distance / error
    return 0.0 if distance == 0 else distance * inf
