"""Three-branch guidance: null, positive and negative, each with its own strength (Liu et al. 2022, arXiv 2206.01714).

    guided = uncond + w·(cond − uncond) − w_n·(neg − uncond)

At w_n = 0 it is plain guidance, and at w_n = w − 1 it is the substitution of `cfg`, to the last term:
u + w(c − u) − (w − 1)(n − u) = n + w(c − n).
"""

from __future__ import annotations

from typing import Any


def three_branch(cond: Any, neg: Any, uncond: Any, guidance_scale: float, negative_scale: float) -> Any:
    """Steer to `cond` with `guidance_scale` and away from `neg` with `negative_scale`. Three forward passes."""
    return uncond + guidance_scale * (cond - uncond) - negative_scale * (neg - uncond)
