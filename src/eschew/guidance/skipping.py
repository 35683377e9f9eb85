"""In which steps the negative's forward pass is worth its cost. Predicates; the loop decides and counts.

A window (`in_window`) counts steps; a guidance interval counts noise; alternation and agreement spare passes inside
either. Published savings: a quarter of all passes with agreement, "negative prompts kept" (Castillo et al. 2023,
arXiv 2312.12487).
"""

from __future__ import annotations

from typing import Any

from eschew.guidance.arrays import namespace
from eschew.guidance.projection import cosine, norm


def every(step: int, n: int) -> bool:
    """Whether step `step` (0-based) is one of every `n`-th, the first included; n = 1 is every step.

    Raises ValueError when n is below 1.
    """
    if n < 1:
        raise ValueError(f"every n-th step needs n of at least 1, not {n}")
    return step % n == 0


def in_interval(sigma: float, low: float, high: float) -> bool:
    """Whether the noise level lies in [low, high]: guidance in a limited interval (Kynkäänniemi et al. 2024,
    arXiv 2404.07724). In the units of the sampler's own sigmas.
    """
    return low <= sigma <= high


def agreement(cond: Any, neg: Any) -> Any:
    """How much the two predictions agree, per sample (batch,): their cosine, 1 = they point the same way.

    Two that both vanish agree.
    """
    xp = namespace(cond)
    both = (norm(cond) == 0) & (norm(neg) == 0)
    cos = cosine(cond, neg)
    return xp.reshape(xp.where(both, xp.ones_like(cos), cos), (-1,))


def converged(cond: Any, neg: Any, threshold: float) -> Any:
    """Per sample (batch,), whether the predictions agree so far that later negative passes can be left out.

    The paper's threshold is around 0.99 and above; once converged, stay so (arXiv 2312.12487).
    """
    return agreement(cond, neg) >= threshold
