"""Wilson's interval of a proportion: near its promise on average, never outside 0..1."""

from __future__ import annotations

from math import sqrt

from eschew.lab.statistics.normal import two_sided_z
from eschew.lab.statistics.ranges import counted_of


def wilson(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Score interval of a proportion (Wilson 1927); (0, 1) when there were no trials.

    KnobError for more successes than trials or a confidence outside (0, 1).
    """
    successes, trials = counted_of("the successes", successes, trials)
    z2 = two_sided_z(confidence) ** 2
    if trials == 0:
        return (0.0, 1.0)
    share = successes / trials
    centre = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = sqrt(z2) / (1 + z2 / trials) * sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == trials else min(1.0, centre + half)
    return (low, high)
