"""Detectors for pictures: one file each, for pictures of any size; and the viewer, for the world of nano-image.

Eight concepts have two readers. A picture of exactly 64 × 64 pixels, which is what nano-image makes, is read by the
viewer, which knows that world; any other by signal processing. Each concept is so read once.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from eschew.errors import UnknownNameError
from eschew.lab.detectors.image import viewer
from eschew.lab.detectors.image.blur import BLUR
from eschew.lab.detectors.image.border import BORDER
from eschew.lab.detectors.image.detector import Card, PictureDetector
from eschew.lab.detectors.image.jpeg import JPEG
from eschew.lab.detectors.image.labels import ARTEFACTS, STYLES, THINGS, VIEWED
from eschew.lab.detectors.image.low_contrast import LOW_CONTRAST
from eschew.lab.detectors.image.noise import NOISE
from eschew.lab.detectors.image.over_saturation import OVER_SATURATION
from eschew.lab.detectors.image.text import TEXT
from eschew.lab.detectors.image.view import view_of
from eschew.lab.detectors.image.vignette import VIGNETTE
from eschew.lab.detectors.image.watermark import WATERMARK
from eschew.lab.values import Reading

__all__ = [
    "CONCEPTS",
    "PICTURE_DETECTORS",
    "WORLD",
    "Card",
    "PictureDetector",
    "detector_name",
    "read_picture",
]

PICTURE_DETECTORS: tuple[PictureDetector, ...] = (
    BLUR,
    BORDER,
    JPEG,
    LOW_CONTRAST,
    NOISE,
    OVER_SATURATION,
    TEXT,
    VIGNETTE,
    WATERMARK,
)
"""Those that read any picture. A test compares this with the folder."""

WORLD = frozenset((*THINGS, *STYLES))
"""Concepts that only the viewer reads, and that mean something only in pictures of nano-image."""

CONCEPTS = tuple(dict.fromkeys((*(d.concept for d in PICTURE_DETECTORS), *VIEWED)))
"""Every concept that can be read from a picture."""


def read_picture(pixels: NDArray[np.uint8], concepts: Collection[str] | None = None) -> tuple[Reading, ...]:
    """What is in a picture: `pixels` uint8 (height, width, 3). One reading a concept.

    Without `concepts`, all that can be read from a picture of this size; things and styles are read from pictures of
    64 × 64 pixels, or when asked for. UnknownNameError for a concept that nothing here sees, UsageError for what is no
    picture.
    """
    view = view_of(pixels)
    tiny = pixels.shape[:2] == (viewer.SIDE, viewer.SIDE)
    if concepts is None:
        concepts = CONCEPTS if tiny else [c for c in CONCEPTS if c not in WORLD]
    for concept in concepts:
        if concept not in CONCEPTS:
            raise UnknownNameError(
                f"nothing here sees {concept!r} in a picture", where="concepts", hint=", ".join(CONCEPTS[:9])
            )
    seen = viewer.read(pixels, tuple(c for c in VIEWED if c in concepts and (tiny or c in WORLD)))
    by_viewer = {reading.concept for reading in seen}
    read = [d.read(view) for d in PICTURE_DETECTORS if d.concept in concepts and d.concept not in by_viewer]
    return (*read, *seen)


def detector_name(concept: str, side: int | None = None) -> str:
    """Who reads a concept from pictures of `side` pixels; "" if nobody does."""
    tiny = side is None or side == viewer.SIDE
    if concept in WORLD or (concept in ARTEFACTS and tiny):
        return viewer.name_of(concept)
    return next((d.name for d in PICTURE_DETECTORS if d.concept == concept), "")
