"""CFG-Zero*: guidance from a null that is first scaled to fit (Fan et al. 2025, arXiv 2503.18886).

    s* = <cond, base> / (||base||² + 1e-8)
    guided = s*·base + w·(cond − s*·base)

Made for flow matching, where an undertrained model's null is off in length. The paper also sets the first step's
velocity to zero; on few steps that throws away a good part of the way, so here it is asked for with `zero_steps`.
"""

from __future__ import annotations

from typing import Any

from eschew.guidance.arrays import namespace, narrow, wide
from eschew.guidance.cfg import classifier_free
from eschew.guidance.projection import dot

EPSILON = 1e-8


def cfg_zero_star(cond: Any, base: Any, guidance_scale: float, step: int, *, zero_steps: int = 0) -> Any:
    """Guidance by `guidance_scale` from `base` (the null, or the negative) scaled to `cond`; per sample.

    The first `zero_steps` steps (0-based `step` below it) return zeros. Two forward passes.
    """
    if step < zero_steps:
        return namespace(cond).zeros_like(cond)
    if guidance_scale == 1.0:
        return cond
    c, b = wide(cond), wide(base)
    fit = dot(c, b) / (dot(b, b) + EPSILON)
    return narrow(classifier_free(c, fit * b, guidance_scale), cond)
