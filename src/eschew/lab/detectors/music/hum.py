"""Mains hum: a comb of steady lines at the multiples of 50 or 60 Hz."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eschew.backends.nano.codec import SAMPLE_RATE
from eschew.lab.detectors.music.detector import Card, measured
from eschew.lab.detectors.music.sound import Window

MAINS = (50.0, 60.0)
DRIFT = np.arange(-0.3, 0.31, 0.05)
"""Hz by which a grid, or a tape that recorded it, may be off."""
HARMONICS = np.arange(1, 11)
"""Those below a kilohertz: further up a buzz drowns in music."""
NEAR, FAR = 1.5, 5.5
"""Hz beside a line from where, and how far on, the floor is taken."""
CROWDED = 90
MOMENT = 30_720
"""Samples of a moment, 1.28 s: notes end between one and the next, a hum does not."""

Doubles = NDArray[np.float64]


def features(window: Window) -> dict[str, float]:
    """How far the lines of the better comb stand above what is beside them: over all, and in the quieter moments."""
    whole = _lines(_levels(window.mono[None]), len(window.mono))
    totals = np.sort(whole.clip(0, 30), axis=2)[:, :, -5:].sum(axis=2)
    mains, drift = np.unravel_index(int(totals.argmax()), totals.shape)
    size = min(MOMENT, len(window.mono))
    moments = np.lib.stride_tricks.sliding_window_view(window.mono, size)[:: size // 4]
    quiet = _lines(_levels(moments), size)[mains].max(axis=0)
    lines, held = np.sort(whole[mains, drift])[::-1], np.sort(quiet)[::-1]
    return {
        "strongest line": float(lines[0]),
        "third line": float(lines[2]),
        "fifth line": float(lines[4]),
        "strongest in quiet": float(held[0]),
        "third in quiet": float(held[2]),
        "fifth in quiet": float(held[4]),
        "low lines": float(whole[mains, drift, :3].mean()),
        "low lines in quiet": float(quiet[:3].mean()),
        "other comb": float(totals[1 - mains].max() / 5),
    }


def _levels(pieces: NDArray[np.float32]) -> Doubles:
    """Decibels of the spectrum that is there at least three quarters of the time: (bins,) up to a kilohertz."""
    length = pieces.shape[1]
    size = 1 << (length - 1).bit_length()
    spectra = np.fft.rfft(pieces * np.hanning(length).astype(np.float32), size)[:, : size // 24]
    levels = 10 * np.log10(np.abs(spectra) ** 2 + 1e-9)
    return np.asarray(np.percentile(levels, 25, axis=0), np.float64)


def _lines(levels: Doubles, length: int) -> Doubles:
    """Decibels of each line above CROWDED of what is beside it: (mains, drift, harmonic). `length` is the transform's.

    Not above the median: a loop that a machine plays at 120 beats a minute has lines at every second hertz.
    """
    step = SAMPLE_RATE / (1 << (length - 1).bit_length())
    at = (np.array(MAINS)[:, None, None] + DRIFT[None, :, None]) * HARMONICS
    line = levels[np.rint(at / step).astype(int)]
    near = max(NEAR, 2.2 * SAMPLE_RATE / length)
    beside = np.rint(np.arange(near, near + FAR, 0.25) / step).astype(int)
    centre = np.rint(np.array(MAINS)[:, None] * HARMONICS / step).astype(int)
    around = np.concatenate([centre[..., None] - beside, centre[..., None] + beside], axis=-1)
    return np.asarray(line - np.percentile(levels[around], CROWDED, axis=-1)[:, None, :], np.float64)


HUM = measured(
    "mains-hum",
    "hum",
    Card(
        hears="The hum of a 50 or 60 Hz supply and its harmonics, from some 20 dB under the music up.",
        method="Lines at the multiples of either frequency over the floor beside them, in five seconds and in the quieter "
        "ones of its moments.",
        confuses="A drone tuned within a third of a hertz of a mains harmonic. A faint hum under dense or machine-timed music goes "
        "unheard, and clips of a second or two blur the lines.",
    ),
    features,
)
