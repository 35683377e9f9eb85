"""Voices that code can make: a formant singer, and the vocoder (a spoken phrase pressed onto a saw chord).

General MIDI has no singer. The singer here is a buzzing source under vowel formants (Peterson & Barney 1952 averages)
with vibrato: a voice, not a person. The vocoder's modulator is real speech synthesis, made once by espeak-ng.
"""

from __future__ import annotations

import functools
import subprocess

import numpy as np
import scipy.signal
from numpy.random import Generator
from numpy.typing import NDArray

from training.music.compose import CLIP_SECONDS, Line, Note, Song

SAMPLE_RATE = 24_000
CLIP_SAMPLES = int(CLIP_SECONDS * SAMPLE_RATE)
WINDOW, HOP = 512, 128

Audio = NDArray[np.float32]

VOWELS = {
    "a": ((730, 90, 1.0), (1090, 110, 0.5), (2440, 170, 0.25)),
    "o": ((570, 80, 1.0), (840, 100, 0.35), (2410, 170, 0.12)),
    "i": ((270, 60, 1.0), (2290, 150, 0.4), (3010, 200, 0.3)),
    "e": ((530, 70, 1.0), (1840, 140, 0.4), (2480, 180, 0.25)),
    "u": ((300, 60, 1.0), (870, 100, 0.25), (2240, 170, 0.1)),
}

PHRASES = (
    "drive into the neon night", "we are the machines", "tonight we run forever", "digital love in the city",
    "I can feel the future", "around the world again", "electric dreams are calling", "hold me in the laser light",
    "we will never go home", "computer heart is beating", "ride the midnight highway", "turn the signal on again",
)  # fmt: skip
SPEAKERS = ("en-us", "en-gb", "en-us+f3", "en-gb+m4", "en-us+m7")


def sing(line: Line, rng: Generator) -> Audio:
    """A sung line on changing vowels, mono."""
    source = _source(line.notes, rng, harmonics_tilt=1.2, vibrato=0.25, breath=0.02)
    return _through_formants(source, line.notes, rng, shift=1.0 if line.name == "male-vocal" else 1.17)


def vocoder(song: Song, rng: Generator) -> Audio:
    """A robotic voice: a spoken phrase's band envelopes on a saw chord of the song's own notes (Dudley 1939)."""
    pitched = [
        n
        for line in song.lines
        if line.role in ("arp", "block", "stab", "lead", "pad", "finger", "sing")
        for n in line.notes
    ]
    keys = sorted({48 + n.key % 12 for n in pitched})[: int(rng.integers(1, 4))] or [48]
    chord = tuple(Note(k + int(rng.choice([0, 0, 12])), 0.0, CLIP_SECONDS, 100) for k in keys)
    carrier = _source(chord, rng, harmonics_tilt=0.6, vibrato=0.0, breath=0.06)
    bank = speech_bank()
    modulator = np.zeros(CLIP_SAMPLES, np.float32)
    at = int(rng.uniform(0, 0.8) * SAMPLE_RATE)
    while at < CLIP_SAMPLES - SAMPLE_RATE // 2:
        phrase = bank[int(rng.integers(len(bank)))]
        stop = min(at + phrase.size, CLIP_SAMPLES)
        modulator[at:stop] += phrase[: stop - at]
        at = stop + int(rng.uniform(0.1, 0.9) * SAMPLE_RATE)
    return impose(modulator, carrier, bands=int(rng.integers(16, 33)))


def impose(modulator: Audio, carrier: Audio, bands: int) -> Audio:
    """The channel vocoder: `carrier` with the band energies of `modulator` over time."""
    _, _, mod = scipy.signal.stft(modulator, nperseg=WINDOW, noverlap=WINDOW - HOP)
    _, _, car = scipy.signal.stft(carrier, nperseg=WINDOW, noverlap=WINDOW - HOP)
    edges = np.geomspace(3, WINDOW // 2 * 0.85, bands + 1)
    centres = (edges[:-1] + edges[1:]) / 2
    which = np.clip(np.searchsorted(edges, np.arange(mod.shape[0])) - 1, 0, bands - 1)
    pool = np.zeros((bands, mod.shape[0]), np.float32)
    pool[which, np.arange(mod.shape[0])] = 1
    pool /= np.maximum(pool.sum(axis=1, keepdims=True), 1)
    energy = np.sqrt(pool @ (np.abs(mod) ** 2))
    flat = np.sqrt(pool @ (np.abs(car) ** 2)) + 1e-4
    gain = energy / flat
    spread = np.stack(
        [np.interp(np.arange(mod.shape[0]), centres, gain[:, t]) for t in range(gain.shape[1])], axis=1
    )
    _, out = scipy.signal.istft(car * spread, nperseg=WINDOW, noverlap=WINDOW - HOP)
    return np.asarray(np.resize(out, CLIP_SAMPLES), np.float32)


def _source(
    notes: tuple[Note, ...], rng: Generator, *, harmonics_tilt: float, vibrato: float, breath: float
) -> Audio:
    """A band-limited buzz under each note, plus a little noise."""
    out = np.zeros(CLIP_SAMPLES, np.float32)
    for note in notes:
        at = int(note.start * SAMPLE_RATE)
        size = min(int(note.length * SAMPLE_RATE), CLIP_SAMPLES - at)
        if size < 200:
            continue
        t = np.arange(size, dtype=np.float32) / SAMPLE_RATE
        wobble = vibrato * np.sin(2 * np.pi * float(rng.uniform(4.8, 6.2)) * t) * np.minimum(t / 0.3, 1)
        pitch = 440 * 2 ** ((note.key - 69 + wobble) / 12)
        phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
        highest = max(1, int(0.45 * SAMPLE_RATE / float(np.max(pitch))))
        k = np.arange(1, min(highest, 40) + 1, dtype=np.float32)[:, None]
        tone = (np.sin(k * phase[None, :]) / k**harmonics_tilt).sum(axis=0)
        fade = np.minimum(1, np.minimum(t / 0.04, (size / SAMPLE_RATE - t) / 0.05))
        out[at : at + size] += (tone * fade).astype(np.float32)
    return out + breath * rng.standard_normal(CLIP_SAMPLES).astype(np.float32) * (np.abs(out) > 1e-4)


def _through_formants(source: Audio, notes: tuple[Note, ...], rng: Generator, shift: float) -> Audio:
    freqs, times, spectrum = scipy.signal.stft(source, SAMPLE_RATE, nperseg=WINDOW, noverlap=WINDOW - HOP)
    shape = np.zeros((freqs.size, times.size), np.float32)
    names = list(VOWELS)
    vowel = names[int(rng.integers(len(names)))]
    marks = sorted((n.start, names[int(rng.integers(len(names)))]) for n in notes)
    for i, time in enumerate(times):
        for start, name in marks:
            if start > time:
                break
            vowel = name
        for centre, width, gain in VOWELS[vowel]:
            shape[:, i] += gain / (1 + ((freqs - centre * shift) / width) ** 2)
    shape = scipy.signal.lfilter([0.35], [1, -0.65], shape, axis=1)
    _, out = scipy.signal.istft(spectrum * shape, SAMPLE_RATE, nperseg=WINDOW, noverlap=WINDOW - HOP)
    return np.asarray(np.resize(out, CLIP_SAMPLES), np.float32)


@functools.cache
def speech_bank() -> tuple[Audio, ...]:
    """Every phrase by every speaker, spoken by espeak-ng, 24 kHz mono."""
    bank = []
    for speaker in SPEAKERS:
        for phrase in PHRASES:
            spoken = subprocess.run(
                ["espeak-ng", "-v", speaker, "-s", "130", "--stdout", phrase], capture_output=True, check=True
            ).stdout
            raw = np.frombuffer(spoken[44:], dtype="<i2").astype(np.float32) / 32768
            bank.append(scipy.signal.resample_poly(raw, SAMPLE_RATE, 22_050).astype(np.float32))
    return tuple(bank)
