"""The normal distribution, as far as intervals and score tests need it."""

from __future__ import annotations

from statistics import NormalDist

from eschew.lab.statistics.ranges import open_share

Z95 = 1.959963984540054
"""The 97.5 % point of the normal distribution."""

_STANDARD = NormalDist()


def normal_cdf(z: float) -> float:
    """Share of a standard normal below `z`."""
    # From the far side where that is the exact one: 1 - cdf(10) is a rounding error, cdf(-10) is not.
    return _STANDARD.cdf(z) if z < 0 else 1.0 - _STANDARD.cdf(-z)


def normal_quantile(share: float) -> float:
    """The value that `share` of a standard normal lies below. `share` in (0, 1), else KnobError."""
    return _STANDARD.inv_cdf(open_share("the share", share))


def two_sided_z(confidence: float) -> float:
    """Half-width, in standard errors, of an interval with this confidence: 0.95 → 1.96."""
    return normal_quantile(0.5 + open_share("the confidence", confidence) / 2)
