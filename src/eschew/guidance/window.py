"""The window: in which steps the negative acts."""

from __future__ import annotations


def in_window(step: int, steps: int, window: tuple[float, float]) -> bool:
    """Whether step `step` (0-based, of `steps`) starts inside [start, stop) of the run; (0, 1) is every step.

    A window narrower than a step still holds the step that it starts in: few-step models must not lose it.
    """
    start, stop = window
    first = int(start * steps + 1e-9)
    last = max(first + 1, int(stop * steps + 0.5))
    return first <= step < last
