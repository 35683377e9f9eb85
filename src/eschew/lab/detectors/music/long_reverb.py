"""Long reverb, heard by the trained listener of production characters."""

from __future__ import annotations

from eschew.lab.detectors.music.detector import Card, trained

LONG_REVERB = trained(
    "long-reverb",
    "characters",
    Card(
        hears="A hall: tails of two seconds and more, at a third of the sound or so.",
        method="A small convolutional network over log-mel frames, trained on this project's own effects.",
        confuses="Pads and strings that swell by themselves; dense mixes hide a hall.",
    ),
)
