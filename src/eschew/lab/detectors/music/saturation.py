"""Tape saturation: rounded peaks, a dulled top, a slow waver of pitch; and the listener's ear."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eschew.lab.detectors.music.detector import Card, measured
from eschew.lab.detectors.music.sound import Window, decibels

FINE = 8
"""Cents-like steps in which a shift of the whole spectrum is sought: 1/96 octave."""


def features(window: Window) -> dict[str, float]:
    """Roundness of the waveform, colour of the top, waver of pitch, and what the listener hears."""
    mono = window.mono
    size = np.abs(mono)
    spread = float(np.sqrt(np.mean(mono**2))) + 1e-9
    mean = window.power.mean(axis=1)
    total = float(mean.sum()) + 1e-12
    share = np.cumsum(mean) / total
    octaves = [decibels(mean[a:b].sum() / total) for a, b in ((40, 80), (80, 160), (160, 240), (240, 440))]
    waver = _waver(window)
    return {
        "crest factor": float(20 * np.log10(float(size.max()) / spread)),
        "tailedness": float(np.log(np.mean(mono**4) / spread**4)),
        "near the peak": float(np.log10(np.mean(size > 0.7 * size.max()) + 1e-4)),
        "lopsided": float(abs(np.mean(mono**3)) / spread**3),
        "rolloff": float(np.log2(1 + int(np.searchsorted(share, 0.98)))),
        "top slope": octaves[2] - octaves[1],
        "air": octaves[3] - octaves[2],
        "waver": float(np.log10(waver + 0.05)),
        "listener": window.characters["tape-saturation"],
        "compression": window.characters["heavy-compression"],
    }


def _waver(window: Window) -> float:
    """Slow movement of the whole spectrum along pitch, in 1/96 octaves: 0.4 to 2.5 Hz, as a capstan does it."""
    frames = window.power[:, ::5]
    bins = np.arange(frames.shape[0])
    grid = 4 * 2 ** (np.arange(0, 6.2 * 96) / 96)
    grid = grid[grid < bins[-1]]
    low = grid.astype(int)
    part = (grid - low)[:, None]
    spectra = np.log(frames + 1e-7)
    warped = spectra[low] * (1 - part) + spectra[np.minimum(low + 1, bins[-1])] * part
    warped = warped - warped.mean(axis=0)
    slope = np.gradient(warped, axis=0)
    change = np.diff(warped, axis=1)
    across = (slope[:, 1:] + slope[:, :-1]) / 2
    shift = -(across * change).sum(axis=0) / ((across**2).sum(axis=0) + 1e-6)
    path: NDArray[np.float64] = np.cumsum(np.clip(shift - np.median(shift), -2, 2))
    if len(path) < 16:
        return 0.0
    spectrum = np.abs(np.fft.rfft((path - path.mean()) * np.hanning(len(path)))) / len(path)
    rates = np.fft.rfftfreq(len(path), 0.05)
    return float(spectrum[(rates > 0.4) & (rates < 2.5)].max())


SATURATION = measured(
    "tape-saturation",
    "saturation",
    Card(
        hears="Peaks rounded off and a softened top, as tape or tubes driven hard do it; with or without wow.",
        method="Shape of the sample histogram, slope of the top octaves, slow waver of the whole spectrum, and the trained "
        "listener's logit.",
        confuses="Overdriven guitars, compressed mixes, and clips that are merely dull.",
    ),
    features,
)
