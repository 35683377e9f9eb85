"""Detectors: what hears or sees which concept, and its reading of a clip or a picture.

Those of sound are in `music/`, those of pictures in `image/`; one file each, with a card. Their error rates, on material
whose effects other people wrote, are in the evaluation files beside them and on the page that `page` generates.
"""

from __future__ import annotations

from eschew.lab.detectors.music import SOUND_DETECTORS, read_clip
from eschew.lab.detectors.music.detector import VERSION, Detector

__all__ = ["SOUND_DETECTORS", "VERSION", "Detector", "detector_of", "detectors", "read_clip"]


def detectors() -> tuple[Detector, ...]:
    """Every detector of sound."""
    return SOUND_DETECTORS


def detector_of(concept: str) -> Detector | None:
    """The detector of a concept in sound, or None if nothing here hears it."""
    return next((d for d in SOUND_DETECTORS if d.concept == concept), None)
