"""Singing made of spoken sentences: a speech synthesizer's voice, bent by Praat onto a melody as singers bend it.

Notes start with a glide from the one before, waver by a vibrato that sets in late, and are never quite in tune
(`as_sung`). A bare `melody` is what pitch correction leaves of it: flat on the semitones, without a glide.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import parselmouth
from numpy.random import Generator
from numpy.typing import NDArray
from parselmouth.praat import call

from training.detectors.others import SENTENCES, _pick, _read, _run
from training.music.compose import CLIP_SECONDS, Song
from training.music.render import CLIP_SAMPLES, SAMPLE_RATE

STEP = 0.01
"""Seconds between the points of a melody."""
LOW_VOICES = ("en-us", "en-gb", "en-us+m7", "en-gb-x-gbcwmd", "en-us+m1")
HIGH_VOICES = ("en-us+f2", "en-gb+f3", "en-us+f4", "en-gb-x-rp+f1")
"""espeak-ng's, for tuning; flite's recorded ones are kept for the evaluation."""
FLITE = {"kal16": (45, 62), "awb": (45, 62), "rms": (43, 60), "slt": (55, 72)}

Audio = NDArray[np.float32]
Melody = NDArray[np.float64]


def said_by_espeak(folder: Path, rng: Generator) -> tuple[Audio, tuple[int, int]]:
    """A sentence, and the keys that its voice sings in."""
    high = bool(rng.random() < 0.5)
    voice = _pick(rng, *(HIGH_VOICES if high else LOW_VOICES))
    spoken = folder / "said.wav"
    speed = int(rng.integers(95, 135))
    _run("espeak-ng", "-v", voice, "-s", speed, "-w", spoken, _pick(rng, *SENTENCES))
    return _at_rate(spoken, folder), (55, 71) if high else (44, 60)


def said_by_flite(folder: Path, rng: Generator) -> tuple[Audio, tuple[int, int]]:
    """A sentence by a voice cut from recordings of a person, and the keys that it sings in."""
    voice = _pick(rng, *FLITE)
    spoken = folder / "said.wav"
    stretch = round(float(rng.uniform(1.1, 1.5)), 2)
    how = ("--setf", f"duration_stretch={stretch}", "-t", _pick(rng, *SENTENCES), "-o", spoken)
    _run("flite", "-voice", voice, *how)
    return _at_rate(spoken, folder), FLITE[voice]


def _at_rate(spoken: Path, folder: Path) -> Audio:
    _run("sox", spoken, "-r", SAMPLE_RATE, "-c", 1, folder / "line.wav", "gain", "-n", -3)
    return _read(folder / "line.wav")


def melody(song: Song, keys: tuple[int, int], rng: Generator) -> Melody:
    """MIDI keys of a line, one a STEP: notes of the song, one to four a second, walking."""
    classes = sorted({n.key % 12 for line in song.lines if line.role != "drums" for n in line.notes} or {0})
    scale = [k for k in range(*keys) if k % 12 in classes] or [keys[0]]
    at, where, line = 0, int(rng.integers(len(scale))), np.zeros(int(CLIP_SECONDS / STEP) + 1)
    while at < len(line):
        size = int(rng.uniform(0.25, 0.9) / STEP)
        line[at : at + size] = scale[where]
        where = int(np.clip(where + rng.integers(-2, 3), 0, len(scale) - 1))
        at += size
    return line


def as_sung(line: Melody, rng: Generator) -> Melody:
    """Glides of 60–140 ms, late vibrato of 4.5–6.5 Hz and ±25–60 cents, a drift of some 15 cents."""
    size = int(rng.uniform(0.06, 0.14) / STEP)
    glided = np.convolve(np.pad(line, (size, size), mode="edge"), np.hanning(size + 2)[1:-1], mode="same")
    glided = glided[size:-size] / np.hanning(size + 2)[1:-1].sum()
    since, age = np.zeros(len(line)), 0.0
    for i in range(1, len(line)):
        age = 0.0 if line[i] != line[i - 1] else age + STEP
        since[i] = age
    depth = rng.uniform(0.25, 0.6) * np.clip((since - 0.12) / 0.2, 0, 1)
    vibrato = depth * np.sin(2 * np.pi * rng.uniform(4.5, 6.5) * np.arange(len(line)) * STEP)
    drift = np.convolve(rng.normal(0, 0.5, len(line)), np.ones(20) / 20, mode="same")
    return np.asarray(glided + vibrato + drift, np.float64)


def sing(speech: Audio, line: Melody) -> Audio:
    """The speech on this line of MIDI keys, by Praat's overlap-add."""
    sound = parselmouth.Sound(speech.astype(np.float64), SAMPLE_RATE)
    manipulation = call(sound, "To Manipulation", 0.01, 70, 500)
    tier = call("Create PitchTier", "line", 0, CLIP_SECONDS)
    for i, key in enumerate(line):
        call(tier, "Add point", min(i * STEP, CLIP_SECONDS), 440 * 2 ** ((key - 69) / 12))
    call([manipulation, tier], "Replace pitch tier")
    voice = call(manipulation, "Get resynthesis (overlap-add)").values[0].astype(np.float32)[:CLIP_SAMPLES]
    return np.pad(voice, (0, CLIP_SAMPLES - voice.size))
