"""SLD: sparse, after a warm-up, with a memory."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from eschew.catalog.method_facts import method
from eschew.guidance import SAFETY_LEVELS, classifier_free, safe_latent

PLAIN = {"warmup": 0, "scale": 10.0, "threshold": 0.0, "momentum_scale": 0.0, "momentum_beta": 0.0}


def test_by_hand(world: Any, plain: Any) -> None:
    """Here c − n = (−0.05, 0.2, −1): near enough to push by half, beyond the threshold, saturated."""
    c = world.array([[0.0, 0.2, 0.0]])
    n, u = world.array([[0.05, 0.0, 1.0]]), world.array([[0.0, 0.0, 0.0]])

    guided, _ = safe_latent(c, n, u, 2.0, 0, None, **PLAIN)

    np.testing.assert_allclose(plain(guided), [[-2 * 0.5 * 0.05, 0.4, -2.0]], atol=1e-12)


def test_before_the_warmup_only_the_memory_grows(world: Any, plain: Any) -> None:
    c, n, u = world.draw(0, 3, dtype="float32")
    level = asdict(SAFETY_LEVELS["medium"])

    guided, memory = safe_latent(c, n, u, 7.5, 9, None, **level)
    after, _ = safe_latent(c, n, u, 7.5, 10, memory, **level)

    assert plain(guided).tobytes() == plain(classifier_free(c, u, 7.5)).tobytes()
    assert np.abs(plain(memory)).max() > 0
    assert not np.allclose(plain(after), plain(guided))


def test_the_memory_pushes_too(world: Any, plain: Any) -> None:
    c, n, u = world.draw(1, 3)
    knobs = PLAIN | {"momentum_scale": 0.5, "momentum_beta": 0.4}

    fresh, memory = safe_latent(c, n, u, 2.0, 0, None, **knobs)
    again, _ = safe_latent(c, n, u, 2.0, 1, memory, **knobs)

    np.testing.assert_allclose(plain(again), plain(fresh) - 2.0 * 0.5 * plain(memory), atol=1e-9)


@pytest.mark.parametrize("name", ["weak", "medium", "strong", "max"])
def test_the_levels_are_those_of_the_catalogue(name: str) -> None:
    level = SAFETY_LEVELS[name]
    preset = next(preset for preset in method("sld").presets if preset.name == name)

    assert {setting.name: setting.value for setting in preset.knobs} == {
        "warmup": level.warmup,
        "strength": level.scale,
        "threshold": level.threshold,
        "momentum_scale": level.momentum_scale,
        "momentum": level.momentum_beta,
    }
