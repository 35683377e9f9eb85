"""Classifier-free guidance, and negative prompting by substitution (Ho & Salimans 2022, arXiv 2207.12598).

    guided = base + w·(cond − base)

With the null as `base` this is plain guidance. With the negative prompt's prediction as `base` it is the substitution
that made negative prompts popular in 2022: away from the negative exactly as hard as towards the positive, w − 1 of it
beyond the conditional prediction. At w = 1 the base cancels: nothing is left of null or negative.

Element by element and in the dtype given, with the operations in this order, so that it agrees bit for bit with the
guidance that hosts have built in.
"""

from __future__ import annotations

from typing import Any


def classifier_free(cond: Any, base: Any, guidance_scale: float) -> Any:
    """`base + guidance_scale·(cond − base)`; shapes equal, dtype kept; `cond` itself at 1. Two forward passes."""
    if guidance_scale == 1.0:
        return cond
    return base + guidance_scale * (cond - base)
