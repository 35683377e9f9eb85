"""How large, not only how sure: Cohen's h for two rates, the odds ratio of matched pairs."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, inf, sqrt

from eschew.lab.statistics.clopper_pearson import clopper_pearson
from eschew.lab.statistics.ranges import closed_share


@dataclass(frozen=True)
class OddsRatio:
    """Odds that a pair which changed lost the thing rather than gained it; `ratio` is None if no pair changed."""

    ratio: float | None
    interval: tuple[float, float]
    """0 to infinity."""


def cohens_h(before: float, after: float) -> float:
    """Difference of two rates on the arcsine scale, −π..π: 0.2 is small, 0.5 medium, 0.8 large (Cohen 1988, ch. 6).

    Positive if the rate fell. Equal steps of h are equally easy to detect, at 5 % as at 50 %. KnobError for a rate
    outside 0..1.
    """
    turned = (2 * asin(sqrt(closed_share("a rate", rate))) for rate in (before, after))
    return next(turned) - next(turned)


def matched_odds_ratio(only_before: int, only_after: int, confidence: float = 0.95) -> OddsRatio:
    """Conditional odds ratio of paired yes/no outcomes, b/c, with its exact interval.

    The interval is Clopper and Pearson's of b/(b+c), turned into odds (Breslow and Day 1980, section 5.2).
    KnobError for a negative count or a confidence outside (0, 1).
    """
    low, high = clopper_pearson(only_before, only_before + only_after, confidence)
    changed = only_before + only_after
    return OddsRatio(_odds(only_before / changed) if changed else None, (_odds(low), _odds(high)))


def _odds(share: float) -> float:
    return share / (1.0 - share) if share < 1.0 else inf
