"""Play a composed loop: FluidR3 through tinysoundfont for what has a General MIDI program, code for voices.

Each part is rendered alone, levelled by its loudness, and mixed, so that what a caption names can be heard.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tinysoundfont
from numpy.random import Generator
from numpy.typing import NDArray

from training.music.compose import CLIP_SECONDS, Line, Song
from training.music.instruments import DRUM_KIT, VOICE, instrument
from training.music.voices import sing

SAMPLE_RATE = 24_000
CLIP_SAMPLES = int(CLIP_SECONDS * SAMPLE_RATE)
DEFAULT_FONT = Path("/usr/share/sounds/sf3/FluidR3Mono_GM.sf3")
PART_RMS = 0.1
GATE_SECONDS = 0.16

Audio = NDArray[np.float32]


class Player:
    """A sound font, loaded once; `play` holds no state between calls."""

    def __init__(self, font: Path = DEFAULT_FONT) -> None:
        self._synth = tinysoundfont.Synth(gain=-6, samplerate=SAMPLE_RATE)
        self._font = self._synth.sfload(str(font))

    def play(self, line: Line) -> Audio:
        """The part alone, mono, CLIP_SAMPLES long."""
        drums = line.program == DRUM_KIT
        channel = 9 if drums else 0
        self._synth.sounds_off()
        self._synth.program_select(channel, self._font, 128 if drums else 0, 0 if drums else line.program)
        events = []
        for note in line.notes:
            events.append((note.start, 1, note.key, note.velocity))
            events.append((note.start + note.length, 0, note.key, 0))
        events.sort()
        out = np.zeros(CLIP_SAMPLES, np.float32)
        at = 0
        for seconds, on, key, velocity in [*events, (CLIP_SECONDS, 0, 0, 0)]:
            until = min(int(seconds * SAMPLE_RATE), CLIP_SAMPLES)
            if until > at:
                stereo = np.frombuffer(self._synth.generate(until - at), dtype=np.float32)
                out[at:until] = stereo.reshape(-1, 2).mean(axis=1)
                at = until
            if on:
                self._synth.noteon(channel, key, velocity)
            else:
                self._synth.noteoff(channel, key)
        return out


def level(audio: Audio, decibels: float) -> Audio:
    """`audio` scaled so that its sounding part has PART_RMS at `decibels`."""
    loud = audio[np.abs(audio) > 1e-3 * max(1e-9, float(np.abs(audio).max()))]
    rms = float(np.sqrt(np.mean(loud**2))) if loud.size else 0.0
    if rms < 1e-6:
        return audio
    return (audio * (PART_RMS * 10 ** (decibels / 20) / rms)).astype(np.float32)


def mix(song: Song, player: Player, rng: Generator) -> Audio:
    """The whole band, mono, before any production character."""
    total = np.zeros(CLIP_SAMPLES, np.float32)
    for line in song.lines:
        part = sing(line, rng) if line.program == VOICE else player.play(line)
        if line.role == "drums" and song.style == "synthwave":
            part = _gated(part, line)
        total += level(part, instrument(line.name).level + float(rng.normal(0, 1.2)))
    return total


def _gated(drums: Audio, line: Line) -> Audio:
    """A burst of room on every snare, cut off dead: the gated reverb of the eighties."""
    noise = np.random.default_rng(0).standard_normal(int(GATE_SECONDS * SAMPLE_RATE)).astype(np.float32)
    out = drums.copy()
    peak = float(np.abs(drums).max())
    for note in line.notes:
        if note.key == 38:
            at = int(note.start * SAMPLE_RATE)
            stop = min(at + noise.size, CLIP_SAMPLES)
            out[at:stop] += 0.25 * peak * noise[: stop - at]
    return out
