"""Perp-Neg: away from what the negative does not share with the prompt (Armandpour et al. 2023, arXiv 2304.04968).

    p = cond − uncond,   q = neg − uncond,   q⊥ = q − (<q, p> / ||p||²)·p
    guided = uncond + w·(p − Σ s·q⊥)

"A cat" without "a black cat": the cat is in both, so plain substitution takes the cat away too. Perp-Neg leaves the
common part alone. The strength s is relative to w: s = 1 pushes away as hard as w pulls. The inner product is over one
sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eschew.guidance.arrays import narrow, wide
from eschew.guidance.cfg import classifier_free
from eschew.guidance.projection import orthogonal


def perp_neg(
    cond: Any, negs: Sequence[Any], uncond: Any, guidance_scale: float, negative_scales: Sequence[float]
) -> Any:
    """Steer to `cond`, and away from the part of each of `negs` that is perpendicular to it.

    Two forward passes and one more for each negative. Raises ValueError when negatives and strengths differ in number.
    """
    pairs = [(n, s) for n, s in zip(negs, negative_scales, strict=True) if s != 0.0]
    if not pairs:
        return classifier_free(cond, uncond, guidance_scale)
    c, u = wide(cond), wide(uncond)
    p = c - u
    guided = classifier_free(c, u, guidance_scale)
    for neg, scale in pairs:
        guided = guided - guidance_scale * scale * orthogonal(wide(neg) - u, to=p)
    return narrow(guided, cond)
