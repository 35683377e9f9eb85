"""One rate from many prompts: a Beta-Binomial model, so that four prompts with twelve pairs are not one with 48.

Prompt i succeeds at its own rate, drawn from Beta(μM, (1 − μ)M); its count is binomial. μ is the pooled rate,
ρ = 1/(M + 1) in 0..1 how much prompts differ: 0 not at all, 1 each is all or nothing (Skellam 1948; Gelman et al.,
Bayesian Data Analysis, 3rd ed., section 5.3). The priors are Jeffreys' for μ (flat on the arcsine scale) and flat for
ρ: with these the interval misses the true rate in at most 5 of 100 simulated experiments (ρ 0 to 0.3, 4 to 12 prompts).
The posterior is summed over a grid.
Preferred to random effects on log-odds, which have no value where a prompt lost all or nothing (the usual case here)
and, with six prompts, are too sure of the spread. With equal prompts the interval is wider than Wilson's: that is the
price of a claim about prompts rather than about these prompts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eschew.errors import KnobError
from eschew.lab.statistics.ranges import counted_of, open_share

Floats = NDArray[np.float64]

_RATES = 128
_SPREADS = 32
_DRAWS = 4000


@dataclass(frozen=True)
class PooledRate:
    """A rate over prompts. All numbers in 0..1."""

    rate: float
    """Posterior median of μ."""
    interval: tuple[float, float]
    """Of μ, the rate over all prompts such as these."""
    next_prompt: tuple[float, float]
    """Where the rate of one further prompt is to be expected."""
    heterogeneity: float
    """Posterior median of ρ: what share of the variance lies between prompts."""
    heterogeneity_interval: tuple[float, float]
    by_prompt: tuple[float, ...]
    """Each prompt's rate, drawn towards the pooled one the more, the fewer its pairs."""


@dataclass(frozen=True)
class Grid:
    """The points (rate, ρ) where the posterior is summed, flattened, and the logarithm of each one's prior weight."""

    rates: Floats
    spreads: Floats
    log_prior: Floats

    @property
    def alphas(self) -> Floats:
        """First parameter of the beta at each point."""
        return self.rates * (1.0 / self.spreads - 1.0)

    @property
    def betas(self) -> Floats:
        """Second parameter of the beta at each point."""
        return (1.0 - self.rates) * (1.0 / self.spreads - 1.0)


def grid() -> Grid:
    """128 rates, evenly on the arcsine scale, by 32 values of ρ, denser towards 0 and weighted to count evenly."""
    u = (np.arange(_RATES) + 0.5) / _RATES
    v = (np.arange(_SPREADS) + 0.5) / _SPREADS
    rates, spreads = np.meshgrid(np.sin(np.pi * u / 2) ** 2, v**2, indexing="ij")
    return Grid(rates.ravel(), spreads.ravel(), np.log(np.tile(v, _RATES)))


def pooled_rate(
    successes: Sequence[int], trials: Sequence[int], confidence: float = 0.95, seed: int = 0
) -> PooledRate:
    """Pool `successes` of `trials` over prompts, one entry each; prompts without trials count for nothing.

    A bound is 0 or 1 where nothing or everything succeeded. `seed` drives the draws behind `next_prompt` alone.
    KnobError for counts that cannot be, lists of unequal length, no prompts, or a confidence outside (0, 1).
    """
    if len(successes) != len(trials) or not trials:
        raise KnobError("pooling needs one count of successes and one of trials for each prompt")
    counts = np.array([counted_of("the successes", k, n) for k, n in zip(successes, trials, strict=True)])
    outside = (1.0 - open_share("the confidence", confidence)) / 2
    points = grid()
    seen, each = np.unique(counts, axis=0, return_inverse=True)
    likelihoods = log_likelihoods(seen[:, 0], seen[:, 1], points)
    weight = posterior(likelihoods[each.ravel()].sum(axis=0), points)
    low, middle, high = rate_quantiles(weight[None, :], (outside, 0.5, 1.0 - outside))[0]
    done, tried = int(counts[:, 0].sum()), int(counts[:, 1].sum())
    by_spread = weight.reshape(_RATES, _SPREADS).sum(axis=0)
    edges = (np.arange(_SPREADS + 1) / _SPREADS) ** 2
    spread = _inverse(np.cumsum(by_spread), edges, (outside, 0.5, 1.0 - outside))
    return PooledRate(
        rate=float(middle),
        interval=(float(low) if done else 0.0, float(high) if done < tried else 1.0),
        next_prompt=_next_prompt(weight, points, outside, seed),
        heterogeneity=float(spread[1]),
        heterogeneity_interval=(float(spread[0]), float(spread[2])),
        by_prompt=tuple(_shrunken(int(k), int(n), weight, points) for k, n in counts),
    )


def log_likelihoods(successes: NDArray[np.int64], trials: NDArray[np.int64], points: Grid) -> Floats:
    """Log P(count | point) up to a constant, (counts, points), of the Beta-Binomial distribution."""
    a, b = points.alphas, points.betas
    constant = _log_gamma(a) + _log_gamma(b) - _log_gamma(a + b)
    rows = [
        _log_gamma(a + k) + _log_gamma(b + (n - k)) - _log_gamma(a + b + n) - constant
        for k, n in zip(successes, trials, strict=True)
    ]
    return np.stack(rows)


def posterior(log_likelihood: Floats, points: Grid) -> Floats:
    """Weights over the points that sum to 1, (…, points)."""
    level = log_likelihood + points.log_prior
    weight = np.exp(level - level.max(axis=-1, keepdims=True))
    total: Floats = weight / weight.sum(axis=-1, keepdims=True)
    return total


def rate_quantiles(weight: Floats, shares: Sequence[float]) -> Floats:
    """Quantiles of μ, (experiments, shares), of posteriors (experiments, points)."""
    by_rate = weight.reshape(-1, _RATES, _SPREADS).sum(axis=2)
    edges = np.sin(np.pi * np.arange(_RATES + 1) / _RATES / 2) ** 2
    return np.stack([_inverse(row, edges, shares) for row in np.cumsum(by_rate, axis=1)])


def _inverse(cumulated: Floats, edges: Floats, shares: Sequence[float]) -> Floats:
    found: Floats = np.interp(shares, np.concatenate([[0.0], cumulated]), edges)
    return found


def _shrunken(successes: int, trials: int, weight: Floats, points: Grid) -> float:
    strength = 1.0 / points.spreads - 1.0
    return float((weight * (points.alphas + successes) / (strength + trials)).sum())


def _next_prompt(weight: Floats, points: Grid, outside: float, seed: int) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    picks = rng.choice(len(weight), _DRAWS, p=weight)
    low, high = np.quantile(rng.beta(points.alphas[picks], points.betas[picks]), [outside, 1.0 - outside])
    return (float(low), float(high))


def _log_gamma(x: Floats) -> Floats:
    """Log Γ(x) for x > 0: Stirling's series (DLMF 5.11.1) eight steps up, brought down by the recurrence; to 1e-12."""
    down = np.log(x)
    for step in range(1, 8):
        down = down + np.log(x + step)
    up = x + 8.0
    series = 1 / (12 * up) - 1 / (360 * up**3) + 1 / (1260 * up**5) - 1 / (1680 * up**7)
    value: Floats = (up - 0.5) * np.log(up) - up + 0.5 * np.log(2 * np.pi) + series - down
    return value
