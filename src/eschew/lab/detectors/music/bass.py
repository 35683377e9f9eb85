"""Bass present: a line that holds below 200 Hz, whoever plays it."""

from __future__ import annotations

import numpy as np

from eschew.lab.detectors.music.detector import Card, measured
from eschew.lab.detectors.music.sound import Window, decibels

PLAYERS = ("electric-bass", "upright-bass", "synth-bass")


def features(window: Window) -> dict[str, float]:
    """How much sounds down there, whether it holds between the drums, whether it is a tone; and the listener's basses."""
    low, middle = window.band(40, 150), window.band(200, 2000)
    total = float(window.power.sum()) + 1e-9
    held = decibels(np.percentile(low, 30)) - decibels(np.percentile(low, 95))
    lines = window.power[1:8]
    tonal = decibels(lines.max(axis=0).mean()) - decibels(lines.mean())
    logits = [window.players[name] for name in PLAYERS]
    return {
        "low share": decibels(low.sum() / total),
        "low against middle": decibels(np.median(low)) - decibels(np.median(middle)),
        "held": held,
        "tone": tonal,
        "strongest bass": max(logits),
        "second bass": sorted(logits)[-2],
        "drums": window.players["drums"],
        "cello": window.players["cello"],
    }


BASS = measured(
    "bass",
    "bass",
    Card(
        hears="A bass line: upright, electric or synthesized.",
        method="Energy, steadiness and tone between 40 and 200 Hz, and the trained listener's logits of three basses.",
        confuses="Cellos, the left hand of a piano, tuned kick drums that ring.",
    ),
    features,
)
