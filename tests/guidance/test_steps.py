"""In which steps a negative acts, and what strengths mean elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eschew import guidance as g
from eschew.guidance import BAN, EARLY, PRESERVE, in_window, steps_in_window

# ── the window ──


@given(steps=st.integers(1, 200), start=st.floats(0, 0.99), width=st.floats(0.001, 1))
def test_a_window_is_one_run_of_steps_and_never_empty(steps: int, start: float, width: float) -> None:
    active = [in_window(i, steps, (start, min(1.0, start + width))) for i in range(steps)]

    assert any(active)
    assert "".join("x" if a else "." for a in active).strip(".").count(".") == 0


def test_the_whole_window_is_every_step() -> None:
    assert all(in_window(i, 7, (0.0, 1.0)) for i in range(7))


@pytest.mark.parametrize("steps", [2, 4, 8, 20, 50])
def test_to_preserve_is_to_leave_out_the_beginning_and_one_step_at_least(steps: int) -> None:
    left_out = steps - steps_in_window(steps, PRESERVE)

    assert not in_window(0, steps, PRESERVE)
    assert in_window(steps - 1, steps, PRESERVE)
    assert left_out == max(1, int(0.15 * steps + 1e-9))


def test_one_step_cannot_be_left_out() -> None:
    assert in_window(0, 1, PRESERVE)


@pytest.mark.parametrize("steps", [1, 4, 8, 24])
def test_to_ban_is_every_step(steps: int) -> None:
    assert steps_in_window(steps, BAN) == steps


def test_early_costs_an_eighth() -> None:
    """On 24 steps three carry a second pass: 1.125 times the cost."""
    assert [i for i in range(24) if in_window(i, 24, EARLY)] == [0, 1, 2]
    assert 1 + steps_in_window(24, EARLY) / 24 == 1.125


# ── skipping ──


def test_every_second_step_begins_with_the_first() -> None:
    assert [i for i in range(6) if g.every(i, 2)] == [0, 2, 4]
    assert all(g.every(i, 1) for i in range(6))
    with pytest.raises(ValueError, match="at least 1, not 0"):
        g.every(3, 0)


def test_an_interval_is_of_noise_levels() -> None:
    assert [sigma for sigma in (14.0, 5.4, 1.0, 0.28, 0.1) if g.in_interval(sigma, 0.28, 5.42)] == [
        5.4,
        1.0,
        0.28,
    ]


def test_predictions_agree_by_their_angle(world: Any, plain: Any) -> None:
    cond = world.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0], [0.0, 0.0]])
    neg = world.array([[5.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 0.0], [1.0, 0.0]])

    np.testing.assert_allclose(plain(g.agreement(cond, neg)), [1.0, 0.0, 0.5**0.5, 1.0, 0.0], atol=1e-9)
    assert [bool(one) for one in g.converged(cond, neg, 0.9)] == [True, False, False, True, False]


def test_half_precision_agrees_with_itself(world: Any) -> None:
    (a,) = world.draw(0, 1, (2, 64, 64), "float16")

    assert all(bool(one) for one in g.converged(a, a, 0.9999))


# ── strengths ──


@given(w=st.floats(0, 30))
def test_hosts_that_count_the_excess_are_converted_there_and_back(w: float) -> None:
    assert g.excess_to_guidance_scale(g.guidance_scale_to_excess(w)) == pytest.approx(w)


def test_z_image_at_five_is_six(world: Any, plain: Any) -> None:
    c, n = world.draw(0, 2)

    host = plain(c) + 5.0 * (plain(c) - plain(n))

    np.testing.assert_allclose(
        plain(g.classifier_free(c, n, g.excess_to_guidance_scale(5.0))), host, atol=1e-9
    )


def test_strength_relative_to_the_prompt_is_perp_negs(world: Any, plain: Any) -> None:
    """Where the negative is perpendicular to the prompt, Perp-Neg at s is three branches at w·s."""
    u = world.array([[0.0, 0.0]])
    c, n = world.array([[2.0, 0.0]]), world.array([[0.0, 3.0]])

    np.testing.assert_allclose(
        plain(g.perp_neg(c, [n], u, 4.0, [0.5])),
        plain(g.three_branch(c, [n], u, 4.0, [g.relative_to_negative_scale(0.5, 4.0)])),
    )
    assert g.negative_scale_to_relative(2.0, 4.0) == 0.5
    assert g.negative_scale_to_relative(2.0, 0.0) == 0.0
