"""Harsh distortion, heard by the trained listener of production characters."""

from __future__ import annotations

from eschew.lab.detectors.music.detector import Card, trained

HARSH_DISTORTION = trained(
    "harsh-distortion",
    "characters",
    Card(
        hears="A mix driven far into clipping, fizz included.",
        method="A small convolutional network over log-mel frames, trained on this project's own effects.",
        confuses="Overdriven guitars, where they are all there is; mild overdrive is left alone.",
    ),
)
