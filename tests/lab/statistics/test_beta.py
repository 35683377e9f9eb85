"""The beta distribution behind the exact methods is SciPy's."""

from __future__ import annotations

import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from eschew.lab.statistics.beta import (
    beta_cdf,
    beta_quantile,
    binomial_at_least,
    binomial_at_most,
    student_cdf,
    student_quantile,
)

PARAMETERS = st.floats(0.05, 5000)


@given(st.floats(0, 1), PARAMETERS, PARAMETERS)
def test_its_share_below(x: float, a: float, b: float) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(scipy.stats.beta.cdf(x, a, b), abs=1e-10)


@given(st.floats(0.001, 0.999), st.integers(1, 3000), st.integers(1, 3000))
def test_its_quantiles(share: float, a: int, b: int) -> None:
    assert beta_quantile(share, a, b) == pytest.approx(scipy.stats.beta.ppf(share, a, b), rel=1e-7, abs=1e-12)


@given(st.integers(0, 3000), st.integers(0, 3000), st.floats(0, 1))
def test_tails_of_the_binomial(k: int, n: int, rate: float) -> None:
    assert binomial_at_most(k, n, rate) == pytest.approx(scipy.stats.binom.cdf(k, n, rate), abs=1e-10)
    assert binomial_at_least(k, n, rate) == pytest.approx(scipy.stats.binom.sf(k - 1, n, rate), abs=1e-10)


@given(st.floats(-50, 50), st.integers(1, 500))
def test_students_distribution(t: float, degrees: int) -> None:
    assert student_cdf(t, degrees) == pytest.approx(scipy.stats.t.cdf(t, degrees), abs=1e-9)


@given(st.floats(0.001, 0.999), st.integers(1, 500))
def test_students_quantiles(share: float, degrees: int) -> None:
    expected = scipy.stats.t.ppf(share, degrees)

    assert student_quantile(share, degrees) == pytest.approx(expected, rel=1e-6, abs=1e-6)
