"""Classifier-free guidance, and negative prompting by substitution (Ho & Salimans 2022, arXiv 2207.12598).

    guided = base + w·(cond − base)

With the null as `base` this is plain guidance. With the negative prompt's prediction as `base` it is the substitution
that made negative prompts popular in 2022: away from the negative exactly as hard as towards the positive, w − 1 of it
beyond the conditional prediction. At w = 1 the base cancels: nothing is left of null or negative.
"""

from __future__ import annotations

from typing import Any


def classifier_free(cond: Any, base: Any, guidance_scale: float) -> Any:
    """`base + guidance_scale·(cond − base)`; shapes equal, dtype kept. Two forward passes."""
    return base + guidance_scale * (cond - base)
