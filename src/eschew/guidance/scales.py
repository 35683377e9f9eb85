"""One meaning of strength, and how others count it.

Here `guidance_scale` is w in uncond + w·(cond − uncond), 1 = off, and `negative_scale` is absolute: the factor of
(neg − uncond), or of (cond − neg) beyond `cond`. Hosts differ silently; an adapter converts before anything is planned.
Read 2026-11: Z-Image, Krea 2 and the formulation of the CFG paper count the excess; NAG's code counts φ + 1
(`nag_scale_to_phi`).
"""

from __future__ import annotations


def excess_to_guidance_scale(excess: float) -> float:
    """The w of a host that computes cond + g·(cond − base), g = 0 off: Z-Image, Krea 2, "original" formulations."""
    return 1.0 + excess


def guidance_scale_to_excess(guidance_scale: float) -> float:
    """The g of such a host."""
    return guidance_scale - 1.0


def substituted_negative_scale(guidance_scale: float) -> float:
    """How hard substitution at w pushes away from the negative: w − 1, the strength that three branches need."""
    return guidance_scale - 1.0


def relative_to_negative_scale(relative: float, guidance_scale: float) -> float:
    """The absolute strength of a negative that Perp-Neg counts relative to the prompt's: w·s."""
    return relative * guidance_scale


def negative_scale_to_relative(negative_scale: float, guidance_scale: float) -> float:
    """Perp-Neg's s for an absolute strength; 0 where there is no guidance to be relative to."""
    return negative_scale / guidance_scale if guidance_scale != 0.0 else 0.0
