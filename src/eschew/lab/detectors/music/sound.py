"""A clip as detectors hear it: in windows of about five seconds, each analysed once however many detectors ask.

A window is kept as it came (rate, channels, level) for what lives in the samples, such as clipping, and as mono at 24 kHz
with its peak at −1 dBFS for everything else, so that neither rate nor level of a file changes what is heard.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eschew.backends.nano.codec import BANDS, HOP, LOG_FLOOR, SAMPLE_RATE, mel_filters, stft
from eschew.errors import UsageError
from eschew.lab import listen
from eschew.lab.detectors.music.pitch import Track, track

Floats = NDArray[np.float32]

WINDOW_SECONDS = listen.WINDOW_FRAMES * HOP / SAMPLE_RATE
MOST_WINDOWS = 24
"""Of a longer file this many windows are heard, evenly spread: two minutes tell what the rest holds."""
PEAK = 10 ** (-1 / 20)
TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Window:
    """A part of a clip. `channels` (samples, channels) as it came; `mono` at 24 kHz with the clip's peak at −1 dBFS."""

    channels: Floats
    rate: int
    mono: Floats

    @cached_property
    def power(self) -> Floats:
        """Short-time power spectrum at 24 kHz: (481 bins of 25 Hz, frames of 10 ms)."""
        spectrum = stft(self.mono)[:, : len(self.mono) // HOP]
        return np.asarray(spectrum.real**2 + spectrum.imag**2, np.float32)

    @cached_property
    def mel(self) -> Floats:
        """Natural log of the mel magnitude: (frames, 100)."""
        return np.asarray(np.log(mel_filters() @ np.sqrt(self.power) + LOG_FLOOR).T, np.float32)

    @cached_property
    def levels(self) -> Floats:
        """Level of each 20 ms in dB, at least −80."""
        size = SAMPLE_RATE // 50
        frames = self.mono[: len(self.mono) // size * size].reshape(-1, size)
        return np.asarray(10 * np.log10(np.mean(frames**2, axis=1) + 1e-8), np.float32)

    def band(self, low: float, high: float) -> Floats:
        """Power of each frame between two frequencies in Hz."""
        bins = self.power[round(low / 25) : round(high / 25) + 1]
        return np.asarray(bins.sum(axis=0), np.float32)

    @cached_property
    def pitch(self) -> Track:
        """The leading pitch, frame by frame."""
        return track(self.mono)

    @cached_property
    def _frames(self) -> Floats:
        """The spectrogram as the listeners take it: (512, 100); a shorter window is repeated."""
        return np.resize(self.mel, (listen.WINDOW_FRAMES, BANDS))

    @cached_property
    def characters(self) -> dict[str, float]:
        """What the listener of production characters says: concept → logit."""
        return listen.heard(self._frames[None], "characters")

    @cached_property
    def players(self) -> dict[str, float]:
        """What the listener of instruments and styles says: concept → logit."""
        return listen.heard(self._frames[None], "players")


def windows_of(audio: Floats, sample_rate: int) -> tuple[Window, ...]:
    """The windows of a clip, the last one flush with its end. `audio` is (samples,) or (samples, channels).

    UsageError for a clip shorter than a second, of no channel, or with samples that are not numbers.
    """
    channels = audio[:, None] if audio.ndim == 1 else audio
    if channels.ndim != 2 or not channels.shape[1]:
        raise UsageError("a clip is samples, or samples by channels", where="audio")
    if not np.isfinite(channels).all():
        raise UsageError("the clip holds samples that are not numbers", where="audio")
    if len(channels) < listen.SHORTEST_SECONDS * sample_rate:
        raise UsageError(f"the clip is shorter than {listen.SHORTEST_SECONDS:.0f} second", where="audio")
    size = round(WINDOW_SECONDS * sample_rate)
    starts = list(range(0, max(1, len(channels) - size + 1), size))
    if starts[-1] + size < len(channels):
        starts.append(len(channels) - size)
    if len(starts) > MOST_WINDOWS:
        starts = [starts[round(i)] for i in np.linspace(0, len(starts) - 1, MOST_WINDOWS)]
    parts = [channels[s : s + size] for s in starts]
    monos = [_at_24_khz(p.mean(axis=1), sample_rate) for p in parts]
    loudest = max(float(np.abs(m).max()) for m in monos)
    scale = np.float32(PEAK / (loudest + TINY))
    return tuple(
        Window(np.asarray(p, np.float32), sample_rate, m * scale) for p, m in zip(parts, monos, strict=True)
    )


def _at_24_khz(mono: Floats, sample_rate: int) -> Floats:
    return np.asarray(mono if sample_rate == SAMPLE_RATE else listen.resampled(mono, sample_rate), np.float32)


def decibels(power: np.floating[Any] | float) -> float:
    """Power as dB, at least −120."""
    return float(10 * np.log10(power + 1e-12))
