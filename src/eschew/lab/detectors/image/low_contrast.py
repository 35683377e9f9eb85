"""Low contrast: the lightest and the darkest parts of the picture are close to each other."""

from __future__ import annotations

import numpy as np

from eschew.lab.detectors.image.detector import Card, PictureDetector
from eschew.lab.detectors.image.view import View


def features(view: View) -> dict[str, float]:
    """Ranges of lightness, and how far black and white are out of reach."""
    dark, low, lower, upper, high, light = np.percentile(view.luma, [1, 5, 25, 75, 95, 99])
    return {
        "range": float(light - dark),
        "inner range": float(high - low),
        "middle range": float(upper - lower),
        "spread": float(view.luma.std()),
        "blackest": float(dark),
        "whitest": float(light),
    }


LOW_CONTRAST = PictureDetector(
    "low-contrast",
    "low-contrast",
    Card(
        sees="Greys where black and white should be: a flat, milky picture.",
        errs="Fog, a plain wall and a close-up of one material are low in contrast by nature, and it says so.",
    ),
    features,
)
