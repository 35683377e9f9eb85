"""Text: a line of thin, even, high strokes, with less of them above and below it."""

from __future__ import annotations

import numpy as np

from eschew.lab.detectors.image.detector import Card, PictureDetector
from eschew.lab.detectors.image.strokes import Strokes, box_means, strokes_of
from eschew.lab.detectors.image.view import Floats, View

HEIGHTS = (0.04, 0.07, 0.12)
"""Of a line, in parts of the shorter side."""
HIGH = 0.22
"""By how much ink must stand out."""
LONG = 4
"""Length of the window, in line heights."""


def features(view: View) -> dict[str, float]:
    """Of the window that is most like a line of text: strokes within, beside those above and below, and their ink."""
    strokes = strokes_of(view)
    best = max(
        (_line(strokes, ink, height) for ink in (strokes.light, strokes.dark) for height in HEIGHTS),
        key=lambda found: found["line"],
    )
    everywhere = (strokes.light > HIGH) | (strokes.dark > HIGH)
    return best | {"everywhere": float(np.sqrt(everywhere.mean()))}


def _line(strokes: Strokes, ink: Floats, height: float) -> dict[str, float]:
    rows = max(4, round(height * min(ink.shape)))
    columns = min(LONG * rows, ink.shape[1])
    mask = (ink > HIGH).astype(np.float32)
    inside = box_means(mask, rows, columns)
    turns = box_means(np.abs(np.diff(mask, axis=1, append=0)).astype(np.float32), rows, columns) * rows
    beside = np.pad(inside, ((rows, rows), (0, 0)), mode="edge")
    around = (beside[: len(inside)] + beside[2 * rows :]) / 2
    amount = np.maximum(inside, 1e-4)
    mean = box_means(mask * strokes.luma, rows, columns) / amount
    spread = np.sqrt(np.maximum(box_means(mask * strokes.luma**2, rows, columns) / amount - mean**2, 0))
    likeness = (np.minimum(inside, 0.35) - around) * np.exp(-4 * spread) * np.minimum(turns, 3)
    at = np.unravel_index(int(likeness.argmax()), likeness.shape)
    return {
        "line": float(likeness[at]),
        "strokes": float(inside[at]),
        "around": float(around[at]),
        "turns": float(turns[at]),
        "uneven ink": float(spread[at]),
    }


TEXT = PictureDetector(
    "text-in-image",
    "text",
    Card(
        sees="A line of letters, level, lighter or darker than what is round it, a twentieth to a seventh of the side high.",
        errs="Fences, branches and windows in a row can pass for letters; slanted, hand-drawn or very small writing is missed.",
    ),
    features,
)
