"""NAG, normalised attention guidance (Chen et al. 2025, arXiv 2505.21179): a negative where guidance was distilled away.

At every attention that reads the text, with the same queries and Z± its outputs before the output projection:

    Zg = Z⁺ + φ·(Z⁺ − Z⁻)
    r = ||Zg||₁ / ||Z⁺||₁,   Zg ← Zg·min(r, τ) / r        per token
    Z = α·Zg + (1 − α)·Z⁺

φ is the paper's strength; code published with it counts s = φ + 1 and calls it nag_scale. The norm is the paper's L1;
one of the authors' processors takes L2. Past saturation a larger φ only turns the result: it grows by 1 − α + α·τ at
most. The share of tokens that were clipped tells: near 0 the push is weak, near 1 φ is no longer the knob.
"""

from __future__ import annotations

from typing import Any

from eschew.guidance.arrays import blend, namespace, narrow, wide
from eschew.guidance.projection import VANISHED


def nag(z_pos: Any, z_neg: Any, phi: float, tau: float, alpha: float) -> tuple[Any, Any]:
    """Guided attention output (..., tokens, dim), and the share of tokens that τ clipped (one number, 0 to 1).

    The share stays an array of no dimension, so that a GPU need not be waited for. phi = 0 or alpha = 0 returns `z_pos`.
    """
    positive = wide(z_pos)
    xp = namespace(positive)
    if phi == 0.0 or alpha == 0.0:
        return z_pos, xp.zeros_like(positive[(0,) * positive.ndim])
    # Few operations, none of them large: this runs in every attention of every step.
    guided = blend(wide(z_neg), positive, 1.0 + phi)
    size, allowed = _l1(guided), tau * _l1(positive)
    guided = guided * (allowed / xp.clip(xp.maximum(size, allowed), min=VANISHED))
    clipped = xp.mean(xp.astype(size > allowed, positive.dtype))
    return narrow(blend(positive, guided, alpha), z_pos), clipped


def nag_scale_to_phi(nag_scale: float) -> float:
    """φ of a strength that is called nag_scale elsewhere (1 = off there, 0 = off here)."""
    return nag_scale - 1.0


def phi_to_nag_scale(phi: float) -> float:
    """What published code calls nag_scale."""
    return phi + 1.0


def _l1(tokens: Any) -> Any:
    xp = namespace(tokens)
    return xp.sum(xp.abs(tokens), axis=-1, keepdims=True)
