"""Three-branch guidance: null, positive and negatives, each with its own strength (Liu et al. 2022, arXiv 2206.01714).

    guided = uncond + w·(cond − uncond) − Σ w_n·(neg − uncond)

Without negative strength it is plain guidance bit for bit, and with one negative at w_n = w − 1 it is the substitution
of `cfg`, to the last term: u + w(c − u) − (w − 1)(n − u) = n + w(c − n).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eschew.guidance.arrays import narrow, wide
from eschew.guidance.cfg import classifier_free


def three_branch(
    cond: Any, negs: Sequence[Any], uncond: Any, guidance_scale: float, negative_scales: Sequence[float]
) -> Any:
    """Steer to `cond` with `guidance_scale` and away from each of `negs` with its own strength.

    Two forward passes and one more for each negative. Raises ValueError when negatives and strengths differ in number.
    """
    pairs = [(n, s) for n, s in zip(negs, negative_scales, strict=True) if s != 0.0]
    if not pairs:
        return classifier_free(cond, uncond, guidance_scale)
    c, u = wide(cond), wide(uncond)
    guided = classifier_free(c, u, guidance_scale)
    for neg, scale in pairs:
        guided = guided - scale * (wide(neg) - u)
    return narrow(guided, cond)
