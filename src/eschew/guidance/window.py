"""The window: in which steps the negative acts.

When is best depends on what is wanted. A negative acts with a delay and, too early, may draw what it names (Ban et al.
2024, arXiv 2406.02965): to keep the picture and take one thing out of it, start late. What must never appear is best
kept from forming: start at once. And much is decided in the first steps, which are few: stop early to save passes.
"""

from __future__ import annotations

Window = tuple[float, float]
"""[start, stop) as fractions of the run, 0 = the first step, 1 = the end."""

PRESERVE: Window = (0.15, 1.0)
"""Let the sample take shape, then remove: least change to the rest."""

BAN: Window = (0.0, 1.0)
"""From the first step to the last: what must never appear."""

EARLY: Window = (0.0, 0.125)
"""The first eighth only: at one extra pass a step 1.125 times the cost, instead of twice."""


def in_window(step: int, steps: int, window: Window) -> bool:
    """Whether step `step` (0-based, of `steps`) starts inside [start, stop) of the run; (0, 1) is every step.

    A window narrower than a step still holds the step that it starts in: few-step models must not lose it. And a start
    above 0 leaves out one step at least, where there are several: on few-step models that one step is the delay.
    """
    start, stop = window
    delay = 1 if start > 0 and steps > 1 else 0
    first = max(delay, int(start * steps + 1e-9))
    last = max(first + 1, int(stop * steps + 0.5))
    return first <= step < last


def steps_in_window(steps: int, window: Window) -> int:
    """How many of `steps` lie in the window: what the negative's passes cost."""
    return sum(in_window(step, steps, window) for step in range(steps))
