"""Vocoder, heard by the trained listener of production characters."""

from __future__ import annotations

from eschew.lab.detectors.music.detector import Card, trained

VOCODER = trained(
    "vocoder",
    "characters",
    Card(
        hears="A voice that is a machine: speech pressed on a chord, robot voices, a dead-flat pitch.",
        method="A small convolutional network over log-mel frames, trained on this project's own effects.",
        confuses="Formant-like synthesizer sweeps; vocoders of few bands are missed.",
    ),
)
