"""Numbers in prompts: read them without surprises, and spell them so that they read back the same."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import accumulate, islice, repeat
from operator import mul

__all__ = ["LARGEST", "LONGEST", "SMALLEST", "UP", "ladder", "number", "settle", "spell", "spell_share"]

UP = 1.1
"""What one pair of round brackets multiplies by, in every dialect that has them."""

LARGEST = 1e6
"""Weights saturate here: no encoder tells 1e6 from more, and 1.1 to the power 8 000 is no float at all."""

SMALLEST = 1e-6
"""Weights nearer to nought than this are nought."""

LONGEST = 64
"""A number of more characters than this is text."""


def settle(weight: float) -> float:
    """`weight` with six significant digits, within ±LARGEST, never NaN and never minus nought."""
    size = abs(weight)
    if not size >= SMALLEST:  # NaN too: it comes from infinity times nought
        return 0.0
    if size > LARGEST:
        return math.copysign(LARGEST, weight)
    return float(f"{weight:.6g}")


def spell(weight: float) -> str:
    """The shortest plain decimal of a settled weight: no exponent, which some front ends cannot read."""
    digits = f"{weight:.12f}".rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits


def spell_share(share: float) -> str:
    """A share of the run, always with its point: without one it would be a step."""
    digits = f"{share:.6f}".rstrip("0")
    return digits + "0" if digits.endswith(".") else digits


def number(text: str) -> float | None:
    """`text` as a finite number, or None."""
    if len(text) > LONGEST:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def ladder(weight: float, rungs: int, factor: float = UP) -> Iterator[float]:
    """`weight` times `factor`, times its square, … `rungs` of them."""
    return islice(accumulate(repeat(factor, rungs), mul, initial=weight), 1, None)
