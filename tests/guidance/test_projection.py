"""Projections: the right way round, and of one sample at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from eschew.guidance import cosine, dot, norm, orthogonal, parallel, perp_neg

seeds = st.integers(0, 2**31)


@given(seed=seeds)
@settings(max_examples=30)
def test_the_two_parts_are_the_whole_and_perpendicular(world: Any, plain: Any, seed: int) -> None:
    q, p = world.draw(seed, 2)

    np.testing.assert_allclose(plain(parallel(q, p) + orthogonal(q, p)), plain(q), atol=1e-12)
    np.testing.assert_allclose(plain(dot(orthogonal(q, p), p)), 0.0, atol=1e-10)
    np.testing.assert_allclose(plain(abs(cosine(parallel(q, p), p))), 1.0, atol=1e-9)


@given(seed=seeds, longer=st.floats(0.01, 100))
@settings(max_examples=30)
def test_the_length_of_the_direction_does_not_matter(
    world: Any, plain: Any, seed: int, longer: float
) -> None:
    """Projecting the wrong way round (p on q) fails this: its result grows with p."""
    q, p = world.draw(seed, 2)

    np.testing.assert_allclose(plain(parallel(q, longer * p)), plain(parallel(q, p)), rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(
        plain(parallel(longer * q, p)), longer * plain(parallel(q, p)), rtol=1e-8, atol=1e-8
    )


def test_by_hand(world: Any, plain: Any) -> None:
    q, p = world.array([[3.0, 4.0]]), world.array([[2.0, 0.0]])

    assert plain(parallel(q, p)).tolist() == [[3.0, 0.0]]
    assert plain(orthogonal(q, p)).tolist() == [[0.0, 4.0]]
    assert plain(norm(q)).tolist() == [[5.0]]
    assert plain(cosine(q, p)).tolist() == [[0.6]]


def test_nothing_is_projected_on_nothing(world: Any, plain: Any) -> None:
    q, zero = world.array([[3.0, 4.0]]), world.array([[0.0, 0.0]])

    assert plain(parallel(q, zero)).tolist() == [[0.0, 0.0]]
    assert plain(orthogonal(q, zero)).tolist() == [[3.0, 4.0]]
    assert plain(cosine(q, zero)).tolist() == [[0.0]]


def test_perp_neg_by_hand(world: Any, plain: Any) -> None:
    """With p = (2, 0), q = (3, 4), q⊥ = (0, 4): guided = u + 5·((2, 0) − 0.5·(0, 4))."""
    u = world.array([[1.0, 1.0]])
    c, n = world.array([[3.0, 1.0]]), world.array([[4.0, 5.0]])

    assert plain(perp_neg(c, [n], u, 5.0, [0.5])).tolist() == [[11.0, -9.0]]


def test_perp_neg_is_not_the_widespread_inverted_one(world: Any, plain: Any) -> None:
    """Forks compute (<p, q> / ||q||²)·q and subtract it: the part of p along q, parallel instead of perpendicular.

    With p = (2, 0), q = (3, 4) that is (0.72, 0.96), which pushes against the prompt itself.
    """
    zero = world.array([[0.0, 0.0]])
    p, q = world.array([[2.0, 0.0]]), world.array([[3.0, 4.0]])

    pushed = plain(p) - plain(perp_neg(p, [q], zero, 1.0, [1.0]))

    np.testing.assert_allclose(pushed, [[0.0, 4.0]], atol=1e-12)
    assert not np.allclose(pushed, [[0.72, 0.96]])
    assert float((pushed * plain(p)).sum()) == 0.0


def test_a_sample_does_not_feel_its_neighbours(world: Any, plain: Any) -> None:
    """With inner products over the batch, the second sample, which is long, would decide the projection of the first."""
    zero = world.array([[0.0, 0.0], [0.0, 0.0]])
    p = world.array([[1.0, 0.0], [0.0, 100.0]])
    q = world.array([[1.0, 1.0], [100.0, -100.0]])

    whole_batch = plain(q) - (plain(q) * plain(p)).sum() / (plain(p) ** 2).sum() * plain(p)

    np.testing.assert_allclose(plain(orthogonal(q, p)), [[0.0, 1.0], [100.0, 0.0]], atol=1e-9)
    np.testing.assert_allclose(
        plain(perp_neg(p, [q], zero, 1.0, [1.0])), [[1.0, -1.0], [-100.0, 100.0]], atol=1e-9
    )
    np.testing.assert_allclose(whole_batch[0], [2.0, 1.0], rtol=1e-3)  # as if p and q were opposed


def test_axes_can_be_named(world: Any, plain: Any) -> None:
    q, p = world.draw(0, 2)

    over_time = plain(parallel(q, p, axes=1))
    expected = (plain(q) * plain(p)).sum(1, keepdims=True) / (plain(p) ** 2).sum(1, keepdims=True) * plain(p)

    np.testing.assert_allclose(over_time, expected, atol=1e-12)
    np.testing.assert_allclose(plain(parallel(q, p, axes=(1, 2))), plain(parallel(q, p)), atol=1e-12)
