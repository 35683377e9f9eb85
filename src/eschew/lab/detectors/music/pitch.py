"""The leading pitch of a window, frame by frame: where its harmonics add up to most (after Hermes 1988).

Bass notes and drums are kept out by listening above 180 Hz only; what leads is what stands out there, a voice or not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eschew.backends.nano.codec import SAMPLE_RATE

SIZE, HOP, BINS = 2048, 480, 8192
LOWEST, HIGHEST = 85.0, 900.0
STEP_CENTS = 20
HARMONICS = 8
FLOOR_HZ = 180.0

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Track:
    """`cents` above 55 Hz and `strength` 0..1 (share of the frame's harmonic sum that the pitch explains), every 20 ms."""

    cents: Floats
    strength: Floats


def track(mono: Floats) -> Track:
    """The leading pitch of each frame of mono audio at 24 kHz, at least 86 ms of it, to a few cents."""
    frames = np.lib.stride_tricks.sliding_window_view(mono, SIZE)[::HOP]
    spectra = np.abs(np.fft.rfft(frames * np.hanning(SIZE).astype(np.float32), BINS, axis=1))
    spectra = np.sqrt(spectra[:, : int(5000 / SAMPLE_RATE * BINS)])
    spectra[:, : int(FLOOR_HZ / SAMPLE_RATE * BINS)] = 0
    # Whitened along frequency, so that a bright timbre does not pull the pitch up.
    width = 96
    total = np.cumsum(np.pad(spectra, ((0, 0), (width, width + 1)), mode="edge"), axis=1)
    local = (total[:, 2 * width + 1 :] - total[:, : -2 * width - 1])[:, : spectra.shape[1]] / (2 * width + 1)
    white = np.maximum(spectra / (local + 1e-3) - 1, 0)
    steps = np.arange(0, 1200 * np.log2(HIGHEST / LOWEST), STEP_CENTS)
    pitches = LOWEST * 2 ** (steps / 1200)
    at = np.rint(pitches[:, None] * np.arange(1, HARMONICS + 1) * BINS / SAMPLE_RATE).astype(int)
    there = at < white.shape[1]
    gains = 0.88 ** np.arange(HARMONICS)
    salience = np.zeros((len(frames), len(pitches)), np.float32)
    for h in range(HARMONICS):
        salience += np.where(there[:, h], gains[h] * white[:, np.minimum(at[:, h], white.shape[1] - 1)], 0)
    best = salience.argmax(axis=1)
    rows = np.arange(len(best))
    inner = np.clip(best, 1, len(pitches) - 2)
    a, b, c = (salience[rows, inner + d] for d in (-1, 0, 1))
    peak = np.clip((a - c) / (2 * (a - 2 * b + c) - 1e-6), -0.5, 0.5)
    cents = 1200 * np.log2(LOWEST / 55) + STEP_CENTS * (inner + peak)
    strength = salience[rows, best] / (white.sum(axis=1) + 1.0)
    return Track(np.asarray(cents, np.float32), np.asarray(strength, np.float32))
