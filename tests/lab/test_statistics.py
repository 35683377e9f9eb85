"""Counting statistics agree with SciPy and keep their error rate."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from eschew.lab.statistics import bootstrap_mean, mcnemar, wilson


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_scipys(case: tuple[int, int]) -> None:
    k, n = case
    expected = scipy.stats.binomtest(k, n).proportion_ci(method="wilson")

    assert wilson(k, n) == pytest.approx((expected.low, expected.high), abs=1e-9)


@given(st.integers(0, 200), st.integers(0, 200))
def test_mcnemar_is_the_exact_binomial_test(a: int, b: int) -> None:
    expected = scipy.stats.binomtest(a, a + b).pvalue if a + b else 1.0

    assert mcnemar(a, b) == pytest.approx(expected, rel=1e-9)


def test_no_trials_say_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert mcnemar(0, 0) == 1.0


def test_a_placebo_is_called_significant_no_more_often_than_promised() -> None:
    """2 000 simulated comparisons of 48 pairs in which the negative does nothing."""
    rng = np.random.default_rng(1)
    false = 0
    for _ in range(2000):
        rate = rng.uniform(0.05, 0.95)
        before, after = rng.random((2, 48)) < rate
        false += mcnemar(int((before & ~after).sum()), int((after & ~before).sum())) < 0.05

    assert false / 2000 <= 0.05


def test_the_bootstrap_interval_covers_the_mean() -> None:
    rng = np.random.default_rng(2)
    hits = 0
    for _ in range(300):
        low, high = bootstrap_mean(rng.normal(3.0, 2.0, 48), draws=400)
        hits += low <= 3.0 <= high

    assert 0.90 <= hits / 300 <= 0.99
