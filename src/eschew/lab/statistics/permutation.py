"""Paired permutation test: had the two clips of a pair been swapped by a coin, how often would the mean lie this far out?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eschew.errors import KnobError
from eschew.lab.statistics.ranges import finite_values

EXACT_UP_TO = 14
"""Pairs that differ, up to which all 2ⁿ swaps are tried: 16 384."""

_CHUNK = 1 << 20
"""Signs held at a time."""


def permutation_test(differences: ArrayLike, seed: int = 0, draws: int = 9999) -> float:
    """Two-sided p-value that the mean of paired `differences` is zero, by flipping their signs (Fisher 1935).

    All 2ⁿ flips for up to `EXACT_UP_TO` differences that are not 0; else `draws` random ones from `seed`, with the
    observed one counted among them, (1 + as extreme) / (1 + draws), so that p is never 0 and the test keeps its level
    (Phipson and Smyth 2010). 1.0 if nothing differs. KnobError for values that are not finite, or no draws.
    """
    if draws < 1:
        raise KnobError(f"the draws must be 1 or more, not {draws}")
    row = finite_values(differences)
    row = row[row != 0]
    if len(row) == 0:
        return 1.0
    # Equal sums that differ in their last bit are equal.
    observed = abs(float(row.sum())) - 1e-12 * float(np.abs(row).sum())
    if len(row) <= EXACT_UP_TO:
        return float((np.abs(_every_sign(len(row)) @ row) >= observed).mean())
    rng = np.random.default_rng(seed)
    extreme, left = 0, draws
    while left:
        now = min(left, max(1, _CHUNK // len(row)))
        signs = rng.integers(0, 2, (now, len(row)), dtype=np.int8) * 2.0 - 1.0
        extreme += int((np.abs(signs @ row) >= observed).sum())
        left -= now
    return (1 + extreme) / (1 + draws)


def _every_sign(n: int) -> NDArray[np.float64]:
    """All rows of n signs with the first one plus, (2ⁿ⁻¹, n): the mirrored half has the same absolute sums."""
    bits = np.arange(1 << (n - 1))[:, None] >> np.arange(n - 1)[None, :] & 1
    return np.concatenate([np.ones((len(bits), 1)), 1.0 - 2.0 * bits], axis=1)
