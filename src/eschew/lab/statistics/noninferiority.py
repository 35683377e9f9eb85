"""Was less lost than the margin? One-sided, for paired yes/no outcomes, and exact where that is cheap."""

from __future__ import annotations

from math import lgamma

import numpy as np
from numpy.typing import NDArray

from eschew.errors import KnobError
from eschew.lab.statistics.normal import normal_cdf
from eschew.lab.statistics.ranges import counted_of, open_share
from eschew.lab.statistics.risk_difference import score_of_difference, scores_of_difference

EXACT_UP_TO = 200
"""Pairs up to which all outcomes are summed; beyond, the score's normal approximation is used."""

_NUISANCE_RATES = 40

Floats = NDArray[np.float64]


def noninferiority(only_before: int, only_after: int, pairs: int, margin: float) -> float:
    """p-value against "the share fell by `margin` or more".

    Up to `EXACT_UP_TO` pairs the unconditional exact test: of all outcomes whose score is as low as the one observed
    (Tango 1998), the probability, at the rate of the other changes where that is largest (Hsueh, Liu and Chen 2001).
    The approximation alone would err in up to 7 of 100 at 48 pairs. KnobError for counts that cannot be, no pairs, or
    a margin outside (0, 1).
    """
    counted_of("the pairs that changed", only_before + only_after, pairs)
    open_share("the margin", margin)
    if pairs < 1:
        raise KnobError("a margin needs at least one pair")
    observed = score_of_difference(only_before, only_after, pairs, margin)
    if pairs > EXACT_UP_TO:
        return normal_cdf(observed)
    fell, rose = np.divmod(np.arange((pairs + 1) ** 2), pairs + 1)
    fell, rose = fell[fell + rose <= pairs], rose[fell + rose <= pairs]
    as_low = scores_of_difference(fell, rose, pairs, margin) <= observed + 1e-9
    return min(1.0, float(_largest_probability(fell[as_low], rose[as_low], pairs, margin)))


def _largest_probability(
    fell: NDArray[np.int64], rose: NDArray[np.int64], pairs: int, margin: float
) -> np.float64:
    """Of these outcomes together, over the rates at which pairs gain the thing; they lose it `margin` more often."""
    log_factorial = np.array([lgamma(k + 1) for k in range(pairs + 1)])
    same = pairs - fell - rose
    ways = log_factorial[pairs] - log_factorial[fell] - log_factorial[rose] - log_factorial[same]
    # From 0 to all pairs changing, both excluded by a hair: the logarithm of 0 is not needed.
    gains = np.clip(np.linspace(0.0, (1.0 - margin) / 2, _NUISANCE_RATES), 1e-12, (1.0 - margin) / 2 - 1e-12)
    log_rates = np.log(np.stack([gains + margin, gains, 1.0 - 2 * gains - margin]))
    chances = np.exp(ways + log_rates.T @ np.stack([fell, rose, same]).astype(np.float64))
    largest: np.float64 = chances.sum(axis=1).max()
    return largest
