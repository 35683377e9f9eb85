"""APG: momentum, bound and projection, each by itself and together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from eschew.guidance import adaptive_direction, adaptive_projected, classifier_free, dot, norm

NEUTRAL: dict[str, float] = {"beta": 0.0, "eta": 1.0, "norm_threshold": 0.0}


@pytest.mark.parametrize("w", [0.0, 0.5, 1.0, 7.0])
def test_with_every_knob_neutral_it_is_plain_guidance(world: Any, plain: Any, w: float) -> None:
    c, u = world.draw(0, 2)

    guided, _ = adaptive_projected(c, u, w, None, **NEUTRAL)

    np.testing.assert_allclose(plain(guided), plain(classifier_free(c, u, w)), atol=1e-12)


def test_without_eta_the_push_is_perpendicular_to_the_prompt(world: Any, plain: Any) -> None:
    c, u = world.draw(1, 2)

    guided, _ = adaptive_projected(c, u, 7.0, None, beta=0.0, eta=0.0, norm_threshold=0.0)

    np.testing.assert_allclose(plain(dot(guided - c, c)), 0.0, atol=1e-9)
    assert float(plain(norm(guided - c)).min()) > 0.1


@pytest.mark.parametrize("axes", [None, 1, (1, 2)])
def test_the_direction_is_never_longer_than_the_bound(world: Any, plain: Any, axes: Any) -> None:
    c, u = world.draw(2, 2)

    direction, _ = adaptive_direction(10 * (c - u), c, None, beta=0.0, eta=1.0, norm_threshold=2.5, axes=axes)

    np.testing.assert_allclose(plain(norm(direction, axes)), 2.5, rtol=1e-9)


def test_a_direction_within_the_bound_is_not_stretched(world: Any, plain: Any) -> None:
    c, u = world.draw(3, 2)
    small = 0.01 * (c - u)

    direction, _ = adaptive_direction(small, c, None, beta=0.0, eta=1.0, norm_threshold=2.5)

    assert plain(direction).tobytes() == plain(small).tobytes()


def test_momentum_is_the_running_sum_before_the_bound(world: Any, plain: Any) -> None:
    c, u = world.draw(4, 2)
    d = plain(c - u)

    _, first = adaptive_projected(c, u, 3.0, None, beta=-0.75)
    _, second = adaptive_projected(c, u, 3.0, first, beta=-0.75)
    _, third = adaptive_projected(c, u, 3.0, second, beta=-0.75)

    np.testing.assert_allclose(plain(first), d, atol=1e-12)
    np.testing.assert_allclose(plain(second), 0.25 * d, atol=1e-12)
    np.testing.assert_allclose(plain(third), (1 - 0.75 * 0.25) * d, atol=1e-12)


def test_momentum_goes_on_where_the_scale_is_one(world: Any, plain: Any) -> None:
    c, u = world.draw(5, 2)

    guided, momentum = adaptive_projected(c, u, 1.0, None)

    assert guided is c
    np.testing.assert_allclose(plain(momentum), plain(c - u), atol=1e-12)


def test_momentum_of_half_precision_is_kept_in_single(world: Any) -> None:
    c, u = world.draw(6, 2, dtype="float16")

    _, momentum = adaptive_projected(c, u, 3.0, None)

    assert str(momentum.dtype).endswith("float32")
