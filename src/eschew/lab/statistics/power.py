"""Power of McNemar's exact test: how many pairs a question needs, known before the first one is made.

Exact: the number of pairs that change is binomial, and so is, among these, the number that lost the thing; the
probabilities of all outcomes that the test would call are summed (Schlesselman 1982 has the normal approximation).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log, log1p, sqrt

from eschew.lab.statistics.beta import binomial_at_least
from eschew.lab.statistics.mcnemar import mcnemar
from eschew.lab.statistics.ranges import closed_share, counted, open_share

MOST_PAIRS = 5000
"""Where the search for enough pairs ends."""


@dataclass(frozen=True)
class PairsNeeded:
    """`pairs` is None if not even `MOST_PAIRS` give the power; `power` is what `pairs`, or `MOST_PAIRS`, give."""

    pairs: int | None
    power: float


def mcnemar_power(pairs: int, only_before: float, only_after: float, alpha: float = 0.05) -> float:
    """Chance that `pairs` pairs show a fall with p < alpha, where a pair loses the thing with probability
    `only_before` and gains it with probability `only_after`.

    KnobError for probabilities outside 0..1 or above 1 in sum, or an alpha outside (0, 1).
    """
    closed_share("the share of pairs that change", only_before + only_after)
    changing = closed_share("the share only before", only_before) + closed_share(
        "the share only after", only_after
    )
    open_share("alpha", alpha)
    if changing == 0:
        return 0.0
    falling = only_before / changing
    total, tolerated = 0.0, -1
    # Beyond nine standard deviations nothing is left to sum.
    reach = 9.0 * sqrt(pairs * changing * (1 - changing)) + 9.0
    first, last = max(0, int(pairs * changing - reach)), min(pairs, int(pairs * changing + reach) + 1)
    for changed in range(counted("the pairs", pairs) + 1):
        tolerated = _most_gained(changed, tolerated, alpha)
        if first <= changed <= last and tolerated >= 0:
            called = binomial_at_least(changed - tolerated, changed, falling)
            total += _binomial(changed, pairs, changing) * called
    return min(1.0, total)


def pairs_needed(
    base_rate: float,
    removed: float,
    placebo_drop: float = 0.0,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    least: int = 1,
) -> PairsNeeded:
    """Fewest pairs, `least` or more, that show with this `power` that a negative does more than a placebo.

    `base_rate` of the clips have the thing; the negative removes it from the share `removed` of these, a placebo from
    the share `placebo_drop`, taken as independent (pairs that share noise agree more, and then fewer suffice). With
    `placebo_drop` 0 this is the comparison with no negative at all. For m targets under Holm's correction give
    alpha / m. KnobError for shares outside 0..1, or alpha or power outside (0, 1).
    """
    for name, share in (
        ("the base rate", base_rate),
        ("the share removed", removed),
        ("the placebo's drop", placebo_drop),
    ):
        closed_share(name, share)
    open_share("the power", power)
    falls, rises = base_rate * removed * (1 - placebo_drop), base_rate * placebo_drop * (1 - removed)
    low, high = max(0, least - 1), min(MOST_PAIRS, max(least, 8))
    while (reached := mcnemar_power(high, falls, rises, alpha)) < power:
        if high == MOST_PAIRS:
            return PairsNeeded(None, reached)
        low, high = high, min(MOST_PAIRS, 2 * high)
    while high - low > 1:
        middle = (low + high) // 2
        if mcnemar_power(middle, falls, rises, alpha) < power:
            low = middle
        else:
            high = middle
    return PairsNeeded(high, mcnemar_power(high, falls, rises, alpha))


def _most_gained(changed: int, before: int, alpha: float) -> int:
    """Of `changed` pairs, how many may have gained the thing while a fall is still called; −1 if none may.

    One more changed pair raises it by one at most, so that the answer for one pair fewer, `before`, is where to look.
    """
    candidate = before + 1
    if 2 * candidate >= changed:
        return before
    return candidate if mcnemar(changed - candidate, candidate) < alpha else before


def _binomial(k: int, n: int, rate: float) -> float:
    if rate >= 1.0:
        return float(k == n)
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(ways + k * log(rate) + (n - k) * log1p(-rate))
