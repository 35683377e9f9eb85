"""Material to fit measured detectors on: the world's own sound font and effects, so that nothing of the evaluation is met.

Clips are a function of (SEED, i). Effects are this project's (`training.music.effects`, and hum, clipping, compression and
saturation below); voices are espeak-ng's, bent by Praat. A third of the clips go through the codec of nano-music, as
generated clips do; each band gets a colour of its own, and is kept a little loud or quiet.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.signal
from numpy.random import Generator
from numpy.typing import NDArray

from training.detectors import sung
from training.music.compose import Song, compose
from training.music.effects import EFFECTS
from training.music.render import SAMPLE_RATE, Player, mix
from training.music.styles import STYLES

SEED = 880001
BASSES = frozenset({"upright-bass", "electric-bass", "synth-bass"})
SINGERS = frozenset({"male-vocal", "female-vocal"})
VOICES = SINGERS | {"choir"}
THROUGH_CODEC = 0.3
Audio = NDArray[np.float32]
Effect = Callable[[Audio, Generator], Audio]


@dataclass(frozen=True, eq=False)
class Example:
    """A clip, its rate, and what is true of it; concepts that are not listed are unclear."""

    audio: Audio
    rate: int
    true: dict[str, bool]


def _rms(audio: Audio) -> float:
    return float(np.sqrt(np.mean(audio**2))) + 1e-9


def hum(audio: Audio, rng: Generator) -> Audio:
    """Harmonics of 50 or 60 Hz, odd or all, −34 to −14 dB under the music."""
    t = np.arange(audio.size) / SAMPLE_RATE
    mains = rng.choice([50.0, 60.0]) + rng.uniform(-0.15, 0.15)
    steps = np.arange(1, 12, 2) if rng.random() < 0.4 else np.arange(1, int(rng.integers(5, 12)))
    parts = [
        rng.uniform(0.1, 1) / (1 + 0.3 * k) * np.sin(2 * np.pi * (mains * k * t + rng.random()))
        for k in steps
    ]
    noise = np.sum(parts, axis=0)
    return (audio + _rms(audio) * 10 ** (rng.uniform(-34, -14) / 20) * noise / np.std(noise)).astype(
        np.float32
    )


def clip(audio: Audio, rng: Generator) -> Audio:
    """3–13 dB beyond full scale."""
    loud = audio / np.abs(audio).max() * 10 ** (rng.uniform(3, 13) / 20)
    return np.clip(loud, -1, 1).astype(np.float32)


def squash(audio: Audio, rng: Generator) -> Audio:
    """A look-ahead limiter or an upward compressor, by a smoothed gain: nothing is clipped."""
    size = int(rng.uniform(0.002, 0.02) * SAMPLE_RATE) | 1
    follow = scipy.signal.lfilter(
        [1 - (k := np.exp(-1 / (rng.uniform(0.03, 0.15) * SAMPLE_RATE)))], [1, -k], np.abs(audio)
    )
    follow = np.maximum(follow, scipy.ndimage.maximum_filter1d(np.abs(audio), size) * rng.uniform(0.3, 0.9))
    threshold = _rms(audio) * 10 ** (rng.uniform(-14, -4) / 20)
    gain = np.minimum(1, threshold / (follow + 1e-6)) ** (1 - 1 / rng.uniform(6, 30))
    out = audio * scipy.ndimage.uniform_filter1d(gain, size)
    return np.asarray(
        np.tanh(out / np.abs(out).max() * rng.uniform(1, 1.6)) if rng.random() < 0.5 else out, np.float32
    )


def warm(audio: Audio, rng: Generator) -> Audio:
    """A tube stage: a soft curve of one of three shapes, then a duller top; no wow."""
    driven = audio / np.abs(audio).max() * 10 ** (rng.uniform(6, 16) / 20)
    shape = int(rng.integers(3))
    bias = rng.uniform(0, 0.25)
    curve = (np.tanh, lambda x: x / (1 + np.abs(x)), lambda x: np.arctan(1.5 * x))[shape]
    wet = curve(driven + bias) - curve(np.array(bias))
    top = scipy.signal.butter(1, rng.uniform(3500, 7000), fs=SAMPLE_RATE, output="sos")
    return scipy.signal.sosfilt(top, wet).astype(np.float32)


def _some(effects: tuple[Effect, ...]) -> Effect:
    return lambda audio, rng: effects[int(rng.integers(len(effects)))](audio, rng)


TREATMENTS: dict[str, tuple[int, Effect | None]] = {
    "untreated": (9, None),
    "mains-hum": (4, hum),
    "clipping": (4, clip),
    "heavy-compression": (5, _some((EFFECTS["heavy-compression"], squash, squash))),
    "tape-saturation": (5, _some((EFFECTS["tape-saturation"], warm))),
    "vocals": (5, None),
    "autotune": (5, None),
    "harsh-distortion": (1, EFFECTS["harsh-distortion"]),
    "bit-crush": (1, EFFECTS["bit-crush"]),
    "muddy-low-end": (1, EFFECTS["muddy-low-end"]),
    "over-bright-cymbals": (1, EFFECTS["over-bright-cymbals"]),
    "long-reverb": (2, EFFECTS["long-reverb"]),
    "dry-room": (1, EFFECTS["dry-room"]),
    "tape-hiss": (1, EFFECTS["tape-hiss"]),
    "vinyl-crackle": (1, EFFECTS["vinyl-crackle"]),
}
"""Treatment → clips of it in every round, and how."""
ROUND = tuple(name for name, (share, _) in TREATMENTS.items() for _ in range(share))

MEASURED = ("mains-hum", "clipping", "heavy-compression", "tape-saturation", "autotune")
_LOUD = {"clipping", "heavy-compression", "tape-saturation"}
UNCLEAR = {
    "clipping": {"heavy-compression", "tape-saturation"},
    "heavy-compression": {"clipping", "tape-saturation"},
    "tape-saturation": {"heavy-compression", "clipping"},
    "harsh-distortion": _LOUD,
    "bit-crush": _LOUD,
    "muddy-low-end": {"tape-saturation"},
}
KEEPS_THE_BAND = {"untreated", "mains-hum", "tape-hiss", "dry-room", "long-reverb", "over-bright-cymbals"}


def example(index: int, player: Player, codec: Callable[[Audio], Audio]) -> Example:
    """Clip `index`."""
    rng = np.random.default_rng([SEED, index])
    name = ROUND[index % len(ROUND)]
    while True:
        song = compose(STYLES[int(rng.integers(len(STYLES)))], rng)
        band = set(song.players)
        if song.lines and not (name in ("vocals", "autotune") and band & VOICES):
            break
    audio = _other_band(mix(song, player, rng), rng)
    if name in ("vocals", "autotune"):
        audio = _with_voice(audio, song, rng, tuned=name == "autotune")
    effect = TREATMENTS[name][1]
    audio = effect(audio, rng) if effect else audio
    audio = (audio * (10 ** (-1 / 20) / (np.abs(audio).max() + 1e-9))).astype(np.float32)
    coded = bool(rng.random() < THROUGH_CODEC)
    true = truth(name, band)
    if coded:
        # The codec keeps spectra, not waves: flat tops and thin lines do not come through.
        audio = codec(audio)
        true = {c: p for c, p in true.items() if not (p and c in ("clipping", "mains-hum"))}
    kept = np.round(audio * 10 ** (rng.uniform(-12, 0) / 20) * 32767) / 32767
    return Example(kept.astype(np.float32), SAMPLE_RATE, true)


def _other_band(audio: Audio, rng: Generator) -> Audio:
    """Another colour, as other instruments and rooms would have it: two random peaks, a shelf, a little noise."""
    for _ in range(2):
        b, a = scipy.signal.iirpeak(np.exp(rng.uniform(np.log(80), np.log(8000))), 1.0, fs=SAMPLE_RATE)
        audio = audio + (10 ** (rng.uniform(-8, 8) / 20) - 1) * scipy.signal.lfilter(b, a, audio)
    top = scipy.signal.butter(1, rng.uniform(1500, 5000), "high", fs=SAMPLE_RATE, output="sos")
    audio = audio + (10 ** (rng.uniform(-8, 6) / 20) - 1) * scipy.signal.sosfilt(top, audio)
    noise = rng.standard_normal(audio.size) * _rms(audio) * 10 ** (rng.uniform(-70, -38) / 20)
    return np.asarray(audio + noise, np.float32)


def _with_voice(audio: Audio, song: Song, rng: Generator, *, tuned: bool) -> Audio:
    with tempfile.TemporaryDirectory() as scratch:
        speech, keys = sung.said_by_espeak(Path(scratch), rng)
        line = sung.melody(song, keys, rng)
        voice = sung.sing(speech, line if tuned else sung.as_sung(line, rng))
    return audio + voice * np.float32(_rms(audio) / _rms(voice) * 10 ** (rng.uniform(-4, 5) / 20))


def truth(name: str, band: set[str]) -> dict[str, bool]:
    """Concept → whether it is there, for all that is clear."""
    true = {c: c == name for c in MEASURED if c not in UNCLEAR.get(name, set()) or c == name}
    if "choir" not in band:
        true["vocals"] = name in ("vocals", "autotune") or bool(band & SINGERS)
    if name in KEEPS_THE_BAND and (band & BASSES or not band & {"cello", "piano"}):
        true["bass"] = bool(band & BASSES)
    return true
