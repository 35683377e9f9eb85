"""What else moved: how far the two clips of a pair are apart in loudness, brightness, spectrum and rhythm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eschew.backends.nano.codec import log_mel
from eschew.lab.statistics import bootstrap_mean
from eschew.lab.values import Moved

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Measure:
    """A difference of two spectrograms (frames, bands), without and with the negative."""

    name: str
    unit: str
    meaning: str
    of: Callable[[Floats, Floats], float]


def _level(mel: Floats) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(np.exp(mel) ** 2)) + 1e-9))


def _onsets(mel: Floats) -> Floats:
    """Spectral flux: how much new energy each frame brings."""
    return np.asarray(np.maximum(np.diff(mel, axis=0), 0).mean(axis=1), np.float32)


def _centroid(mel: Floats) -> float:
    """The energy-weighted mean band, in octave-like mel bands."""
    energy = np.exp(mel) ** 2
    return float((energy * np.arange(mel.shape[1])).sum() / energy.sum())


def _correlation(a: Floats, b: Floats) -> float:
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / (np.sqrt((a**2).sum() * (b**2).sum()) + 1e-9))


MEASURES = (
    Measure(
        "spectrum",
        "dB",
        "mean absolute difference of the log-mel spectrograms, floor at −86 dB",
        lambda a, b: float(np.abs(a - b).mean() * 20 / np.log(10)),
    ),
    Measure(
        "loudness",
        "dB",
        "level with the negative, less the level without",
        lambda a, b: _level(b) - _level(a),
    ),
    Measure(
        "brightness",
        "mel bands",
        "spectral centroid with the negative, less that without, in bands of 100",
        lambda a, b: _centroid(b) - _centroid(a),
    ),
    Measure(
        "rhythm kept",
        "correlation",
        "correlation of the onset strength over time; 1 is the same rhythm",
        lambda a, b: _correlation(_onsets(a), _onsets(b)),
    ),
)


def differences(without: Floats, with_negative: Floats) -> tuple[float, ...]:
    """One number per measure for a pair of clips, mono 24 kHz."""
    a, b = log_mel(without), log_mel(with_negative)
    frames = min(len(a), len(b))
    return tuple(m.of(a[:frames], b[:frames]) for m in MEASURES)


def summary(rows: Sequence[tuple[float, ...]]) -> tuple[Moved, ...]:
    """Mean and 95 % bootstrap interval of each measure over all pairs."""
    if not rows:
        return ()
    table = np.array(rows, dtype=np.float64)
    return tuple(
        Moved(m.name, m.unit, float(table[:, i].mean()), bootstrap_mean(table[:, i]), m.meaning)
        for i, m in enumerate(MEASURES)
    )
