"""Rescaling and CFG-Zero*: what is fitted to the prompt's prediction."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from eschew.guidance import cfg_zero_star, classifier_free, rescale


def test_a_whole_share_brings_the_deviation_back(world: Any, plain: Any) -> None:
    c, u = world.draw(0, 2)

    guided = plain(rescale(classifier_free(c, u, 9.0), c, 1.0))

    np.testing.assert_allclose(guided.std((1, 2)), plain(c).std((1, 2)), rtol=1e-9)


def test_half_a_share_is_half_way(world: Any, plain: Any) -> None:
    c, u = world.draw(1, 2)
    guided = classifier_free(c, u, 9.0)

    half = plain(rescale(guided, c, 0.5))

    np.testing.assert_allclose(half, (plain(guided) + plain(rescale(guided, c, 1.0))) / 2, atol=1e-12)


def test_no_share_is_the_very_same(world: Any) -> None:
    c, u = world.draw(2, 2)

    assert rescale(u, c, 0.0) is u


def test_a_flat_prediction_stays_as_it_is(world: Any, plain: Any) -> None:
    (c,) = world.draw(3, 1)
    flat = world.array(np.full(c.shape, 2.0))

    assert plain(rescale(flat, c, 0.7)).tolist() == plain(flat).tolist()


@pytest.mark.parametrize("step", [0, 1, 2, 3])
def test_zero_steps_are_zero_and_the_rest_is_not(world: Any, plain: Any, step: int) -> None:
    c, u = world.draw(4, 2)

    guided = plain(cfg_zero_star(c, u, 4.0, step, zero_steps=2))

    assert (np.abs(guided).max() == 0) == (step < 2)


def test_the_length_of_the_null_does_not_matter(world: Any, plain: Any) -> None:
    """s* is the best fit of the null to the prompt's prediction, however long the null is."""
    c, u = world.draw(5, 2)

    np.testing.assert_allclose(
        plain(cfg_zero_star(c, 30 * u, 4.0, 0)), plain(cfg_zero_star(c, u, 4.0, 0)), rtol=1e-6, atol=1e-6
    )


def test_a_null_along_the_prompt_is_no_difference(world: Any, plain: Any) -> None:
    (c,) = world.draw(6, 1)

    np.testing.assert_allclose(plain(cfg_zero_star(c, 0.3 * c, 7.0, 0)), plain(c), atol=1e-6)
