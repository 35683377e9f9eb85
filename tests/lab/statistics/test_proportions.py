"""Intervals of one proportion agree with SciPy and obey their laws."""

from __future__ import annotations

import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from eschew.errors import KnobError
from eschew.lab.statistics import clopper_pearson, wilson

COUNTS = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
CONFIDENCES = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999])
BOTH = pytest.mark.parametrize("interval", [wilson, clopper_pearson])


@given(COUNTS, CONFIDENCES)
def test_wilson_is_scipys(counts: tuple[int, int], confidence: float) -> None:
    expected = scipy.stats.binomtest(*counts).proportion_ci(confidence, method="wilson")

    assert wilson(*counts, confidence) == pytest.approx((expected.low, expected.high), abs=1e-9)


@given(COUNTS, CONFIDENCES)
def test_clopper_pearson_is_scipys(counts: tuple[int, int], confidence: float) -> None:
    expected = scipy.stats.binomtest(*counts).proportion_ci(confidence, method="exact")

    assert clopper_pearson(*counts, confidence) == pytest.approx((expected.low, expected.high), abs=1e-9)


@BOTH
@given(counts=COUNTS, confidence=CONFIDENCES)
def test_the_rate_lies_inside(interval, counts: tuple[int, int], confidence: float) -> None:
    low, high = interval(*counts, confidence)

    assert 0.0 <= low <= counts[0] / counts[1] <= high <= 1.0


@BOTH
@given(counts=COUNTS)
def test_counting_the_failures_mirrors_the_interval(interval, counts: tuple[int, int]) -> None:
    successes, trials = counts
    low, high = interval(trials - successes, trials)

    assert interval(successes, trials) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@BOTH
@given(counts=COUNTS)
def test_more_confidence_is_wider(interval, counts: tuple[int, int]) -> None:
    low, high = interval(*counts, 0.8)
    lower, higher = interval(*counts, 0.99)

    assert lower <= low
    assert high <= higher


@settings(max_examples=20)
@given(st.floats(0.01, 0.99), st.integers(5, 60))
def test_clopper_pearson_never_covers_less_than_promised(rate: float, trials: int) -> None:
    """Summed over all outcomes, not sampled."""
    chances = scipy.stats.binom.pmf(range(trials + 1), trials, rate)
    intervals = [clopper_pearson(successes, trials) for successes in range(trials + 1)]

    assert sum(p for p, (low, high) in zip(chances, intervals, strict=True) if low <= rate <= high) >= 0.95


@BOTH
def test_no_trials_say_nothing(interval) -> None:
    assert interval(0, 0) == (0.0, 1.0)


@BOTH
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((5, 4), "5 of 4"),
        ((-1, 4), "from 0 on"),
        ((1, 4, 1.0), "confidence must lie between 0 and 1"),
        ((1, 4, float("nan")), "confidence must lie between 0 and 1"),
    ],
)
def test_what_cannot_be_is_refused(interval, arguments: tuple[float, ...], said: str) -> None:
    with pytest.raises(KnobError, match=said):
        interval(*arguments)
