"""Over bright cymbals, heard by the trained listener of production characters."""

from __future__ import annotations

from eschew.lab.detectors.music.detector import Card, trained

OVER_BRIGHT_CYMBALS = trained(
    "over-bright-cymbals",
    "characters",
    Card(
        hears="A top turned far up: sizzling cymbals, sharp hats.",
        method="A small convolutional network over log-mel frames, trained on this project's own effects.",
        confuses="Shakers and brushes that are all treble; bright mixes without drums.",
    ),
)
