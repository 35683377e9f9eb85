"""Production characters as real effects on a finished mix. One function a character, each drawn with its own strength.

All take mono float32 at 24 kHz and a random generator and give the same. The test material of the detectors is made
with *other people's* effects (SoX, LADSPA, pedalboard): nothing of theirs is used here for the same character.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.signal
from numpy.random import Generator
from numpy.typing import NDArray

SAMPLE_RATE = 24_000
Audio = NDArray[np.float32]


def _rms(audio: Audio) -> float:
    return float(np.sqrt(np.mean(audio**2))) + 1e-9


def vinyl_crackle(audio: Audio, rng: Generator) -> Audio:
    """Dust and scratches: exponentially decaying noise bursts, 12–45 a second, few of them loud."""
    out = audio.copy()
    level = _rms(audio) * 10 ** (rng.uniform(-1, 8) / 20)
    count = int(rng.poisson(rng.uniform(12, 45) * audio.size / SAMPLE_RATE))
    colour = float(rng.uniform(0.0, 0.6))
    for at in rng.integers(0, audio.size - 240, count):
        size = int(rng.integers(8, 120))
        burst = rng.standard_normal(size) * np.exp(-np.arange(size) / (size / 5))
        burst = scipy.signal.lfilter([1 - colour], [1, -colour], burst)
        out[at : at + size] += (level * rng.lognormal(-0.2, 0.7) * burst).astype(np.float32)
    return out


def tape_hiss(audio: Audio, rng: Generator) -> Audio:
    """Steady broadband noise, tilted up as tape noise is, −34 to −21 dB under the mix's own level of about −15 dBFS."""
    noise = rng.standard_normal(audio.size)
    tilt = float(rng.uniform(0.0, 0.7))
    noise = scipy.signal.lfilter([1, -tilt], [1], noise)
    cut = scipy.signal.butter(2, rng.uniform(7000, 11500), fs=SAMPLE_RATE, output="sos")
    noise = scipy.signal.sosfilt(cut, noise)
    wanted = max(_rms(audio), 0.05) * 10 ** (rng.uniform(-22, -10) / 20)
    return (audio + wanted * noise / np.std(noise)).astype(np.float32)


def tape_saturation(audio: Audio, rng: Generator) -> Audio:
    """Soft even-and-odd saturation, a dull top and wow, as an overdriven tape machine."""
    drive = rng.uniform(2.5, 6.0) / (3 * _rms(audio))
    bias = rng.uniform(0.1, 0.3)
    wet = np.tanh(drive * audio * 0.35 + bias) - np.tanh(bias)
    wow = (
        0.0012 * SAMPLE_RATE * np.sin(2 * np.pi * rng.uniform(0.6, 1.4) * np.arange(audio.size) / SAMPLE_RATE)
    )
    wet = np.interp(np.arange(audio.size) + wow, np.arange(audio.size), wet)
    dull = scipy.signal.butter(1, rng.uniform(4500, 6500), fs=SAMPLE_RATE, output="sos")
    wet = scipy.signal.sosfilt(dull, wet)
    return (wet * _rms(audio) / _rms(wet)).astype(np.float32)


def harsh_distortion(audio: Audio, rng: Generator) -> Audio:
    """Hard clipping far into the waveform, with the fizz left in."""
    ceiling = _rms(audio) * rng.uniform(0.25, 0.6)
    wet = np.clip(audio, -ceiling, ceiling)
    edge = np.diff(wet, prepend=wet[:1])
    wet = wet + rng.uniform(0.4, 0.9) * edge
    return (wet * _rms(audio) / _rms(wet)).astype(np.float32)


def heavy_compression(audio: Audio, rng: Generator) -> Audio:
    """A squashed bus: fast level follower, high ratio, the floor pulled up so that it pumps."""
    attack, release = np.exp(-1 / (0.003 * 200)), np.exp(-1 / (rng.uniform(0.06, 0.16) * 200))
    hop = SAMPLE_RATE // 200
    frames = np.abs(audio[: audio.size // hop * hop]).reshape(-1, hop).max(axis=1)
    follow, state = np.empty_like(frames), 0.0
    for i, x in enumerate(frames):
        k = attack if x > state else release
        state = k * state + (1 - k) * x
        follow[i] = state
    gain = (follow + 0.004) ** -rng.uniform(0.8, 0.95)
    wet = audio * np.interp(np.arange(audio.size), np.arange(gain.size) * hop, gain)
    wet = np.clip(wet / (np.abs(wet).max() + 1e-9) * rng.uniform(1.5, 2.5), -1, 1)
    return (wet * 1.6 * _rms(audio) / _rms(wet)).astype(np.float32)


def muddy_low_end(audio: Audio, rng: Generator) -> Audio:
    """A heap of 120–350 Hz and a soft top."""
    band = scipy.signal.butter(1, (110, rng.uniform(280, 380)), btype="band", fs=SAMPLE_RATE, output="sos")
    top = scipy.signal.butter(1, rng.uniform(2500, 4500), fs=SAMPLE_RATE, output="sos")
    wet = scipy.signal.sosfilt(top, audio) + rng.uniform(2.5, 4.5) * scipy.signal.sosfilt(band, audio)
    return (wet * _rms(audio) / _rms(wet)).astype(np.float32)


def over_bright_cymbals(audio: Audio, rng: Generator) -> Audio:
    """A treble shelf far up, and a wash of sizzling cymbals on the eighths."""
    high = scipy.signal.butter(2, 5500, btype="high", fs=SAMPLE_RATE, output="sos")
    period = int(SAMPLE_RATE * rng.uniform(0.2, 0.38))
    t = np.arange(audio.size) % period / SAMPLE_RATE
    sizzle = rng.standard_normal(audio.size) * np.exp(-t / rng.uniform(0.08, 0.2))
    sizzle = scipy.signal.sosfilt(high, sizzle)
    wet = audio + rng.uniform(1.5, 3.5) * scipy.signal.sosfilt(high, audio)
    return (wet + _rms(audio) * rng.uniform(0.25, 0.5) * sizzle / np.std(sizzle)).astype(np.float32)


def long_reverb(audio: Audio, rng: Generator) -> Audio:
    """A hall: convolution with exponentially decaying noise, 2–4.5 s to −60 dB, darker as it decays, 35–60 % wet."""
    rt60 = float(rng.uniform(2.0, 4.5))
    size = int(rt60 * SAMPLE_RATE)
    t = np.arange(size) / SAMPLE_RATE
    noise = rng.standard_normal(size)
    dark = scipy.signal.butter(1, rng.uniform(1800, 4000), fs=SAMPLE_RATE, output="sos")
    mixed = np.exp(-3 * t / rt60)
    tail = (noise * mixed + scipy.signal.sosfilt(dark, noise) * (1 - mixed)) * 10 ** (-3 * t / rt60)
    tail[: int(rng.uniform(0.005, 0.03) * SAMPLE_RATE)] = 0
    # The clip is cut from a longer piece: the tail of what came before is already sounding at its start.
    before = np.concatenate([audio, audio])
    wet = scipy.signal.fftconvolve(before, tail)[audio.size : 2 * audio.size]
    share = float(rng.uniform(0.4, 0.65))
    return ((1 - share) * audio + share * wet * _rms(audio) / _rms(wet)).astype(np.float32)


def dry_room(audio: Audio, rng: Generator) -> Audio:
    """Close microphones in a dead small room: a few reflections within 20 ms, and tails cut short by a soft gate."""
    wet = audio.copy()
    for _ in range(4):
        delay = int(rng.uniform(0.003, 0.02) * SAMPLE_RATE)
        wet[delay:] += float(rng.uniform(0.08, 0.2)) * audio[:-delay]
    hop = SAMPLE_RATE // 100
    frames = np.abs(wet[: wet.size // hop * hop]).reshape(-1, hop).max(axis=1)
    floor = 0.25 * np.percentile(frames, 90)
    gain = np.clip((frames / (floor + 1e-9)) ** 1.2, 0.15, 1)
    gain = scipy.signal.lfilter([0.5], [1, -0.5], gain)
    return (wet * np.interp(np.arange(wet.size), np.arange(gain.size) * hop, gain)).astype(np.float32)


def bit_crush(audio: Audio, rng: Generator) -> Audio:
    """Sample-and-hold to 3–6 kHz and 4–6 bits, unfiltered."""
    hold = int(rng.integers(4, 9))
    held = np.repeat(audio[::hold], hold)[: audio.size]
    step = np.abs(held).max() / 2 ** (int(rng.integers(4, 7)) - 1) + 1e-9
    return (np.round(held / step) * step).astype(np.float32)


EFFECTS: dict[str, Callable[[Audio, Generator], Audio]] = {
    "harsh-distortion": harsh_distortion,
    "tape-saturation": tape_saturation,
    "bit-crush": bit_crush,
    "muddy-low-end": muddy_low_end,
    "over-bright-cymbals": over_bright_cymbals,
    "dry-room": dry_room,
    "long-reverb": long_reverb,
    "heavy-compression": heavy_compression,
    "tape-hiss": tape_hiss,
    "vinyl-crackle": vinyl_crackle,
}
"""In the order in which they are applied: sources first, then space, then the medium that it was kept on."""

CHARACTERS: tuple[str, ...] = (*EFFECTS, "vocoder")
"""All characters. The vocoder is a part of the band (`voices.vocoder`), not a treatment of the mix."""

EXCLUSIVE = (("long-reverb", "dry-room"), ("muddy-low-end", "over-bright-cymbals"))
"""Pairs of which a clip has at most one."""
