"""Vinyl crackle, heard by the trained listener of production characters."""

from __future__ import annotations

from eschew.lab.detectors.music.detector import Card, trained

VINYL_CRACKLE = trained(
    "vinyl-crackle",
    "characters",
    Card(
        hears="Clicks and crackle of a worn record: short, irregular, on top of the music.",
        method="A small convolutional network over log-mel frames, trained on this project's own effects.",
        confuses="Brushed cymbals and rain-like noise; few faint clicks in a dense mix go unheard.",
    ),
)
