"""What acts inside the attention: NAG, NASA, orthogonal guidance, value sign flip."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from eschew.guidance import (
    flip_bias,
    flip_values,
    nag,
    nag_scale_to_phi,
    nasa,
    orthogonal_negative,
    phi_to_nag_scale,
    value_sign_flip,
)

seeds = st.integers(0, 2**31)


# ── NAG ──


@given(seed=seeds, phi=st.floats(0.1, 20), alpha=st.floats(0.05, 1))
@settings(max_examples=30)
def test_nag_is_its_formula(world: Any, plain: Any, seed: int, phi: float, alpha: float) -> None:
    z, n = world.draw(seed, 2)
    zp, zn = plain(z), plain(n)
    far = zp + phi * (zp - zn)
    ratio = np.abs(far).sum(-1, keepdims=True) / np.abs(zp).sum(-1, keepdims=True)
    expected = alpha * far * np.minimum(ratio, 2.5) / ratio + (1 - alpha) * zp

    guided, clipped = nag(z, n, phi, 2.5, alpha)

    np.testing.assert_allclose(plain(guided), expected, rtol=1e-9, atol=1e-9)
    assert float(clipped) == pytest.approx((ratio > 2.5).mean())


def test_nag_by_hand_with_the_sum_of_absolute_values(world: Any, plain: Any) -> None:
    """Z⁺ = (3, 4), Z⁻ = 0, φ = 2: Zg = (9, 12), whose L1 is 21; τ = 2 allows 14. With L2 it would be (6, 8) as well,
    hence a second token where the two norms part: Z⁺ = (1, 0), Z⁻ = (0, 1): Zg = (3, −2), L1 5 (L2 3.6), allowed 2.
    """
    z, n = world.array([[[3.0, 4.0], [1.0, 0.0]]]), world.array([[[0.0, 0.0], [0.0, 1.0]]])

    guided, clipped = nag(z, n, 2.0, 2.0, 1.0)

    np.testing.assert_allclose(plain(guided), [[[6.0, 8.0], [1.2, -0.8]]], atol=1e-12)
    assert float(clipped) == 1.0


@given(seed=seeds, phi=st.floats(0, 1e4))
@settings(max_examples=30)
def test_nag_grows_no_token_beyond_its_bound(world: Any, plain: Any, seed: int, phi: float) -> None:
    z, n = world.draw(seed, 2)

    guided, _ = nag(z, n, phi, 2.5, 0.25)

    growth = np.abs(plain(guided)).sum(-1) / np.abs(plain(z)).sum(-1)
    assert growth.max() <= 1 - 0.25 + 0.25 * 2.5 + 1e-9


def test_the_share_of_clipped_tokens_counts_tokens(world: Any) -> None:
    z = world.array(np.ones((1, 4, 2)))
    n = world.array(np.array([1.0, 1.0, -9.0, 1.0])[None, :, None] * np.ones((1, 4, 2)))

    _, clipped = nag(z, n, 4.0, 2.5, 0.25)

    assert float(clipped) == 0.25
    assert tuple(clipped.shape) == ()


def test_strengths_of_published_code_are_one_more() -> None:
    assert nag_scale_to_phi(5.0) == 4.0
    assert phi_to_nag_scale(nag_scale_to_phi(11.0)) == 11.0


def test_published_code_counts_the_same(world: Any, plain: Any) -> None:
    """Z⁺·s − Z⁻·(s − 1), as published code has it, at s = 5."""
    z, n = world.draw(0, 2)
    s = 5.0

    guided, _ = nag(z, n, nag_scale_to_phi(s), 1e9, 1.0)

    np.testing.assert_allclose(plain(guided), plain(z) * s - plain(n) * (s - 1), atol=1e-9)


# ── NASA, orthogonal ──


def test_nasa_is_a_difference(world: Any, plain: Any) -> None:
    z, n = world.draw(1, 2)

    np.testing.assert_allclose(plain(nasa(z, n, 0.5)), plain(z) - 0.5 * plain(n), atol=1e-12)


@given(seed=seeds, scale=st.floats(0.1, 10))
@settings(max_examples=20)
def test_orthogonal_guidance_keeps_what_is_shared(world: Any, plain: Any, seed: int, scale: float) -> None:
    z, n = world.draw(seed, 2)

    change = plain(z) - plain(orthogonal_negative(z, n, scale))

    np.testing.assert_allclose((change * plain(z)).sum(-1), 0.0, atol=1e-8)
    np.testing.assert_allclose(plain(orthogonal_negative(z, 3.0 * z, scale)), plain(z), atol=1e-8)


def test_a_token_does_not_feel_its_neighbours(world: Any, plain: Any) -> None:
    z, n = world.draw(2, 2)

    for act in (lambda a, b: nag(a, b, 4.0, 2.5, 0.25)[0], lambda a, b: orthogonal_negative(a, b, 2.0)):
        whole = plain(act(z, n))
        alone = plain(act(z[:, 1:2], n[:, 1:2]))
        np.testing.assert_allclose(whole[:, 1:2], alone, atol=1e-12)


# ── VSF ──

HEADS = (2, 3, 5, 8)  # (batch, heads, tokens, dim)


def heads(world: Any, seed: int, dtype: str = "float64") -> list[Any]:
    q, k, v = world.draw(seed, 3, HEADS, dtype)
    k_neg, v_neg = world.draw(seed + 1, 2, (2, 3, 4, 8), dtype)
    return [q, k, v, k_neg, v_neg]


@given(seed=seeds, scale=st.floats(0, 10), beta=st.floats(0, 5))
@settings(max_examples=20)
def test_value_sign_flip_is_its_formula(world: Any, plain: Any, seed: int, scale: float, beta: float) -> None:
    q, k, v, kn, vn = heads(world, seed)
    logits = plain(q) @ np.concatenate([plain(k), plain(kn)], -2).swapaxes(-1, -2) / np.sqrt(8)
    logits[..., 5:] -= beta
    weights = np.exp(logits)
    weights /= weights.sum(-1, keepdims=True)
    expected = weights[..., :5] @ plain(v) - scale * weights[..., 5:] @ plain(vn)

    np.testing.assert_allclose(plain(value_sign_flip(q, k, v, kn, vn, scale, beta)), expected, atol=1e-9)


def test_flipped_values_and_bias_go_into_any_attention() -> None:
    """PyTorch's own attention with the joint keys, values and mask is the reference."""
    q, k, v, kn, vn = (torch.randn(2, 3, n, 8, generator=torch.manual_seed(0)) for n in (5, 6, 6, 4, 4))
    keys, values = flip_values(k, v, kn, vn, 3.5)
    bias = flip_bias(5, 6, 4, 0.1, q)

    fused = torch.nn.functional.scaled_dot_product_attention(q, keys, values, attn_mask=bias)

    torch.testing.assert_close(fused, value_sign_flip(q, k, v, kn, vn, 3.5, 0.1), atol=1e-5, rtol=1e-5)


def test_the_bias_touches_the_negative_alone(world: Any, plain: Any) -> None:
    (like,) = world.draw(0, 1, dtype="float16")

    bias = flip_bias(2, 3, 1, 0.5, like)

    assert plain(bias).tolist() == [[0.0, 0.0, 0.0, -0.5]] * 2
    assert bias.dtype == like.dtype


def test_each_token_of_a_negative_can_have_its_own_strength(world: Any, plain: Any) -> None:
    """Two negatives of two tokens each: strengths 1 and 5."""
    _, k, v, kn, vn = heads(world, 3)

    _, values = flip_values(k, v, kn, vn, world.array([1.0, 1.0, 5.0, 5.0]))

    np.testing.assert_allclose(plain(values)[..., 5:7, :], -plain(vn)[..., :2, :], atol=1e-12)
    np.testing.assert_allclose(plain(values)[..., 7:, :], -5 * plain(vn)[..., 2:, :], atol=1e-12)
    np.testing.assert_allclose(plain(values)[..., :5, :], plain(v), atol=0)


def test_a_negative_that_is_hidden_changes_nothing(world: Any, plain: Any) -> None:
    q, k, v, kn, vn = heads(world, 4)

    hidden = value_sign_flip(q, k, v, kn, vn, 4.0, 1e9)

    np.testing.assert_allclose(plain(hidden), plain(value_sign_flip(q, k, v, k, v, -1.0, 0.0)), atol=1e-9)


def test_no_strength_is_not_off(world: Any, plain: Any) -> None:
    """The tokens of the negative take their share of the softmax even where their values count nothing."""
    q, k, v, kn, vn = heads(world, 5)

    without = value_sign_flip(q, k, v, k, v, -1.0, 0.0)

    assert not np.allclose(plain(value_sign_flip(q, k, v, kn, vn, 0.0, 0.0)), plain(without), atol=1e-3)
