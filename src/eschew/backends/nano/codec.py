"""The codec of nano-music: waveform ↔ log-mel ↔ 64 principal components, and back by Griffin–Lim.

No trained decoder: the log-mel spectrogram is stacked four frames deep and projected onto 64 principal components,
which gives latents of shape (frames, 64) at 25 Hz. The way back is a non-negative least-squares mel inversion and the
fast Griffin–Lim algorithm (Perraudin, Balazs & Søndergaard 2013). Deterministic: the starting phase is a fixed draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 24_000
N_FFT = 960
HOP = 240
BANDS = 100
STACK = 4
LATENT_RATE = SAMPLE_RATE / (HOP * STACK)
LOG_FLOOR = 5e-5

INVERSION_ROUNDS = 24
PHASE_ROUNDS = 32
MOMENTUM = 0.99

Floats = NDArray[np.float32]
Complexes = NDArray[np.complex64]


@dataclass(frozen=True, eq=False)
class Codec:
    """`mean` (400,), `basis` (400, 64) with orthonormal columns, `scale` (64,): latents = (mel − mean)·basis / scale."""

    mean: Floats
    basis: Floats
    scale: Floats

    def encode(self, audio: Floats) -> Floats:
        """Mono audio at 24 kHz → latents (len(audio) // 960, 64)."""
        return self.project(log_mel(audio))

    def project(self, mel: Floats) -> Floats:
        """Log-mel (frames, 100) → latents (frames // 4, 64)."""
        stacked = mel[: len(mel) // STACK * STACK].reshape(-1, STACK * BANDS)
        return np.asarray((stacked - self.mean) @ self.basis / self.scale, np.float32)

    def unproject(self, latents: Floats) -> Floats:
        """Latents (n, 64) → log-mel (4n, 100), never below the floor."""
        mel = (latents * self.scale) @ self.basis.T + self.mean
        return np.maximum(mel.reshape(-1, BANDS), np.log(LOG_FLOOR)).astype(np.float32)

    def decode(self, latents: Floats) -> Floats:
        """Latents (n, 64) → mono audio (960·n,) at 24 kHz, peak at −1 dBFS or below."""
        audio = griffin_lim(mel_to_magnitude(mel_of(self.unproject(latents))))
        peak = float(np.abs(audio).max())
        return (audio * min(1.0, 10 ** (-1 / 20) / (peak + 1e-9))).astype(np.float32)


def mel_of(log: Floats) -> Floats:
    """Natural-log mel → mel magnitude, (frames, 100)."""
    return np.asarray(np.exp(log) - LOG_FLOOR, np.float32)


def log_mel(audio: Floats) -> Floats:
    """Mono audio at 24 kHz → natural log of the mel magnitude, (len // 240, 100)."""
    magnitude = np.abs(stft(audio))[:, : len(audio) // HOP]
    return np.asarray(np.log(mel_filters() @ magnitude + LOG_FLOOR).T, np.float32)


@cache
def window() -> Floats:
    """The periodic Hann window of N_FFT samples, scaled so that a sine of amplitude 1 has magnitude 1."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(N_FFT) / N_FFT)).astype(np.float32)


@cache
def mel_filters() -> Floats:
    """Triangles on the mel scale of O'Shaughnessy (1987), each row summing to one: (100, 481)."""
    top = 2595 * np.log10(1 + SAMPLE_RATE / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, top, BANDS + 2) / 2595) - 1)
    freqs = np.fft.rfftfreq(N_FFT, 1 / SAMPLE_RATE)
    rising = (freqs[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - freqs[None]) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    # The lowest triangles are narrower than a bin: each gets at least its nearest one.
    nearest = np.abs(freqs[None] - edges[1:-1, None]).argmin(axis=1)
    triangles[np.arange(BANDS), nearest] = np.maximum(triangles[np.arange(BANDS), nearest], 1e-3)
    return np.asarray(triangles / triangles.sum(axis=1, keepdims=True), np.float32)


def stft(audio: Floats) -> Complexes:
    """Centred short-time Fourier transform: (481, len // 240 + 1)."""
    padded = np.pad(audio, N_FFT // 2, mode="reflect" if len(audio) > N_FFT else "constant")
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP]
    return np.asarray(np.fft.rfft(frames * window(), axis=1).T / (N_FFT / 4), np.complex64)


def istft(spectrum: Complexes) -> Floats:
    """The least-squares inverse of `stft`; HOP is a quarter of N_FFT, so the overlap-add is four shifted sums."""
    frames = np.fft.irfft(spectrum.T * np.float32(N_FFT / 4), n=N_FFT, axis=1).astype(np.float32) * window()
    count, parts = len(frames), N_FFT // HOP
    quarters = frames.reshape(count, parts, HOP)
    weights = (window() ** 2).reshape(parts, HOP)
    out = np.zeros((count + parts - 1, HOP), np.float32)
    norm = np.zeros((count + parts - 1, HOP), np.float32)
    for i in range(parts):
        out[i : i + count] += quarters[:, i]
        norm[i : i + count] += weights[i]
    flat: Floats = np.asarray(out / np.maximum(norm, 1e-6), np.float32).ravel()
    return flat[N_FFT // 2 : N_FFT // 2 + (count - 1) * HOP]


def mel_to_magnitude(mel: Floats) -> Floats:
    """Mel magnitude (frames, 100) → linear magnitude (481, frames), by multiplicative non-negative least squares."""
    target = np.maximum(mel.T, 0).astype(np.float32)
    filters = mel_filters()
    back = filters.T
    magnitude = back @ target
    numerator = back @ target + 1e-9
    for _ in range(INVERSION_ROUNDS):
        magnitude = magnitude * numerator / (back @ (filters @ magnitude) + 1e-9)
    return magnitude.astype(np.float32)


def griffin_lim(magnitude: Floats) -> Floats:
    """Fast Griffin–Lim: find a phase for `magnitude` (481, frames); returns frames × 240 samples."""
    padded = np.concatenate([magnitude, magnitude[:, -1:]], axis=1)
    start = np.random.default_rng(0).uniform(-np.pi, np.pi, padded.shape)
    angles = np.exp(1j * start).astype(np.complex64)
    previous = np.zeros_like(angles)
    for _ in range(PHASE_ROUNDS):
        rebuilt = stft(istft(padded * angles))
        ahead = rebuilt + np.float32(MOMENTUM) * (rebuilt - previous)
        angles = ahead / (np.abs(ahead) + 1e-12)
        previous = rebuilt
    return istft(padded * angles)
