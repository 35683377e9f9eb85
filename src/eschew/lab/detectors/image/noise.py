"""Noise: pixels differ from their neighbours even where the picture is smooth (Immerkær 1996, in blocks)."""

from __future__ import annotations

import numpy as np

from eschew.lab.detectors.image.detector import Card, PictureDetector
from eschew.lab.detectors.image.view import Floats, View, log, shrunk

BLOCK = 8


def features(view: View) -> dict[str, float]:
    """Strength of the finest detail in the calm blocks, of lightness and of colour, at full and at half size."""
    luma = _detail(view.luma)
    calm, middle = np.percentile(luma, [15, 50])
    colour = _detail(view.rgb[..., 0] - view.rgb[..., 1])
    half = _detail(shrunk(view.luma, 2))
    return {
        "calm": log(calm + 1e-4),
        "middle": log(middle + 1e-4),
        "evenness": log((calm + 1e-4) / (middle + 1e-4)),
        "colour": log(float(np.percentile(colour, 15)) + 1e-4),
        "coarse": log(float(np.percentile(half, 15)) + 1e-4),
    }


def _detail(plane: Floats) -> Floats:
    """Standard deviation of white noise that would explain each block's response to Immerkær's mask."""
    rows = plane[2:] - 2 * plane[1:-1] + plane[:-2]
    response = np.abs(rows[:, 2:] - 2 * rows[:, 1:-1] + rows[:, :-2]) * np.float32(np.sqrt(np.pi / 2) / 6)
    block = min(BLOCK, *response.shape)
    means, light = shrunk(response, block).ravel(), shrunk(plane[1:-1, 1:-1], block).ravel()
    # Clipped blocks hide their noise: black and white skies are left out where there is anything else.
    open_ = (light > light.min() + 0.02) & (light < 0.97)
    return means[open_] if open_.sum() >= 16 else means


NOISE = PictureDetector(
    "image-noise",
    "noise",
    Card(
        sees="Grain, grey or coloured, of one or two pixels, over the whole picture.",
        errs="Fine even texture (gravel, grass that fills the picture) is noise to it; noise that was smoothed again is not.",
    ),
    features,
)
