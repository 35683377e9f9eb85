"""Bootstrap intervals are SciPy's, draw for draw, and cover what they promise."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from eschew.errors import KnobError
from eschew.lab.statistics import bootstrap, bootstrap_mean
from eschew.lab.statistics.bootstrap import Kind


def medians(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.median(rows, axis=1)


def means(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return rows.mean(axis=1)


@pytest.mark.parametrize("kind", ["percentile", "bca"])
@pytest.mark.parametrize("confidence", [0.9, 0.95])
@pytest.mark.parametrize(("ours", "theirs"), [(means, np.mean), (medians, np.median)])
def test_it_is_scipys(kind: Kind, confidence: float, ours, theirs) -> None:
    row = np.random.default_rng(7).exponential(2.0, 41)
    expected = scipy.stats.bootstrap(
        (row,),
        theirs,
        n_resamples=2000,
        confidence_level=confidence,
        method={"percentile": "percentile", "bca": "BCa"}[kind],
        rng=np.random.default_rng(11),
    ).confidence_interval

    assert bootstrap(row, ours, kind=kind, confidence=confidence, seed=11) == pytest.approx(tuple(expected))


def test_the_mean_is_covered_and_better_by_bca_where_values_are_skewed() -> None:
    rng = np.random.default_rng(2)
    hits = {"percentile": 0, "bca": 0}
    for _ in range(400):
        row = rng.exponential(3.0, 30)
        for kind in hits:
            low, high = bootstrap_mean(row, 400, kind=kind)
            hits[kind] += low <= 3.0 <= high

    assert hits["percentile"] / 400 >= 0.89
    assert hits["bca"] / 400 >= 0.91


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=30), st.floats(-50, 50))
def test_moving_all_values_moves_the_interval(row: list[float], by: float) -> None:
    low, high = bootstrap_mean(row, 200)

    assert bootstrap_mean(np.array(row) + by, 200) == pytest.approx((low + by, high + by), abs=1e-9)


@pytest.mark.parametrize("kind", ["percentile", "bca"])
def test_values_that_are_all_equal_leave_no_doubt(kind: Kind) -> None:
    assert bootstrap_mean([2.5] * 8, kind=kind) == (2.5, 2.5)
    assert bootstrap_mean([2.5], kind=kind) == (2.5, 2.5)


def test_a_seed_is_an_argument() -> None:
    row = np.random.default_rng(0).normal(size=20)

    assert bootstrap_mean(row, seed=1) == bootstrap_mean(row, seed=1)
    assert bootstrap_mean(row, seed=1) != bootstrap_mean(row, seed=2)


def test_no_values_have_no_spread() -> None:
    assert bootstrap_mean([]) == (0.0, 0.0)


def test_too_few_draws_are_refused() -> None:
    with pytest.raises(KnobError, match="100 or more"):
        bootstrap_mean([1.0, 2.0], draws=20)
