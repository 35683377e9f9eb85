"""The paired permutation test: all swaps where they can be counted, seeded ones where they cannot."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from eschew.errors import KnobError
from eschew.lab.statistics import mcnemar, permutation_test

ROWS = st.lists(st.floats(-1e3, 1e3).map(lambda x: round(x, 3)), min_size=1, max_size=10)


@given(ROWS)
def test_few_pairs_are_counted_exactly(row: list[float]) -> None:
    """As SciPy counts them, where it does: it wants a spread."""
    signs = np.array(np.meshgrid(*[[-1, 1]] * len(row))).reshape(len(row), -1)
    sums = np.abs(row @ signs)
    expected = (sums >= abs(sum(row)) - 1e-9).mean()

    assert permutation_test(row) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("n", [4, 9, 14])
def test_it_is_scipys(n: int) -> None:
    row = np.random.default_rng(n).normal(0.4, 1.0, n)
    theirs = scipy.stats.permutation_test((row,), np.mean, permutation_type="samples", n_resamples=np.inf)

    assert permutation_test(row) == pytest.approx(theirs.pvalue)


def test_many_pairs_are_drawn_close_to_the_truth_and_never_0() -> None:
    row = np.random.default_rng(0).normal(0.25, 1.0, 60)
    close = scipy.stats.ttest_1samp(row, 0.0).pvalue

    assert permutation_test(row) == pytest.approx(close, abs=0.02)
    assert permutation_test(row + 100.0) == 1 / 10_000


def test_equal_seeds_draw_equally() -> None:
    row = np.random.default_rng(1).normal(0.2, 1.0, 50)

    assert permutation_test(row, seed=4) == permutation_test(row, seed=4)
    assert permutation_test(row, seed=4) != permutation_test(row, seed=5)


@given(st.integers(0, 7), st.integers(0, 7))
def test_of_yes_and_no_it_is_mcnemars(gone: int, came: int) -> None:
    assert permutation_test([1.0] * gone + [-1.0] * came + [0.0] * 5) == pytest.approx(mcnemar(gone, came))


@given(ROWS, st.floats(0.01, 100))
def test_neither_unit_nor_direction_matters(row: list[float], unit: float) -> None:
    assert permutation_test(np.array(row) * -unit) == pytest.approx(permutation_test(row))


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(KnobError, match="finite"):
        permutation_test([1.0, float("nan")])
    with pytest.raises(KnobError, match="draws"):
        permutation_test([1.0], draws=0)
