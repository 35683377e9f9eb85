"""Noise, v, clean data and flow: there and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eschew import guidance as g

PAIRS = [
    (g.eps_to_x0, g.x0_to_eps),
    (g.v_to_x0, g.x0_to_v),
    (g.v_to_eps, g.eps_to_v),
]


@given(seed=st.integers(0, 2**31), angle=st.floats(0.05, 1.5), longer=st.floats(0.5, 2))
@settings(max_examples=30)
def test_all_spaces_describe_one_state(
    world: Any, plain: Any, seed: int, angle: float, longer: float
) -> None:
    """Variance preserving (longer = 1) or not."""
    alpha, sigma = longer * float(np.cos(angle)), longer * float(np.sin(angle))
    x0, eps = world.draw(seed, 2)
    x, v = alpha * x0 + sigma * eps, alpha * eps - sigma * x0
    known = {"eps": eps, "x0": x0, "v": v}

    for source, target in (
        ("eps", "x0"),
        ("x0", "eps"),
        ("v", "x0"),
        ("x0", "v"),
        ("v", "eps"),
        ("eps", "v"),
    ):
        converted = getattr(g, f"{source}_to_{target}")(known[source], x, alpha, sigma)
        np.testing.assert_allclose(plain(converted), plain(known[target]), rtol=1e-6, atol=1e-6)


@given(seed=st.integers(0, 2**31), sigma=st.floats(0.02, 0.98))
@settings(max_examples=30)
def test_a_flow_runs_from_data_to_noise(world: Any, plain: Any, seed: int, sigma: float) -> None:
    x0, eps = world.draw(seed, 2)
    x, flow = (1 - sigma) * x0 + sigma * eps, eps - x0

    for converted, expected in (
        (g.flow_to_x0(flow, x, sigma), x0),
        (g.x0_to_flow(x0, x, sigma), flow),
        (g.flow_to_eps(flow, x, sigma), eps),
        (g.eps_to_flow(eps, x, sigma), flow),
    ):
        np.testing.assert_allclose(plain(converted), plain(expected), atol=1e-7)


def test_each_sample_may_have_its_own_noise_level(world: Any, plain: Any) -> None:
    x, flow = world.draw(0, 2)
    sigmas = world.array(np.array([0.1, 0.5, 1.0])[:, None, None])

    together = plain(g.x0_to_flow(g.flow_to_x0(flow, x, sigmas), x, sigmas))

    np.testing.assert_allclose(together, plain(flow), atol=1e-9)


@pytest.mark.parametrize(("alpha", "sigma"), [(0.0, 1.0), (1.0, 0.0), (0.0, 0.0)])
def test_at_the_ends_of_a_schedule_numbers_stay_finite(
    world: Any, plain: Any, alpha: float, sigma: float
) -> None:
    x, p = world.draw(1, 2, dtype="float32")
    arrays = (world.array(np.full((3, 1, 1), alpha)), world.array(np.full((3, 1, 1), sigma)))

    for a, s in ((alpha, sigma), arrays):
        for there, back in PAIRS:
            assert np.isfinite(plain(there(p, x, a, s))).all()
            assert np.isfinite(plain(back(p, x, a, s))).all()
        for convert in (g.flow_to_x0, g.x0_to_flow, g.flow_to_eps, g.eps_to_flow):
            assert np.isfinite(plain(convert(p, x, s))).all()


def test_the_dtype_is_that_of_the_prediction(world: Any) -> None:
    for dtype in world.dtypes:
        (x,) = world.draw(2, 1, dtype="float32")
        (p,) = world.draw(3, 1, dtype=dtype)
        for convert in (g.eps_to_x0, g.x0_to_eps, g.v_to_x0, g.x0_to_v, g.v_to_eps, g.eps_to_v):
            assert convert(p, x, 0.8, 0.6).dtype == p.dtype
        for convert in (g.flow_to_x0, g.x0_to_flow, g.flow_to_eps, g.eps_to_flow):
            assert convert(p, x, 0.6).dtype == p.dtype
