"""The bet that may be looked at after every pair."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from eschew.errors import KnobError
from eschew.lab.statistics import betting_e_value, mcnemar, sequential_mcnemar, sequential_share

COUNTS = st.tuples(st.integers(0, 200), st.integers(0, 200))


@given(st.integers(0, 25), st.integers(0, 25))
def test_the_money_is_the_mean_over_all_bets(b: int, c: int) -> None:
    """By numeric integration instead of by formula."""
    expected, _ = quad(lambda rate: (2 * rate) ** b * (2 - 2 * rate) ** c, 0, 1)

    assert betting_e_value(b, c) == pytest.approx(expected, rel=1e-6)


@given(COUNTS)
def test_the_bet_is_fair(counts: tuple[int, int]) -> None:
    """Tossed once more, the money is on average what it was: the martingale that Ville's inequality needs."""
    b, c = counts

    assert (betting_e_value(b + 1, c) + betting_e_value(b, c + 1)) / 2 == pytest.approx(betting_e_value(b, c))


@given(COUNTS)
def test_looking_at_any_time_is_paid_for_with_a_larger_p_value(counts: tuple[int, int]) -> None:
    assert mcnemar(*counts) <= sequential_mcnemar(*counts) * 1.000001


@given(COUNTS)
def test_it_does_not_matter_which_clip_came_first(counts: tuple[int, int]) -> None:
    assert sequential_mcnemar(*counts) == pytest.approx(sequential_mcnemar(*counts[::-1]))


def test_eight_pairs_that_agree_are_called() -> None:
    assert sequential_mcnemar(7, 0) > 0.05 > sequential_mcnemar(8, 0)
    assert sequential_mcnemar(0, 0) == 1.0
    assert betting_e_value(8, 0) == pytest.approx(256 / 9)


def test_money_beyond_all_bounds_is_still_a_number() -> None:
    assert math.isfinite(betting_e_value(5000, 0))
    assert sequential_mcnemar(5000, 0) == 0.0


@given(COUNTS, st.sampled_from([0.01, 0.05, 0.2]))
def test_the_interval_leaves_one_half_out_exactly_when_the_test_says_so(
    counts: tuple[int, int], alpha: float
) -> None:
    low, high = sequential_share(*counts, alpha)

    assert 0 <= low <= high <= 1
    assert (low <= 0.5 <= high) == (sequential_mcnemar(*counts) > alpha)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(KnobError, match="from 0 on"):
        sequential_mcnemar(-1, 0)
    with pytest.raises(KnobError, match="alpha"):
        sequential_share(1, 1, 1.5)
