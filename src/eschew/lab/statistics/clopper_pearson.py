"""Clopper and Pearson's interval of a proportion: never below its promise, and therefore wider than Wilson's."""

from __future__ import annotations

from eschew.lab.statistics.beta import beta_quantile
from eschew.lab.statistics.ranges import counted_of, open_share


def clopper_pearson(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact interval of a proportion (Clopper and Pearson 1934); (0, 1) when there were no trials.

    KnobError for more successes than trials or a confidence outside (0, 1).
    """
    successes, trials = counted_of("the successes", successes, trials)
    outside = (1.0 - open_share("the confidence", confidence)) / 2
    low = beta_quantile(outside, successes, trials - successes + 1) if successes else 0.0
    high = beta_quantile(1.0 - outside, successes + 1, trials - successes) if successes < trials else 1.0
    return (low, high)
