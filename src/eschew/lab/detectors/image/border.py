"""Border: a frame of one colour on all four sides that ends in a straight line."""

from __future__ import annotations

import numpy as np

from eschew.lab.detectors.image.detector import Card, PictureDetector
from eschew.lab.detectors.image.view import Floats, View

WIDEST = 0.25
"""Of the side: beyond it is the picture."""
EVEN = 0.045
"""Standard deviation along a row up to which it is of one colour."""


def features(view: View) -> dict[str, float]:
    """Width of the even edge on the side where it is narrowest, and how much of its inner line is a step."""
    turned = (view.rgb, view.rgb[::-1], view.rgb.transpose(1, 0, 2), view.rgb[:, ::-1].transpose(1, 0, 2))
    sides = [_edge(side) for side in turned]
    widths, steps = np.array([w for w, _, _ in sides]), np.array([s for _, s, _ in sides])
    colours = np.stack([c for _, _, c in sides])
    return {
        "narrowest": float(np.sqrt(widths.min())),
        "mean width": float(np.sqrt(widths.mean())),
        "least step": float(steps.min()),
        "mean step": float(steps.mean()),
        "unlike": float(colours.std(axis=0).max()),
        "unequal": float(widths.std()),
    }


def _edge(rgb: Floats) -> tuple[float, float, Floats]:
    """Of the upper edge: its even rows as a share of the height, the share of the line below that is a step, its colour."""
    height = rgb.shape[0]
    limit = max(2, round(height * WIDEST))
    rows = rgb[: limit + 3]
    middle = np.median(rows, axis=1)
    stray = np.abs(rows - middle[:, None]).mean(axis=1).max(axis=1)
    away = np.abs(middle - middle[0]).max(axis=1)
    uneven = np.flatnonzero((stray[:limit] > EVEN) | (away[:limit] > 0.08))
    count = int(uneven[0]) if len(uneven) else 0  # even all the way down is ground, not a frame
    if count == 0:
        return 0.0, 0.0, middle[0]
    inside = np.abs(rows[min(count + 2, len(rows) - 1)] - middle[0]).max(axis=1)
    return count / height, float((inside > 0.06).mean()), middle[0]


BORDER = PictureDetector(
    "frame-border",
    "border",
    Card(
        sees="A plain frame round the picture, straight inside, of one colour, up to a quarter of the side.",
        errs="Ornate or torn frames are not plain; a frame of the ground's own colour has no inner line.",
    ),
    features,
)
