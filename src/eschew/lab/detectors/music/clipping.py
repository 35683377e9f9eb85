"""Clipping: waves cut flat where the samples ran out of numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eschew.lab.detectors.music.detector import Card, measured
from eschew.lab.detectors.music.sound import Window

FLAT = 0.998
"""From this part of a channel's peak up, samples count as being at it: room for dither and 16-bit steps."""
SHORTEST_RUN = 3
FEWEST = 1e-6


def features(window: Window) -> dict[str, float]:
    """How many samples lie in runs at the very top, how long these are, how the histogram ends, and what else stands still."""
    channels = [c for c in window.channels.T if float(np.abs(c).max()) > 1e-4]
    rows = [_of_channel(c) for c in channels] or [_of_channel(np.zeros(1000, np.float32))]
    return max(rows, key=lambda row: row["flat share"])


def _of_channel(x: NDArray[np.float32]) -> dict[str, float]:
    size = np.abs(x)
    peak = float(size.max()) + 1e-9
    lengths = _runs(x > FLAT * peak) + _runs(x < -FLAT * peak)
    long = [n for n in lengths if n >= SHORTEST_RUN]
    top = float(np.mean(size > 0.985 * peak))
    below = float(np.mean((size > 0.955 * peak) & (size <= 0.985 * peak)))
    still = (np.diff(x) == 0) & (size[1:] < 0.9 * peak) & (size[1:] > 0.02 * peak)
    return {
        "flat share": float(np.log10(sum(long) / len(x) + FEWEST)),
        "flat places": float(np.log10(len(long) / len(x) + FEWEST)),
        "longest run": float(np.log10(max(lengths, default=0) + 1)),
        "edge": float(np.log10((top + 1e-5) / (below + 1e-5))),
        "standing still": float(np.log10(still.mean() + 1e-4)),
        "crest": float(20 * np.log10(peak / (float(np.sqrt(np.mean(x**2))) + 1e-9))),
    }


def _runs(mask: NDArray[np.bool_]) -> list[int]:
    """Lengths of the runs of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return [int(n) for n in edges[1::2] - edges[::2]]


CLIPPING = measured(
    "clipping",
    "clipping",
    Card(
        hears="Peaks cut flat by full scale, also where the file was turned down afterwards.",
        method="Runs of samples at a channel's own peak, and how abruptly the histogram of its samples ends.",
        confuses="Square waves and bit-crushed sound stand flat too; a lossy codec or a resampler after the clipping rounds "
        "the corners and hides it.",
    ),
    features,
)
