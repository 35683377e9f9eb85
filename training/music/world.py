"""Draw a clip of the world: which style, which band, which characters; and play it.

Two kinds of recording, as in any corpus scraped from the world:
*records* carry their style's companions and are described by style; *library* clips are stems and one-shots, with
characters put on at random and described by instruments and characters alone. The second kind is what makes
"vinyl crackle" a word of its own, apart from lo-fi.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from training.music.compose import compose
from training.music.effects import CHARACTERS, EFFECTS, EXCLUSIVE
from training.music.render import Player, level, mix
from training.music.styles import STRANGE_COMPANION, STYLES
from training.music.voices import vocoder

RECORD_SHARE = 0.55
LIBRARY_CHARACTER = 0.13
"""Chance of each character in a library clip."""


@dataclass(frozen=True)
class Clip:
    """What is true of one clip; `audio` apart, all that captions and listeners are made from."""

    kind: str
    style: str
    bpm: int
    minor: bool
    players: tuple[str, ...]
    characters: tuple[str, ...]


def draw(rng: Generator, player: Player) -> tuple[Clip, NDArray[np.float32]]:
    """One clip and its audio, mono 24 kHz, peak at −1 dBFS."""
    kind = "record" if rng.random() < RECORD_SHARE else "library"
    style = STYLES[int(rng.integers(len(STYLES)))]
    song = compose(style, rng)
    present = [c for c in CHARACTERS if rng.random() < _chance(kind, c, style.companions)]
    for first, second in EXCLUSIVE:
        if first in present and second in present:
            present.remove(second if rng.random() < 0.5 else first)
    audio = mix(song, player, rng)
    if "vocoder" in present:
        audio = audio + level(vocoder(song, rng), float(rng.uniform(-2.5, 1.5)))
    for name, effect in EFFECTS.items():
        if name in present:
            audio = effect(audio, rng)
    audio = audio * (10 ** (-1 / 20) / (float(np.abs(audio).max()) + 1e-9))
    clip = Clip(kind, style.name, song.bpm, song.minor, song.players, tuple(present))
    return clip, audio.astype(np.float32)


def _chance(kind: str, character: str, companions: dict[str, float]) -> float:
    if kind == "library":
        return LIBRARY_CHARACTER
    return companions.get(character, STRANGE_COMPANION)
