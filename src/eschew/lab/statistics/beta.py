"""The beta distribution, and through it the binomial's and Student's tails. No SciPy: eschew's core has none.

The regularised incomplete beta function by its continued fraction (DLMF 8.17.22), evaluated with Lentz's method in
Thompson and Barnett's form (1986). Checked against SciPy to 1e-10.
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p

_TINY = 1e-300
_ENOUGH = 1e-15
_MOST_TERMS = 100_000
_MOST_STEPS = 200


def beta_cdf(x: float, a: float, b: float) -> float:
    """P(X ≤ x) for X ~ Beta(a, b); `a` and `b` above 0."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    # The fraction converges fast left of the mean; right of it, the mirror image does.
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - beta_cdf(1.0 - x, b, a)
    front = exp(a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b)) / a
    return min(1.0, front * _fraction(x, a, b))


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1.0 / _off_zero(1.0 - (a + b) * x / (a + 1.0))
    value = d
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        step = 1.0
        for term in (even, odd):
            d = 1.0 / _off_zero(1.0 + term * d)
            c = _off_zero(1.0 + term / c)
            step = c * d
            value *= step
        if abs(step - 1.0) < _ENOUGH:
            break
    return value


def _off_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def beta_quantile(share: float, a: float, b: float) -> float:
    """The x with P(X ≤ x) = `share` for X ~ Beta(a, b): Newton's steps where they stay inside, halving where not."""
    low, high, x = 0.0, 1.0, a / (a + b)
    scale = lgamma(a + b) - lgamma(a) - lgamma(b)
    for _ in range(_MOST_STEPS):
        above = beta_cdf(x, a, b) - share
        if above < 0:
            low = x
        else:
            high = x
        density = exp(scale + (a - 1.0) * log(x) + (b - 1.0) * log1p(-x))
        step = above / density if density > 0 else 1.0
        if not low < x - step < high:
            step = x - (low + high) / 2
        x -= step
        if abs(step) <= 1e-15 * x:
            break
    return x


def binomial_at_most(successes: int, trials: int, rate: float) -> float:
    """P(X ≤ successes) for X ~ Binomial(trials, rate)."""
    if successes < 0:
        return 0.0
    return 1.0 if successes >= trials else beta_cdf(1.0 - rate, trials - successes, successes + 1)


def binomial_at_least(successes: int, trials: int, rate: float) -> float:
    """P(X ≥ successes) for X ~ Binomial(trials, rate)."""
    if successes <= 0:
        return 1.0
    return 0.0 if successes > trials else beta_cdf(rate, successes, trials - successes + 1)


def student_cdf(t: float, degrees: float) -> float:
    """P(T ≤ t) for Student's t with `degrees` degrees of freedom (above 0)."""
    if t < 0:
        return 1.0 - student_cdf(-t, degrees)
    if t * t < degrees:
        # Near the middle the tail is 1/2 less a trifle, which a rounded argument near 1 would lose.
        return 0.5 + beta_cdf(t * t / (degrees + t * t), 0.5, degrees / 2) / 2
    return 1.0 - beta_cdf(degrees / (degrees + t * t), degrees / 2, 0.5) / 2


def student_quantile(share: float, degrees: float) -> float:
    """The t with P(T ≤ t) = `share`."""
    if share < 0.5:
        return -student_quantile(1.0 - share, degrees)
    x = beta_quantile(2.0 * (1.0 - share), degrees / 2, 0.5)
    return float((degrees * (1.0 - x) / x) ** 0.5)
