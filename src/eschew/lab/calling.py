"""What a count is called: the one rule by which comparisons and experiments put a target's fate into words."""

from __future__ import annotations

from typing import Literal

from eschew.lab.statistics import wilson

__all__ = ["FEWEST_TO_REMOVE", "SIGNIFICANT", "Called", "called"]

Called = Literal["removed", "reduced", "no effect shown", "nothing to remove", "made worse"]

FEWEST_TO_REMOVE = 0.1
"""Base rate below which there is nothing to remove, and so nothing to conclude."""
SIGNIFICANT = 0.05


def called(
    base_rate: float, gone: int, came: int, had: int, p_value: float, alpha: float = SIGNIFICANT
) -> Called:
    """The verdict on a target that was there in `had` pairs, `base_rate` of all, and went in `gone` and came in `came`.

    "removed" if it surely went in more than half of the pairs that had it, by Wilson's 95 % interval.
    """
    if came > gone and p_value < alpha:
        return "made worse"
    if base_rate < FEWEST_TO_REMOVE:
        return "nothing to remove"
    if p_value >= alpha:
        return "no effect shown"
    return "removed" if wilson(gone, had)[0] > 0.5 else "reduced"
