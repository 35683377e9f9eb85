"""Muddy low end, heard by the trained listener of production characters."""

from __future__ import annotations

from eschew.lab.detectors.music.detector import Card, trained

MUDDY_LOW_END = trained(
    "muddy-low-end",
    "characters",
    Card(
        hears="Too much between 120 and 350 Hz under a dull top.",
        method="A small convolutional network over log-mel frames, trained on this project's own effects.",
        confuses="Low strings alone; a mix that is merely dark.",
    ),
)
