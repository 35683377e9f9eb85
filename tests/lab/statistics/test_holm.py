"""Holm's correction is statsmodels', and never kinder than no correction or harsher than Bonferroni's."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from eschew.errors import KnobError
from eschew.lab.statistics import holm

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@settings(max_examples=15)  # theirs takes its time
@given(P_VALUES)
def test_it_is_statsmodels(p_values: list[float]) -> None:
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


@given(P_VALUES)
def test_it_lies_between_no_correction_and_bonferronis(p_values: list[float]) -> None:
    for raw, adjusted in zip(p_values, holm(p_values), strict=True):
        assert raw <= adjusted <= min(1.0, len(p_values) * raw)


@given(P_VALUES)
def test_the_order_of_evidence_stays(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    by_raw = sorted(range(len(p_values)), key=p_values.__getitem__)

    assert all(adjusted[a] <= adjusted[b] for a, b in pairwise(by_raw))


def test_one_test_needs_no_correction_and_none_gives_none() -> None:
    assert holm([0.03]) == (0.03,)
    assert holm([]) == ()


def test_a_p_value_above_1_is_refused() -> None:
    with pytest.raises(KnobError, match="p-value"):
        holm([0.2, 1.5])
