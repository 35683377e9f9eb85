"""What else moved: how far the two clips of a pair are apart in loudness, brightness, spectrum, rhythm, tempo and harmony."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from eschew.backends.nano.codec import HOP, SAMPLE_RATE, log_mel
from eschew.lab.loudness import integrated
from eschew.lab.measures import Measure

Floats = NDArray[np.float32]

CHROMA_SIZE, CHROMA_HOP = 8192, 2400
CHROMA_HZ = (130.0, 2100.0)
"""Below, a bin of 3 Hz is more than a semitone; above, harmonics have long filled every pitch class."""
SLOWEST, FASTEST, MIDDLE = 50.0, 200.0, 110.0
"""Beats a minute that are sought, and where people tap when in doubt (after Ellis 2007)."""
SAME_ONSET_SECONDS = 0.05
"""As onsets are matched in MIREX."""


@dataclass(frozen=True, eq=False)
class Heard:
    """A clip, mono at 24 kHz, and what is measured on it, each once."""

    audio: Floats

    @cached_property
    def mel(self) -> Floats:
        """Log-mel spectrogram (frames of 10 ms, 100 bands)."""
        return log_mel(self.audio)

    @cached_property
    def onsets(self) -> Floats:
        """Spectral flux: how much new energy each frame brings."""
        return np.asarray(np.maximum(np.diff(self.mel, axis=0), 0).mean(axis=1), np.float32)

    @cached_property
    def chroma(self) -> Floats:
        """Energy of the twelve pitch classes every 100 ms, each frame summing to one: (frames, 12)."""
        padded = np.pad(self.audio, (0, max(0, CHROMA_SIZE - len(self.audio))))
        frames = np.lib.stride_tricks.sliding_window_view(padded, CHROMA_SIZE)[::CHROMA_HOP]
        power = np.abs(np.fft.rfft(frames * np.hanning(CHROMA_SIZE).astype(np.float32), axis=1)) ** 2
        freqs = np.fft.rfftfreq(CHROMA_SIZE, 1 / SAMPLE_RATE)
        inside = np.flatnonzero((freqs > CHROMA_HZ[0]) & (freqs < CHROMA_HZ[1]))
        classes = np.rint(12 * np.log2(freqs[inside] / 440)).astype(int) % 12
        sums = power[:, inside] @ np.eye(12, dtype=np.float32)[classes]
        return np.asarray(sums / (sums.sum(axis=1, keepdims=True) + 1e-9), np.float32)

    @cached_property
    def tempo(self) -> float:
        """Beats a minute: the lag at which the onsets repeat best, weighed towards MIDDLE."""
        flux = self.onsets - self.onsets.mean()
        size = 1 << (2 * len(flux) - 1).bit_length()
        repeats = np.fft.irfft(np.abs(np.fft.rfft(flux, size)) ** 2, size)
        rate = SAMPLE_RATE / HOP
        lags = np.arange(round(60 * rate / FASTEST), min(round(60 * rate / SLOWEST), len(flux) - 1))
        if not lags.size or repeats[0] <= 0:
            return MIDDLE
        # A lag of few repeats is a sum of few terms: weigh each by how many there are.
        found = repeats[lags] / (len(flux) - lags)
        beats = 60 * rate / lags
        weighed = found * np.exp(-0.5 * (np.log2(beats / MIDDLE) / 0.9) ** 2)
        at = int(weighed.argmax())
        if 0 < at < len(lags) - 1:
            a, b, c = weighed[at - 1 : at + 2]
            return float(60 * rate / (lags[at] + (a - c) / (2 * (a - 2 * b + c) - 1e-12)))
        return float(beats[at])

    @cached_property
    def struck(self) -> NDArray[np.float64]:
        """Times of onsets in seconds: peaks of the flux that stand out from the half second around them."""
        flux = self.onsets
        padded = np.pad(flux, 25, mode="reflect" if len(flux) > 25 else "edge")
        around = np.lib.stride_tricks.sliding_window_view(padded, 51)[: len(flux)]
        near = np.lib.stride_tricks.sliding_window_view(np.pad(flux, 3, mode="edge"), 7)[: len(flux)]
        peaks = (flux >= near.max(axis=1)) & (flux > around.mean(axis=1) + around.std(axis=1)) & (flux > 0.05)
        return np.flatnonzero(peaks) * HOP / SAMPLE_RATE


def _level(mel: Floats) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(np.exp(mel) ** 2)) + 1e-9))


def _centroid(mel: Floats) -> float:
    """The energy-weighted mean band, in octave-like mel bands."""
    energy = np.exp(mel) ** 2
    return float((energy * np.arange(mel.shape[1])).sum() / energy.sum())


def _correlation(a: Floats, b: Floats) -> float:
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / (np.sqrt((a**2).sum() * (b**2).sum()) + 1e-9))


def _harmony(a: Heard, b: Heard) -> float:
    """Mean over time of the cosine between the pitch classes of either clip."""
    lengths = np.linalg.norm(a.chroma, axis=1) * np.linalg.norm(b.chroma, axis=1)
    return float(((a.chroma * b.chroma).sum(axis=1) / (lengths + 1e-9)).mean())


def _tempo(a: Heard, b: Heard) -> float:
    """Per cent, half and double time counting as the same."""
    octaves = float(np.log2(b.tempo / a.tempo))
    return 100 * (2 ** abs(octaves - round(octaves)) - 1)


def _agreement(a: Heard, b: Heard) -> float:
    """F-measure of the onsets, each matched once within SAME_ONSET_SECONDS; 1 if neither has any."""
    if not a.struck.size and not b.struck.size:
        return 1.0
    matched, j = 0, 0
    for time in a.struck:
        while j < b.struck.size and b.struck[j] < time - SAME_ONSET_SECONDS:
            j += 1
        if j < b.struck.size and b.struck[j] <= time + SAME_ONSET_SECONDS:
            matched, j = matched + 1, j + 1
    return 2 * matched / (a.struck.size + b.struck.size)


MEASURES: tuple[Measure[Heard], ...] = (
    Measure(
        "spectrum",
        "dB",
        "mean absolute difference of the log-mel spectrograms, floor at −86 dB",
        lambda a, b: float(np.abs(a.mel - b.mel).mean() * 20 / np.log(10)),
    ),
    Measure(
        "loudness",
        "dB",
        "level with the negative, less the level without",
        lambda a, b: _level(b.mel) - _level(a.mel),
    ),
    Measure(
        "programme loudness",
        "LU",
        "gated loudness after ITU-R BS.1770-4 with the negative, less that without",
        lambda a, b: integrated(b.audio, SAMPLE_RATE) - integrated(a.audio, SAMPLE_RATE),
    ),
    Measure(
        "brightness",
        "mel bands",
        "spectral centroid with the negative, less that without, in bands of 100",
        lambda a, b: _centroid(b.mel) - _centroid(a.mel),
    ),
    Measure(
        "rhythm kept",
        "correlation",
        "correlation of the onset strength over time; 1 is the same rhythm",
        lambda a, b: _correlation(a.onsets, b.onsets),
    ),
    Measure(
        "onsets kept",
        "F-measure",
        "onsets of one clip that the other has within 50 ms; 1 is all of them",
        _agreement,
    ),
    Measure(
        "tempo",
        "%",
        "how far the tempo went, up or down; half and double time count as the same",
        _tempo,
    ),
    Measure(
        "harmony kept",
        "cosine",
        "likeness of the pitch classes every tenth of a second; 1 is the same harmony",
        _harmony,
    ),
)


def differences(without: Floats, with_negative: Floats) -> tuple[float, ...]:
    """One number per measure for a pair of clips, mono 24 kHz; of clips of unequal length, what both have."""
    size = min(len(without), len(with_negative))
    a, b = Heard(without[:size]), Heard(with_negative[:size])
    return tuple(m.of(a, b) for m in MEASURES)
