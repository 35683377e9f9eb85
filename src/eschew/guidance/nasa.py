"""NASA, negative-away steer attention (Nguyen et al. 2024, SNOOPI, arXiv 2412.02687): for one-step models.

    Z = Z⁺ − φ·Z⁻

In cross-attention, before the output projection, and with no normalisation: at strengths that remove much it leaves
artefacts, since nothing bounds the result. A negative equal to the prompt only makes the attention weaker.
"""

from __future__ import annotations

from typing import Any

from eschew.guidance.arrays import narrow, wide


def nasa(z_pos: Any, z_neg: Any, phi: float) -> Any:
    """`z_pos − phi·z_neg`; attention outputs of equal shape, dtype kept; `z_pos` itself at 0."""
    if phi == 0.0:
        return z_pos
    return narrow(wide(z_pos) - phi * wide(z_neg), z_pos)
