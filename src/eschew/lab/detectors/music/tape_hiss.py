"""Tape hiss, heard by the trained listener of production characters."""

from __future__ import annotations

from eschew.lab.detectors.music.detector import Card, trained

TAPE_HISS = trained(
    "tape-hiss",
    "characters",
    Card(
        hears="A steady bed of broadband noise, from about 30 dB under the music up.",
        method="A small convolutional network over log-mel frames, trained on this project's own effects.",
        confuses="Cymbals that never stop, breathy pads, a bit-crushed top.",
    ),
)
