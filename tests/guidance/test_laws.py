"""The laws that every method keeps, whatever the numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eschew import guidance as g

Method = Callable[[Any, Any, Any, float], Any]
"""(cond, neg, uncond, guidance_scale) → guided, the negative's strength fixed."""

FLOW_STEP = g.kernel("flow", (0.4, 0.6), (0.5, 0.5))
MEDIUM = {"warmup": 0, "scale": 20.0, "threshold": 0.01, "momentum_scale": 0.3, "momentum_beta": 0.4}

VELOCITY: dict[str, Method] = {
    "cfg-substitution": lambda c, n, _u, w: g.classifier_free(c, n, w),
    "three-branch": lambda c, n, u, w: g.three_branch(c, [n], u, w, [1.5]),
    "perp-neg": lambda c, n, u, w: g.perp_neg(c, [n], u, w, [1.5]),
    "apg": lambda c, n, u, w: g.adaptive_projected(c, n, w, u)[0],
    "apg over time": lambda c, n, _u, w: g.adaptive_projected(c, n, w, None, axes=1)[0],
    "cfg-zero": lambda c, n, _u, w: g.cfg_zero_star(c, n, w, 3),
    "sld": lambda c, n, u, w: g.safe_latent(c, n, u, w, 3, None, **MEDIUM)[0],
    "dng": lambda c, n, u, w: g.dynamic_negative(c, n, u, w, None, step_kernel=FLOW_STEP)[0],
    "rescaled": lambda c, n, _u, w: g.rescale(g.classifier_free(c, n, w), c, 0.7),
}
ATTENTION: dict[str, Method] = {
    "nag": lambda c, n, _u, w: g.nag(c, n, w, 2.5, 0.25)[0],
    "nasa": lambda c, n, _u, w: g.nasa(c, n, w),
    "ong": lambda c, n, _u, w: g.orthogonal_negative(c, n, w),
    "vsf": lambda c, n, u, w: g.value_sign_flip(c, c, u, n, n, w, 0.1),
}
EVERY = VELOCITY | ATTENTION
every_method = pytest.mark.parametrize("name", EVERY)

seeds = st.integers(0, 2**31)
scales = st.floats(0, 20)


# ── off ──


@given(seed=seeds)
@settings(max_examples=20)
@pytest.mark.parametrize("name", ["cfg-substitution", "cfg-zero", "apg", "apg over time"])
def test_at_a_scale_of_one_the_prompt_is_left_alone(world: Any, plain: Any, name: str, seed: int) -> None:
    c, n, u = world.draw(seed, 3, dtype="float32")

    assert plain(EVERY[name](c, n, u, 1.0)).tobytes() == plain(c).tobytes()


@given(seed=seeds, w=scales)
@settings(max_examples=20)
def test_a_negative_of_no_strength_is_plain_guidance_bit_for_bit(
    world: Any, plain: Any, seed: int, w: float
) -> None:
    c, n, u = world.draw(seed, 3, dtype="float16")
    without = plain(g.classifier_free(c, u, w)).tobytes()

    assert plain(g.three_branch(c, [n, n], u, w, [0.0, 0.0])).tobytes() == without
    assert plain(g.three_branch(c, [], u, w, [])).tobytes() == without
    assert plain(g.perp_neg(c, [n], u, w, [0.0])).tobytes() == without
    assert plain(g.safe_latent(c, n, u, w, 3, None, **(MEDIUM | {"scale": 0.0}))[0]).tobytes() == without
    assert plain(g.dynamic_negative(c, n, u, w, None, strength=0.0)[0]).tobytes() == without


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_attention_of_no_strength_is_untouched_bit_for_bit(world: Any, plain: Any, dtype: str) -> None:
    z, n = world.draw(0, 2, dtype=dtype)

    for same in (
        g.nag(z, n, 0.0, 2.5, 0.25)[0],
        g.nag(z, n, 4.0, 2.5, 0.0)[0],
        g.nasa(z, n, 0.0),
        g.orthogonal_negative(z, n, 0.0),
    ):
        assert plain(same).tobytes() == plain(z).tobytes()


@given(seed=seeds, w=scales)
@settings(max_examples=20)
@pytest.mark.parametrize("name", ["perp-neg", "sld"])
def test_a_negative_equal_to_the_prompt_leaves_plain_guidance(
    world: Any, plain: Any, name: str, seed: int, w: float
) -> None:
    """Perp-Neg: q = p, so nothing of q is perpendicular to p. SLD: nothing differs, so nothing is near."""
    c, u = world.draw(seed, 2)

    np.testing.assert_allclose(
        plain(EVERY[name](c, c, u, w)), plain(g.classifier_free(c, u, w)), rtol=1e-9, atol=1e-9
    )


@given(seed=seeds, strength=scales)
@settings(max_examples=20)
@pytest.mark.parametrize("name", ["apg", "nag", "ong", "cfg-substitution"])
def test_without_a_difference_there_is_no_push(
    world: Any, plain: Any, name: str, seed: int, strength: float
) -> None:
    (c,) = world.draw(seed, 1)
    zero = world.array(np.zeros(c.shape))

    np.testing.assert_allclose(plain(EVERY[name](c, c, zero, strength)), plain(c), rtol=1e-9, atol=1e-9)


# ── how the methods hang together ──


@given(seed=seeds, w=scales)
@settings(max_examples=40)
def test_three_branches_at_w_minus_one_are_the_substitution(
    world: Any, plain: Any, seed: int, w: float
) -> None:
    c, n, u = world.draw(seed, 3)

    np.testing.assert_allclose(
        plain(g.three_branch(c, [n], u, w, [g.substituted_negative_scale(w)])),
        plain(g.classifier_free(c, n, w)),
        atol=1e-9,
    )


@given(seed=seeds, w=scales)
@settings(max_examples=40)
def test_a_negative_equal_to_the_null_is_plain_guidance(world: Any, plain: Any, seed: int, w: float) -> None:
    c, u = world.draw(seed, 2)

    for guided in (g.three_branch(c, [u], u, w, [3.0]), g.perp_neg(c, [u], u, w, [3.0])):
        np.testing.assert_allclose(plain(guided), plain(g.classifier_free(c, u, w)), atol=1e-9)


@given(seed=seeds, w=scales)
@settings(max_examples=20)
@pytest.mark.parametrize("method", [g.three_branch, g.perp_neg])
def test_several_negatives_push_as_one_after_another(
    world: Any, plain: Any, method: Callable[..., Any], seed: int, w: float
) -> None:
    c, a, b, u = world.draw(seed, 4)
    plain_guidance = plain(g.classifier_free(c, u, w))

    together = plain(method(c, [a, b], u, w, [1.0, 2.5])) - plain_guidance
    one_by_one = plain(method(c, [a], u, w, [1.0])) + plain(method(c, [b], u, w, [2.5])) - 2 * plain_guidance

    np.testing.assert_allclose(together, one_by_one, atol=1e-9)


@pytest.mark.parametrize("method", [g.three_branch, g.perp_neg])
def test_a_negative_without_a_strength_is_an_error(world: Any, method: Callable[..., Any]) -> None:
    c, n, u = world.draw(0, 3)

    with pytest.raises(ValueError, match="zip"):
        method(c, [n, n], u, 3.0, [1.0])


# ── numbers ──


@every_method
@pytest.mark.parametrize("size", [0.0, 1e-30, 1e-4, 1.0])
@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_finite_when_differences_vanish(world: Any, plain: Any, name: str, size: float, dtype: str) -> None:
    (base,) = world.draw(0, 1)
    same, zero = world.array(size * plain(base), dtype), world.array(np.zeros(base.shape), dtype)

    for c, n, u in [(same, same, same), (same, same, zero), (same, zero, zero), (zero, same, same)]:
        for w in (0.0, 1.0, 7.5):
            assert np.isfinite(plain(EVERY[name](c, n, u, w))).all()


@every_method
@given(seed=seeds, w=scales)
@settings(max_examples=15)
def test_a_batch_equals_its_samples_one_by_one(
    world: Any, plain: Any, name: str, seed: int, w: float
) -> None:
    c, n, u = world.draw(seed, 3)

    together = plain(EVERY[name](c, n, u, w))
    alone = [plain(EVERY[name](c[i : i + 1], n[i : i + 1], u[i : i + 1], w)) for i in range(c.shape[0])]

    np.testing.assert_allclose(together, np.concatenate(alone), rtol=1e-9, atol=1e-9)


@every_method
@pytest.mark.parametrize("shape", [(2, 5), (2, 3, 4), (2, 3, 4, 5), (1, 2, 3, 4, 5)])
def test_any_rank_keeps_shape_and_dtype(world: Any, name: str, shape: tuple[int, ...]) -> None:
    if name == "apg over time" and len(shape) < 3:
        shape = (2, 5, 1)  # time is an axis of its own
    for dtype in world.dtypes:
        c, n, u = world.draw(1, 3, shape, dtype)

        guided = EVERY[name](c, n, u, 3.0)

        assert tuple(guided.shape) == shape
        assert guided.dtype == c.dtype


@every_method
def test_single_precision_agrees_with_double(world: Any, plain: Any, name: str) -> None:
    for seed in range(8):
        c, n, u = world.draw(seed, 3, dtype="float32")
        exact = plain(EVERY[name](*(world.array(plain(a)) for a in (c, n, u)), 5.0))

        np.testing.assert_allclose(plain(EVERY[name](c, n, u, 5.0)), exact, rtol=2e-5, atol=2e-5)


@every_method
def test_half_precision_is_summed_in_single(world: Any, plain: Any, name: str) -> None:
    """A sample large enough that a sum in half precision would overflow at 65 504, or stop counting."""
    shape = (2, 64, 64)
    c, n, u = world.draw(3, 3, shape, "float16")
    c, n, u = c * 8, n * 8, u * 8
    exact = plain(EVERY[name](*(world.array(plain(a)) for a in (c, n, u)), 3.0))

    # plain guidance is in the host's own precision: three roundings of 2⁻¹¹, on terms of up to 100
    np.testing.assert_allclose(plain(EVERY[name](c, n, u, 3.0)), exact, rtol=4e-3, atol=0.2)


@every_method
def test_arguments_are_not_changed(world: Any, plain: Any, name: str) -> None:
    arguments = world.draw(5, 3, dtype="float32")
    before = [plain(a).tobytes() for a in arguments]

    EVERY[name](*arguments, 6.0)

    assert [plain(a).tobytes() for a in arguments] == before


# ── spaces ──

SIGMA, ALPHA = 0.6, 0.8
LINEAR = ["cfg-substitution", "three-branch", "perp-neg"]


@given(seed=seeds, w=st.floats(0, 10))
@settings(max_examples=20)
@pytest.mark.parametrize("name", LINEAR)
def test_guiding_then_converting_is_converting_then_guiding(
    world: Any, plain: Any, name: str, seed: int, w: float
) -> None:
    x, c, n, u = world.draw(seed, 4)

    for convert in (g.eps_to_x0, g.eps_to_v, g.v_to_eps, g.x0_to_v):
        guided_first = convert(EVERY[name](c, n, u, w), x, ALPHA, SIGMA)
        converted_first = EVERY[name](*(convert(a, x, ALPHA, SIGMA) for a in (c, n, u)), w)
        np.testing.assert_allclose(plain(guided_first), plain(converted_first), rtol=1e-7, atol=1e-8)
    guided_first = g.flow_to_x0(EVERY[name](c, n, u, w), x, SIGMA)
    converted_first = EVERY[name](*(g.flow_to_x0(a, x, SIGMA) for a in (c, n, u)), w)
    np.testing.assert_allclose(plain(guided_first), plain(converted_first), rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("name", ["apg", "cfg-zero", "sld"])
def test_what_measures_lengths_depends_on_the_space(world: Any, plain: Any, name: str) -> None:
    """Hence an adapter has to say which space a model predicts in."""
    x, c, n, u = world.draw(0, 4)

    guided_first = g.eps_to_x0(EVERY[name](c, n, u, 5.0), x, ALPHA, SIGMA)
    converted_first = EVERY[name](*(g.eps_to_x0(a, x, ALPHA, SIGMA) for a in (c, n, u)), 5.0)

    assert np.abs(plain(guided_first) - plain(converted_first)).max() > 0.1
