"""ONG, orthogonal negative guidance in attention features (arXiv 2605.29390): Perp-Neg inside the attention.

    Z = Z⁺ − λ·(Z⁻ − (<Z⁻, Z⁺> / ||Z⁺||²)·Z⁺)        per token

What the negative shares with the prompt stays; a negative equal to the prompt changes nothing. Written from the paper's
wording: its λ and any norm that it takes besides are not known to us.
"""

from __future__ import annotations

from typing import Any

from eschew.guidance.arrays import narrow, wide
from eschew.guidance.projection import orthogonal


def orthogonal_negative(z_pos: Any, z_neg: Any, scale: float) -> Any:
    """`z_pos` less `scale` of what `z_neg` (..., tokens, dim) does not share with it; `z_pos` itself at 0."""
    if scale == 0.0:
        return z_pos
    positive = wide(z_pos)
    return narrow(positive - scale * orthogonal(wide(z_neg), to=positive, axes=-1), z_pos)
