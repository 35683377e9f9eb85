"""Rescaled guidance: strong guidance without burnt contrast (Lin et al. 2023, arXiv 2305.08891, section 3.4).

    guided ← φ·guided·(std(cond) / std(guided)) + (1 − φ)·guided

The deviation is over all of one sample, as in the paper and in diffusers; some audio tools take it over channels only.
"""

from __future__ import annotations

from typing import Any

from eschew.guidance.arrays import namespace, narrow, sample_axes, wide
from eschew.guidance.projection import norm, quotient


def rescale(guided: Any, cond: Any, rescale_share: float) -> Any:
    """`guided` with its deviation brought back to that of `cond` by `rescale_share` (0 = not at all, 1 = all of it)."""
    if rescale_share == 0.0:
        return guided
    g = wide(guided)
    xp = namespace(g)
    spread = norm(_centred(g))
    # where the guided prediction is flat there is no spread to correct
    factor = xp.where(spread > 0, quotient(norm(_centred(wide(cond))), spread), xp.ones_like(spread))
    return narrow(rescale_share * (g * factor) + (1.0 - rescale_share) * g, guided)


def _centred(array: Any) -> Any:
    return array - namespace(array).mean(array, axis=sample_axes(array), keepdims=True)
