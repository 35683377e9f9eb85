"""Bit crush, heard by the trained listener of production characters."""

from __future__ import annotations

from eschew.lab.detectors.music.detector import Card, trained

BIT_CRUSH = trained(
    "bit-crush",
    "characters",
    Card(
        hears="Few bits and a held sample rate: grain, aliasing, steps.",
        method="A small convolutional network over log-mel frames, trained on this project's own effects.",
        confuses="Eight-bit music by design; hard clipping of bright sound.",
    ),
)
