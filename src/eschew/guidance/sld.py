"""SLD, safe latent diffusion: push element by element, only where the prompt comes near (Schramowski et al. 2022,
arXiv 2211.05105).

    μ = min(1, s·|cond − neg|),   0 where cond − neg ≥ λ
    γ = μ·(neg − uncond) + s_m·ν,   ν ← β·ν + (1 − β)·γ
    guided = uncond + w·(cond − uncond − γ)        γ left out before step `warmup`, though ν grows

The comparison with λ carries a sign, as in the authors' code: it is not the distance that is compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from eschew.guidance.arrays import namespace, narrow, wide
from eschew.guidance.cfg import classifier_free


@dataclass(frozen=True, kw_only=True)
class SafetyLevel:
    """The knobs of `safe_latent` as its authors set them together."""

    warmup: int
    """Steps before it acts."""
    scale: float
    """s; 0 = off."""
    threshold: float
    """λ."""
    momentum_scale: float
    """s_m."""
    momentum_beta: float
    """β."""


SAFETY_LEVELS: Mapping[str, SafetyLevel] = MappingProxyType(
    {
        "weak": SafetyLevel(warmup=15, scale=20, threshold=0.0, momentum_scale=0.0, momentum_beta=0.0),
        "medium": SafetyLevel(warmup=10, scale=1000, threshold=0.01, momentum_scale=0.3, momentum_beta=0.4),
        "strong": SafetyLevel(warmup=7, scale=2000, threshold=0.025, momentum_scale=0.5, momentum_beta=0.7),
        "max": SafetyLevel(warmup=0, scale=5000, threshold=1.0, momentum_scale=0.5, momentum_beta=0.7),
    }
)
"""The four published levels (arXiv 2211.05105; read 2026-11)."""


def safe_latent(
    cond: Any,
    neg: Any,
    uncond: Any,
    guidance_scale: float,
    step: int,
    memory: Any,
    *,
    warmup: int,
    scale: float,
    threshold: float,
    momentum_scale: float,
    momentum_beta: float,
) -> tuple[Any, Any]:
    """The guided prediction, and the memory ν to hand in at the next step (None at the first). Three passes."""
    if scale == 0.0:
        return classifier_free(cond, uncond, guidance_scale), memory
    c, n, u = wide(cond), wide(neg), wide(uncond)
    xp = namespace(c)
    ones, zeros = xp.ones_like(c), xp.zeros_like(c)
    near = xp.minimum(xp.abs(c - n) * scale, ones)
    push = xp.where(c - n >= threshold, zeros, near) * (n - u)
    if memory is None:
        memory = zeros
    push = push + momentum_scale * memory
    memory = momentum_beta * memory + (1.0 - momentum_beta) * push
    if step < warmup:
        return classifier_free(cond, uncond, guidance_scale), memory
    return narrow(classifier_free(c, u, guidance_scale) - guidance_scale * push, cond), memory
