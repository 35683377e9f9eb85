"""Vocals present: syllables, formants that move, a pitch that glides; and the listeners' ears."""

from __future__ import annotations

import numpy as np

from eschew.lab.detectors.music.detector import Card, measured
from eschew.lab.detectors.music.sound import Window

CEPSTRA = slice(2, 9)


def features(window: Window) -> dict[str, float]:
    """What voices do and instruments rarely do all at once."""
    mel = window.mel
    middle = mel[:, 22:84]
    basis = np.cos(np.pi * np.outer(np.arange(middle.shape[1]) + 0.5, np.arange(9)) / middle.shape[1])
    shape = middle @ basis[:, CEPSTRA] / middle.shape[1]
    smooth = np.stack([np.convolve(c, np.ones(5) / 5, mode="valid") for c in shape.T], axis=1)
    speed = np.abs(smooth[6:] - smooth[:-6])
    envelope = np.exp(middle).mean(axis=1)
    rhythm = np.abs(np.fft.rfft((envelope - envelope.mean()) * np.hanning(len(envelope))))
    rates = np.fft.rfftfreq(len(envelope), 0.01)
    syllables = rhythm[(rates > 2.5) & (rates < 8)].sum() / (
        rhythm[(rates > 0.3) & (rates < 25)].sum() + 1e-6
    )
    pitch = window.pitch
    sung = pitch.strength > np.percentile(pitch.strength, 40)
    moves = np.abs(np.diff(pitch.cents))[sung[1:] & sung[:-1]]
    gliding = float(np.mean((moves > 8) & (moves < 70))) if moves.size else 0.0
    flat = float(np.mean(moves < 4)) if moves.size else 0.0
    high, low = mel[:, 84:].mean(axis=1), mel[:, 10:60].mean(axis=1)
    hissing = float(np.percentile(high - low, 97) - np.median(high - low))
    players, characters = window.players, window.characters
    return {
        "moving formants": float(np.log(np.percentile(speed, 75, axis=0).mean() + 1e-3)),
        "strongest formant move": float(np.log(np.percentile(speed, 95, axis=0).max() + 1e-3)),
        "syllables": float(syllables),
        "gliding pitch": gliding,
        "flat pitch": flat,
        "pitch strength": float(np.median(pitch.strength)),
        "sibilants": hissing,
        "male voice": players["male-vocal"],
        "vocoded voice": characters["vocoder"],
        "ballad": players["acoustic-ballad"],
    }


VOCALS = measured(
    "vocals",
    "vocals",
    Card(
        hears="A voice that sings or speaks in the foreground; not a choir behind.",
        method="Movement of the spectral envelope, syllabic rhythm, gliding of the leading pitch, sibilants, and the trained "
        "listeners' logits of male voice and vocoder.",
        confuses="Violin, saxophone and lead synthesizers that slide. Voices without words, such as the formant singers of "
        "nano-music, are heard worse than sung words; voices far down in a mix go unheard.",
    ),
    features,
)
