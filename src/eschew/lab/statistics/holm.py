"""Holm's step-down correction: many targets, one promise for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from eschew.lab.statistics.ranges import closed_share


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p-values, in the order given (Holm 1979).

    Calling everything below α significant errs anywhere with probability ≤ α, however the tests hang together.
    KnobError for a p-value outside 0..1.
    """
    p_values = [closed_share("a p-value", p) for p in p_values]
    adjusted = [0.0] * len(p_values)
    so_far = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        so_far = max(so_far, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = so_far
    return tuple(adjusted)
