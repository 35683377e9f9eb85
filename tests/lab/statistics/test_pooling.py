"""A rate pooled over prompts: the Beta-Binomial of SciPy, summed independently; sure of little where prompts differ."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from statsmodels.stats.meta_analysis import combine_effects

from eschew.errors import KnobError
from eschew.lab.statistics import pooled_rate, wilson
from eschew.lab.statistics.pooling import grid, log_likelihoods

PROMPTS = st.lists(
    st.integers(0, 12).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=8
)


def test_the_likelihood_is_scipys_beta_binomial() -> None:
    points = grid()
    successes, trials = np.array([0, 3, 8, 40]), np.array([8, 8, 8, 50])
    ours = log_likelihoods(successes, trials, points)
    theirs = np.stack(
        [
            scipy.stats.betabinom.logpmf(k, n, points.alphas, points.betas) - np.log(scipy.special.comb(n, k))
            for k, n in zip(successes, trials, strict=True)
        ]
    )

    # Where ρ is 0.0002 the betas are in the thousands and SciPy itself loses digits.
    np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-7)


def test_the_posterior_is_that_of_numeric_integration() -> None:
    successes, trials = [5, 7, 2, 6], [8, 8, 8, 8]

    def density(u: float) -> float:
        """Posterior over the arcsine-scaled rate, up to a constant, ρ integrated out."""
        rate = np.sin(np.pi * u / 2) ** 2

        def at(spread: float) -> float:
            strength = 1 / spread - 1
            return float(
                np.prod(scipy.stats.betabinom.pmf(successes, trials, rate * strength, (1 - rate) * strength))
            )

        return quad(at, 1e-6, 1 - 1e-6, epsrel=1e-5)[0]

    pooled = pooled_rate(successes, trials)
    at = np.linspace(0.002, 0.998, 120)
    weight = np.cumsum([density(u) for u in at])
    found = np.interp([0.025, 0.5, 0.975], weight / weight[-1], np.sin(np.pi * at / 2) ** 2)

    assert (pooled.interval[0], pooled.rate, pooled.interval[1]) == pytest.approx(found, abs=0.01)


def test_with_many_pairs_it_agrees_with_random_effects_on_log_odds() -> None:
    """Where no prompt is at an edge and counts are large, the two models say the same; here is statsmodels'."""
    rng = np.random.default_rng(5)
    trials = np.full(24, 200)
    successes = rng.binomial(trials, rng.beta(12, 8, 24))
    log_odds = np.log(successes / (trials - successes))
    variance = 1 / successes + 1 / (trials - successes)
    theirs = combine_effects(log_odds, variance, method_re="iterated").summary_frame()
    low, high = (1 / (1 + np.exp(-theirs.loc["random effect", name])) for name in ("ci_low", "ci_upp"))
    pooled = pooled_rate(successes.tolist(), trials.tolist())

    assert pooled.interval == pytest.approx((low, high), abs=0.02)


@settings(max_examples=25)
@given(PROMPTS)
def test_failures_mirror_successes(prompts: list[tuple[int, int]]) -> None:
    trials = [n for _, n in prompts]
    one = pooled_rate([k for k, _ in prompts], trials)
    other = pooled_rate([n - k for k, n in prompts], trials)

    assert other.rate == pytest.approx(1 - one.rate, abs=1e-9)
    assert other.interval == pytest.approx((1 - one.interval[1], 1 - one.interval[0]), abs=1e-9)
    assert other.heterogeneity == pytest.approx(one.heterogeneity, abs=1e-9)


@settings(max_examples=25)
@given(PROMPTS)
def test_the_order_of_prompts_does_not_matter_and_rates_are_rates(prompts: list[tuple[int, int]]) -> None:
    one = pooled_rate([k for k, _ in prompts], [n for _, n in prompts])
    other = pooled_rate([k for k, _ in prompts[::-1]], [n for _, n in prompts[::-1]])

    assert other.interval == pytest.approx(one.interval, abs=1e-9)
    assert other.by_prompt[::-1] == pytest.approx(one.by_prompt, abs=1e-9)
    assert 0 <= one.interval[0] <= one.rate <= one.interval[1] <= 1
    assert all(0 <= rate <= 1 for rate in one.by_prompt)


def test_prompts_that_differ_leave_more_doubt_than_prompts_that_agree() -> None:
    agreeing, differing = pooled_rate([4] * 6, [8] * 6), pooled_rate([0, 8] * 3, [8] * 6)

    assert differing.heterogeneity > 0.5 > 0.2 > agreeing.heterogeneity
    assert width(differing.interval) > width(agreeing.interval) > width(wilson(24, 48))


def test_prompts_are_drawn_together_the_fewer_pairs_they_have() -> None:
    pooled = pooled_rate([10, 10, 10, 1, 10, 10], [20, 20, 20, 1, 20, 20])

    assert 0.5 < pooled.by_prompt[3] < 0.7


def test_one_prompt_says_little_of_prompts_and_none_says_nothing() -> None:
    assert width(pooled_rate([40], [48]).interval) > 2 * width(wilson(40, 48))
    assert pooled_rate([0, 0], [0, 0]).interval == (0.0, 1.0)


def test_a_full_house_leaves_its_end_open() -> None:
    assert pooled_rate([8] * 6, [8] * 6).interval[1] == 1.0
    assert pooled_rate([0] * 6, [8] * 6).interval[0] == 0.0


def test_lists_that_do_not_match_are_refused() -> None:
    with pytest.raises(KnobError, match="for each prompt"):
        pooled_rate([1, 2], [3])
    with pytest.raises(KnobError, match="for each prompt"):
        pooled_rate([], [])
    with pytest.raises(KnobError, match="4 of 3"):
        pooled_rate([4], [3])


def width(interval: tuple[float, float]) -> float:
    return interval[1] - interval[0]
