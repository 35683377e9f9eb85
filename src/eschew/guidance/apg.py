"""APG: guidance with momentum, a bound, and less of what only saturates (Sadat et al. 2024, arXiv 2410.02416).

    d = cond − base
    d ← d + β·d₋₁                            momentum; β < 0 damps what every step repeats
    d ← d·min(1, r / ||d||₂)                 bound
    guided = cond + (w − 1)·(d⊥ + η·d∥)      split along cond; η < 1 turns down the part that saturates

Three things differ between published versions and are therefore arguments: the axes of norm and projection (all but the
batch in the paper and in diffusers' guider; time alone, `axes=1`, in ACE-Step 1.5; the last two in ACE-Step 1), the
defaults (these are ACE-Step's), and whether the scale counts w or w − 1 (here w, as everywhere).
"""

from __future__ import annotations

from typing import Any

from eschew.guidance.arrays import namespace, narrow, wide
from eschew.guidance.projection import Axes, norm, parallel, quotient


def adaptive_projected(
    cond: Any,
    base: Any,
    guidance_scale: float,
    momentum: Any,
    *,
    beta: float = -0.75,
    eta: float = 0.0,
    norm_threshold: float = 2.5,
    axes: Axes = None,
) -> tuple[Any, Any]:
    """The guided prediction, and the momentum to hand in at the next step (None at the first).

    `base` is the null or, for an implicit Perp-Neg, the negative: η = 0 discards what the push shares with `cond`.
    Two forward passes.
    """
    c = wide(cond)
    direction, momentum = adaptive_direction(
        c - wide(base), c, momentum, beta=beta, eta=eta, norm_threshold=norm_threshold, axes=axes
    )
    if guidance_scale == 1.0:
        return cond, momentum
    return narrow(c + (guidance_scale - 1.0) * direction, cond), momentum


def adaptive_direction(
    difference: Any,
    cond: Any,
    momentum: Any,
    *,
    beta: float = -0.75,
    eta: float = 0.0,
    norm_threshold: float = 2.5,
    axes: Axes = None,
) -> tuple[Any, Any]:
    """APG's treatment of any difference of predictions: the direction, and the momentum for the next step.

    norm_threshold: r, the largest L2 norm over `axes`; 0 = no bound. eta: 1 keeps the part along `cond`, 0 drops it.
    beta: 0 = no memory. axes: None = all but the batch.
    """
    running = wide(difference) if momentum is None else wide(difference) + beta * momentum
    direction = running if norm_threshold <= 0 else _bounded(running, norm_threshold, axes)
    if eta != 1.0:
        # d⊥ + η·d∥ in one line: d less (1 − η) of its part along cond
        direction = direction - (1.0 - eta) * parallel(direction, cond, axes)
    return narrow(direction, difference), running


def _bounded(direction: Any, largest: float, axes: Axes) -> Any:
    xp = namespace(direction)
    length = norm(direction, axes)
    shrink = quotient(xp.full_like(length, largest), length)
    return direction * xp.where(length > largest, shrink, xp.ones_like(length))
