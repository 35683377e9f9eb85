"""Paired differences: Tango's score, its interval, equivalence, effect sizes."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.optimize
import scipy.stats
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.proportion import proportion_effectsize
from statsmodels.stats.weightstats import ttost_paired

from eschew.errors import KnobError
from eschew.lab.statistics import (
    cohens_h,
    equivalent_means,
    equivalent_proportions,
    matched_odds_ratio,
    noninferiority,
    risk_difference,
)
from eschew.lab.statistics.risk_difference import score_of_difference

TABLES = st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(1, 60)).map(
    lambda t: (t[0], t[1], t[0] + t[1] + t[2])
)


def test_the_published_example() -> None:
    """Airway hyper-responsiveness before and after a transplantation: 1 and 7 changed, of 21 children.

    The score interval in Fagerland, Lydersen and Laake 2014, "Recommended tests and confidence intervals for paired
    binomial proportions", is -0.517 to -0.026.
    """
    assert risk_difference(1, 7, 21) == pytest.approx((-0.517, -0.026), abs=5e-4)


@pytest.mark.parametrize("table", [(3, 9, 40), (0, 4, 25), (12, 1, 60), (5, 5, 11)])
@pytest.mark.parametrize("difference", [-0.4, -0.1, 0.05, 0.3])
def test_the_score_is_that_of_the_likelihood_maximised_by_scipy(
    table: tuple[int, int, int], difference: float
) -> None:
    """The nuisance rate found by numeric search instead of by formula."""
    b, c, n = table

    def unlikely(after: float) -> float:
        before, same = after + difference, 1 - 2 * after - difference
        return -(b * math.log(before) + c * math.log(after) + (n - b - c) * math.log(same))

    least, most = max(0.0, -difference) + 1e-12, (1 - difference) / 2 - 1e-12
    rate = scipy.optimize.minimize_scalar(
        unlikely, bounds=(least, most), method="bounded", options={"xatol": 1e-12}
    ).x
    expected = (b - c - n * difference) / math.sqrt(n * (2 * rate + difference - difference**2))

    assert score_of_difference(b, c, n, difference) == pytest.approx(expected, rel=1e-4)


@given(TABLES)
def test_at_no_difference_the_squared_score_is_mcnemars_chi_square(table: tuple[int, int, int]) -> None:
    b, c, n = table
    assume(b + c)

    assert score_of_difference(b, c, n, 0.0) ** 2 == pytest.approx((b - c) ** 2 / (b + c))


@given(TABLES, st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_is_what_the_score_does_not_reject(
    table: tuple[int, int, int], confidence: float
) -> None:
    z = scipy.stats.norm.ppf(0.5 + confidence / 2)
    low, high = risk_difference(*table, confidence)
    b, c, n = table

    assert -1 <= low <= (b - c) / n <= high <= 1
    for bound in (low, high):
        if abs(bound) < 1 - 1e-9:
            assert abs(score_of_difference(b, c, n, bound)) == pytest.approx(z, abs=1e-6)


@given(TABLES)
def test_swapping_the_arms_mirrors_the_interval(table: tuple[int, int, int]) -> None:
    b, c, n = table
    low, high = risk_difference(b, c, n)

    assert risk_difference(c, b, n) == pytest.approx((-high, -low), abs=1e-9)


@pytest.mark.parametrize(("gone", "came"), [(4, 2), (9, 5), (15, 3), (20, 12)])
def test_with_many_pairs_the_exact_p_value_is_the_approximate_one(gone: int, came: int) -> None:
    approximate = scipy.stats.norm.cdf(score_of_difference(gone, came, 200, 0.1))

    assert noninferiority(gone, came, 200, 0.1) == pytest.approx(approximate, abs=0.02)
    assert noninferiority(2 * gone, 2 * came, 400, 0.1) == pytest.approx(
        scipy.stats.norm.cdf(score_of_difference(2 * gone, 2 * came, 400, 0.1)), abs=1e-12
    )


@pytest.mark.parametrize(("gone", "came"), [(0, 0), (2, 0), (1, 2), (3, 1)])
def test_the_exact_p_value_is_the_worst_of_scipys_multinomials(gone: int, came: int) -> None:
    """Twenty pairs, every outcome, a finer range of nuisance rates."""
    pairs, margin = 20, 0.25
    observed = score_of_difference(gone, came, pairs, margin)
    outcomes = np.array(
        [
            (b, c, pairs - b - c)
            for b in range(pairs + 1)
            for c in range(pairs + 1 - b)
            if score_of_difference(b, c, pairs, margin) <= observed + 1e-9
        ]
    )
    worst = max(
        scipy.stats.multinomial.pmf(outcomes, pairs, [q + margin, q, 1 - 2 * q - margin]).sum()
        for q in np.linspace(0, (1 - margin) / 2, 301)[:-1]
    )

    assert noninferiority(gone, came, pairs, margin) == pytest.approx(worst, rel=0.02)


@given(st.integers(0, 60), st.floats(0.05, 0.3))
def test_losing_more_is_never_better(gone: int, margin: float) -> None:
    assert noninferiority(gone, 3, 80, margin) <= noninferiority(gone + 1, 3, 80, margin) + 1e-12


@given(TABLES, st.floats(0.05, 0.5))
def test_what_is_equivalent_has_a_90_percent_interval_about_within_the_margin(
    table: tuple[int, int, int], margin: float
) -> None:
    found = equivalent_proportions(*table, margin)
    low, high = found.interval

    assert found.within == (found.p_value <= 0.05)
    assert not found.within or max(-low, high) < margin * 1.1


def test_no_change_in_few_pairs_is_not_yet_equivalence() -> None:
    assert not equivalent_proportions(0, 0, 12, 0.1).within
    assert equivalent_proportions(0, 0, 48, 0.1).within


@given(st.integers(0, 10_000), st.integers(4, 60), st.floats(0.05, 2.0))
def test_equivalence_of_means_is_statsmodels(seed: int, n: int, margin: float) -> None:
    before, after = np.random.default_rng(seed).normal(0.1, 1.0, (2, n))
    expected = ttost_paired(before, after, -margin, margin)[0]

    assert equivalent_means(before - after, margin).p_value == pytest.approx(expected, rel=1e-6, abs=1e-12)


@given(st.integers(0, 10_000), st.integers(4, 60))
def test_the_interval_of_a_mean_is_students(seed: int, n: int) -> None:
    row = np.random.default_rng(seed).normal(0.1, 1.0, n)
    expected = scipy.stats.ttest_1samp(row, 0.0).confidence_interval(0.90)

    assert equivalent_means(row, 1.0).interval == pytest.approx((expected.low, expected.high))


def test_differences_without_spread_are_judged_as_they_stand() -> None:
    assert equivalent_means([0.2, 0.2, 0.2], 0.3).within
    assert not equivalent_means([0.4, 0.4, 0.4], 0.3).within


@given(st.floats(0, 1), st.floats(0, 1))
def test_cohens_h_is_statsmodels(before: float, after: float) -> None:
    assert cohens_h(before, after) == pytest.approx(proportion_effectsize(before, after), abs=1e-12)


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_odds_ratio_of_matched_pairs(gone: int, came: int) -> None:
    assume(gone + came)
    found = matched_odds_ratio(gone, came)
    exact = scipy.stats.binomtest(gone, gone + came).proportion_ci(method="exact")
    odds = [p / (1 - p) if p < 1 else math.inf for p in (exact.low, exact.high)]

    assert found.ratio == (pytest.approx(gone / came) if came else math.inf)
    assert found.interval == pytest.approx(odds)


def test_the_odds_ratio_is_mantel_and_haenszels_over_pairs() -> None:
    """Each pair as its own stratum: the classical derivation, by statsmodels."""
    gone, came = 14, 5
    tables = [np.array([[1, 0], [0, 1]])] * gone + [np.array([[0, 1], [1, 0]])] * came

    assert matched_odds_ratio(gone, came).ratio == pytest.approx(StratifiedTable(tables).oddsratio_pooled)


def test_pairs_that_all_agree_have_no_odds() -> None:
    assert matched_odds_ratio(0, 0).ratio is None


@pytest.mark.parametrize(
    "refused",
    [
        lambda: risk_difference(5, 6, 10),
        lambda: equivalent_proportions(0, 0, 0, 0.1),
        lambda: equivalent_proportions(0, 0, 9, 0.0),
        lambda: equivalent_means([0.1], 0.1),
        lambda: equivalent_means([0.1, 0.2], -0.1),
        lambda: equivalent_means([0.1, 0.2], 0.1, alpha=0.5),
        lambda: cohens_h(1.1, 0.2),
        lambda: matched_odds_ratio(-1, 2),
    ],
)
def test_what_cannot_be_is_refused(refused) -> None:
    with pytest.raises(KnobError):
        refused()
