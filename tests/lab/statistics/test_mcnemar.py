"""McNemar's exact test is the binomial test of the pairs that changed; its power is the sum over all outcomes."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar as their_mcnemar

from eschew.errors import KnobError
from eschew.lab.statistics import mcnemar, mcnemar_power, pairs_needed


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_it_is_the_exact_binomial_test(a: int, b: int) -> None:
    expected = scipy.stats.binomtest(a, a + b).pvalue if a + b else 1.0

    assert mcnemar(a, b) == pytest.approx(expected, rel=1e-8)


@given(st.integers(1, 80), st.integers(0, 80))
def test_it_is_statsmodels(a: int, b: int) -> None:
    expected = their_mcnemar(np.array([[11, a], [b, 7]]), exact=True).pvalue

    assert mcnemar(a, b) == pytest.approx(expected, rel=1e-9)


@given(st.integers(0, 300), st.integers(0, 300))
def test_it_does_not_matter_which_clip_came_first(a: int, b: int) -> None:
    assert mcnemar(a, b) == mcnemar(b, a)


def test_five_of_five_is_not_enough_and_six_of_six_is() -> None:
    assert mcnemar(5, 0) == 2 / 32
    assert mcnemar(6, 0) == 2 / 64


def test_no_changed_pairs_say_nothing() -> None:
    assert mcnemar(0, 0) == 1.0


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(KnobError, match="from 0 on, not -1"):
        mcnemar(3, -1)


@pytest.mark.parametrize(
    ("pairs", "falls", "rises", "alpha"),
    [(20, 0.4, 0.0, 0.05), (48, 0.3, 0.1, 0.05), (60, 0.2, 0.2, 0.05), (40, 0.9, 0.1, 0.01)],
)
def test_power_is_the_sum_over_all_outcomes(pairs: int, falls: float, rises: float, alpha: float) -> None:
    """Every table of pairs that lost, gained or kept the thing, by SciPy's multinomial and binomial test."""
    expected = sum(
        scipy.stats.multinomial.pmf([b, c, pairs - b - c], pairs, [falls, rises, max(0.0, 1 - falls - rises)])
        for b in range(pairs + 1)
        for c in range(min(b, pairs - b + 1))
        if scipy.stats.binomtest(b, b + c).pvalue < alpha
    )

    assert mcnemar_power(pairs, falls, rises, alpha) == pytest.approx(expected, abs=1e-10)


def test_power_is_what_simulated_experiments_show() -> None:
    rng = np.random.default_rng(3)
    tables = rng.multinomial(300, [0.16, 0.08, 0.76], 4000)
    called = [b > c and mcnemar(int(b), int(c)) < 0.05 for b, c, _ in tables]

    assert np.mean(called) == pytest.approx(mcnemar_power(300, 0.16, 0.08), abs=0.025)


@pytest.mark.parametrize("base_rate", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("placebo_drop", [0.0, 0.1])
def test_the_pairs_needed_are_the_fewest(base_rate: float, placebo_drop: float) -> None:
    found = pairs_needed(base_rate, 0.6, placebo_drop, power=0.9)
    falls = base_rate * 0.6 * (1 - placebo_drop)
    rises = base_rate * placebo_drop * 0.4

    assert found.pairs is not None
    assert found.power == mcnemar_power(found.pairs, falls, rises) >= 0.9
    assert mcnemar_power(found.pairs - 1, falls, rises) < 0.9


def test_a_rarer_thing_needs_more_pairs_and_a_hopeless_one_has_no_number() -> None:
    often, seldom = pairs_needed(0.5, 0.7).pairs, pairs_needed(0.1, 0.7).pairs

    assert often is not None
    assert seldom is not None
    assert often < seldom
    assert pairs_needed(0.5, 0.1, 0.1).pairs is None


def test_a_power_that_cannot_be_is_refused() -> None:
    with pytest.raises(KnobError, match="base rate"):
        pairs_needed(1.2, 0.5)
    with pytest.raises(KnobError, match="power"):
        pairs_needed(0.5, 0.5, power=1.0)
    with pytest.raises(KnobError, match="change"):
        mcnemar_power(10, 0.7, 0.6)
