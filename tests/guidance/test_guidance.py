"""The laws that guidance keeps, whatever the numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from eschew.guidance import classifier_free, in_window, three_branch

scales = st.floats(0, 20)


def arrays(seed: int) -> list[NDArray[np.float64]]:
    return list(np.random.default_rng(seed).standard_normal((3, 8, 4)))


@given(seed=st.integers(0, 999))
def test_a_scale_of_one_is_the_conditional_prediction(seed: int) -> None:
    c, n, u = arrays(seed)

    np.testing.assert_allclose(classifier_free(c, n, 1.0), c, atol=1e-12)
    np.testing.assert_allclose(three_branch(c, n, u, 1.0, 0.0), c, atol=1e-12)


@given(seed=st.integers(0, 999), w=scales)
def test_three_branch_with_no_negative_strength_is_plain_guidance(seed: int, w: float) -> None:
    c, n, u = arrays(seed)

    np.testing.assert_allclose(three_branch(c, n, u, w, 0.0), classifier_free(c, u, w), atol=1e-9)


@given(seed=st.integers(0, 999), w=scales)
def test_three_branch_at_w_minus_one_is_substitution(seed: int, w: float) -> None:
    c, n, u = arrays(seed)

    np.testing.assert_allclose(three_branch(c, n, u, w, w - 1), classifier_free(c, n, w), atol=1e-9)


@given(seed=st.integers(0, 999), w=scales)
def test_a_negative_equal_to_the_null_is_plain_guidance(seed: int, w: float) -> None:
    c, _, u = arrays(seed)

    np.testing.assert_allclose(three_branch(c, u, u, w, 3.0), classifier_free(c, u, w), atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_is_kept(dtype: type) -> None:
    c, n, u = (a.astype(dtype) for a in arrays(0))

    assert classifier_free(c, n, 2.5).dtype == dtype
    assert three_branch(c, n, u, 2.5, 1.0).dtype == dtype


@given(steps=st.integers(1, 200), start=st.floats(0, 0.99), width=st.floats(0.001, 1))
def test_a_window_is_one_run_of_steps_and_never_empty(steps: int, start: float, width: float) -> None:
    active = [in_window(i, steps, (start, min(1.0, start + width))) for i in range(steps)]

    assert any(active)
    assert "".join("x" if a else "." for a in active).strip(".").count(".") == 0


def test_the_whole_window_is_every_step() -> None:
    assert all(in_window(i, 7, (0.0, 1.0)) for i in range(7))
