"""Autotune: a voice whose pitch stands on the semitones and jumps between them."""

from __future__ import annotations

import numpy as np

from eschew.lab.detectors.music.detector import Card, measured
from eschew.lab.detectors.music.sound import Window
from eschew.lab.detectors.music.vocals import features as voice


def features(window: Window) -> dict[str, float]:
    """How flat the leading pitch stands, how close to one tuning, how it gets from note to note; and whether one sings."""
    pitch = window.pitch
    strong = pitch.strength > np.percentile(pitch.strength, 40)
    moves = np.abs(np.diff(pitch.cents))[strong[1:] & strong[:-1]]
    moves = moves if moves.size else np.array([0.0])
    angle = np.exp(2j * np.pi * pitch.cents[strong] / 100)
    gliding = float(np.mean((moves > 8) & (moves < 70)))
    jumps = float(np.mean((moves >= 70) & (moves < 500)))
    flat = float(np.mean(moves < 4))
    sung = voice(window)
    voiced = float(np.tanh((sung["male voice"] + 3) / 3))
    return {
        "flat pitch": flat,
        "gliding pitch": gliding,
        "jumps": jumps,
        "jumps to glides": float(np.log((jumps + 0.02) / (gliding + 0.02))),
        "on the semitones": float(abs(angle.mean())),
        "moving formants": sung["moving formants"],
        "flat while formants move": sung["moving formants"] * flat,
        "syllables": sung["syllables"],
        "voice": voiced,
        "vocoded voice": sung["vocoded voice"],
    }


AUTOTUNE = measured(
    "autotune",
    "autotune",
    Card(
        hears="A leading voice corrected hard: every note flat on a semitone, the slides between them gone.",
        method="Share of flat, gliding and jumping steps of the leading pitch, its distance from the semitones, and whether "
        "it moves its formants as voices do.",
        confuses="Keyboards and plucked strings stand on semitones by nature; even of hard "
        "correction most goes unheard under a full band, so that what is heard is worth believing.",
    ),
    features,
)
