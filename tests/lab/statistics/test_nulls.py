"""Simulated experiments in which nothing happens: 2 000 each, called an effect no more often than promised.

"Within binomial error": a method whose true rate is α shows at most `ALLOWED` of 2 000 in all but one of 1 000 runs; the
seeds are fixed, so this is one run. Methods that are exact get no such leave where they are far below.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
import scipy.stats
from numpy.typing import NDArray

from eschew.lab.statistics import (
    equivalent_means,
    equivalent_proportions,
    holm,
    mcnemar,
    permutation_test,
    risk_difference,
    sequential_mcnemar,
    sequential_share,
)
from eschew.lab.statistics.pooling import grid, log_likelihoods, posterior, rate_quantiles

EXPERIMENTS = 2000
ALPHA = 0.05
ALLOWED = int(scipy.stats.binom.ppf(0.999, EXPERIMENTS, ALPHA))
Integers = NDArray[np.int64]


def tables(seed: int, pairs: int, falls: float, rises: float) -> Integers:
    """(experiments, 2): pairs that lost the thing and pairs that gained it."""
    drawn = np.random.default_rng(seed).multinomial(pairs, [falls, rises, 1 - falls - rises], EXPERIMENTS)
    counts: Integers = drawn[:, :2]
    return counts


def called(counts: Integers, test: Callable[[int, int], bool]) -> int:
    """How many of the tables a test calls; equal tables are judged once."""
    judged = cache(test)
    return sum(judged(int(b), int(c)) for b, c in counts)


@pytest.mark.parametrize("change", [0.05, 0.3, 0.5])
def test_mcnemar(change: float) -> None:
    nothing = tables(1, 48, change / 2, change / 2)

    assert called(nothing, lambda b, c: mcnemar(b, c) < ALPHA) <= EXPERIMENTS * ALPHA


def test_permutation_counted_exactly() -> None:
    rows = np.random.default_rng(2).laplace(0.0, 1.0, (EXPERIMENTS, 9))

    assert sum(permutation_test(row) <= ALPHA for row in rows) <= ALLOWED


def test_permutation_drawn() -> None:
    """199 draws: a test that left the observed one out would err in 6 of 100."""
    rows = np.random.default_rng(3).standard_t(3, (EXPERIMENTS, 24))

    assert sum(permutation_test(row, seed=i, draws=199) <= ALPHA for i, row in enumerate(rows)) <= ALLOWED


def test_holm_over_six_targets_at_once() -> None:
    """Half of the targets share their noise, as crackle and hiss do: in how many experiments is any one called?"""
    rng = np.random.default_rng(4)
    shared = rng.random((EXPERIMENTS, 1, 48)) < 0.5
    changed = rng.random((EXPERIMENTS, 6, 48)) < 0.4
    fell = np.where(np.arange(6)[None, :, None] < 3, shared, rng.random((EXPERIMENTS, 6, 48)) < 0.5)
    gone, came = (changed & fell).sum(axis=2), (changed & ~fell).sum(axis=2)
    judged = cache(mcnemar)
    false = uncorrected = 0
    for row in zip(gone.tolist(), came.tolist(), strict=True):
        p_values = [judged(b, c) for b, c in zip(*row, strict=True)]
        false += min(holm(p_values)) <= ALPHA
        uncorrected += min(p_values) <= ALPHA

    assert false <= ALLOWED < uncorrected


@pytest.mark.parametrize(("pairs", "margin"), [(48, 0.1), (48, 0.2), (120, 0.1)])
@pytest.mark.parametrize("churn", [0.0, 0.1])
def test_equivalence_of_proportions_at_the_margin(pairs: int, margin: float, churn: float) -> None:
    """The share has fallen by exactly the margin, so that "it stayed" is false."""
    at_the_margin = tables(5, pairs, margin + churn, churn)

    assert called(at_the_margin, lambda b, c: equivalent_proportions(b, c, pairs, margin).within) <= ALLOWED


@pytest.mark.parametrize("side", [-1, 1])
def test_equivalence_of_means_at_the_margin(side: int) -> None:
    rows = np.random.default_rng(6).normal(side * 0.5, 1.0, (EXPERIMENTS, 40))

    assert sum(equivalent_means(row, 0.5).within for row in rows) <= ALLOWED


def test_the_risk_difference_covers_the_truth() -> None:
    counts = tables(7, 48, 0.35, 0.1)

    def misses(b: int, c: int) -> bool:
        low, high = risk_difference(b, c, 48)
        return not low <= 0.25 <= high

    assert called(counts, misses) <= ALLOWED


@pytest.mark.parametrize("rate", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("spread", [0.0, 0.1, 0.3])
def test_pooling_over_six_prompts(rate: float, spread: float) -> None:
    """Prompts differ by `spread`; the interval of the pooled rate must not leave the true one out. At rate 0.5 that is
    the null "of the pairs that change, as many gain as lose, over all prompts".
    """
    rng = np.random.default_rng(8)
    strength = 1 / spread - 1 if spread else np.inf
    own = (
        rng.beta(rate * strength, (1 - rate) * strength, (EXPERIMENTS, 6))
        if spread
        else np.full((EXPERIMENTS, 6), rate)
    )
    successes = rng.binomial(8, own)
    points = grid()
    likelihood = log_likelihoods(np.arange(9), np.full(9, 8), points)
    outcomes = (successes[:, :, None] == np.arange(9)).sum(axis=1)
    low, high = rate_quantiles(posterior(outcomes @ likelihood, points), (0.025, 0.975)).T
    missed = ((low > rate) & outcomes[:, 1:].any(axis=1)) | ((high < rate) & outcomes[:, :-1].any(axis=1))

    assert missed.sum() <= ALLOWED


def test_looking_after_every_pair() -> None:
    """200 looks each. The fixed test, looked at as often, would call a third of them."""
    rng = np.random.default_rng(9)
    gone = np.cumsum(rng.random((EXPERIMENTS, 200)) < 0.5, axis=1)
    came = np.arange(1, 201) - gone
    bet = np.array(
        [[sequential_mcnemar(b, n - b) <= ALPHA if b <= n else False for b in range(201)] for n in range(201)]
    )
    fixed = np.array(
        [[mcnemar(b, n - b) <= ALPHA if b <= n else False for b in range(201)] for n in range(201)]
    )
    looked = (gone + came, gone)

    assert bet[looked].any(axis=1).sum() <= EXPERIMENTS * ALPHA
    assert fixed[looked].any(axis=1).sum() > EXPERIMENTS * 4 * ALPHA


def test_the_interval_holds_at_all_times_at_once() -> None:
    rng = np.random.default_rng(10)
    gone = np.cumsum(rng.random((EXPERIMENTS, 100)) < 0.8, axis=1)
    inside = np.ones((101, 101), dtype=bool)
    for n in range(1, 101):
        for b in range(n + 1):
            low, high = sequential_share(b, n - b, ALPHA)
            inside[n, b] = low <= 0.8 <= high

    assert (~inside[np.arange(1, 101), gone]).any(axis=1).sum() <= EXPERIMENTS * ALPHA
