"""Watermark: faint detail that comes back at equal distances, and what the viewer says to the picture in pieces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eschew.lab.detectors.image import viewer
from eschew.lab.detectors.image.detector import Card, PictureDetector
from eschew.lab.detectors.image.strokes import SCALE, box_means
from eschew.lab.detectors.image.view import Floats, View, shrunk

FAINT = 0.03
"""Detail is cut off at this height, so that the picture's own edges weigh no more than the stamp's."""
AROUND = 4
"""Pixels to either side whose mean is taken off."""
NEAREST, FARTHEST = 0.09, 0.55
"""Of the sides: what comes back sooner is texture, and later there is too little to compare."""
RING = 0.04
"""Width of the rings within which a return must stand out, of the shorter side."""


def features(view: View) -> dict[str, float]:
    """How far returns stand out from others at their distance; and the viewer's logits for whole, quarters, ninths."""
    plain, oblique = _returns(shrunk(view.luma, max(1, view.side // SCALE)))
    whole, quarters, ninths = (
        float(viewer.look(_pieces(view.pixels, parts)).logits[:, _column()].mean()) for parts in (1, 2, 3)
    )
    return {
        "return": float(plain[0]) ** 0.5,
        "oblique return": float(oblique[0]) ** 0.5,
        "twenty returns": float(oblique[:20].mean()) ** 0.5,
        "peaked": float((oblique**4).mean()) ** 0.25,
        "viewer, whole": whole,
        "viewer, quarters": quarters,
        "viewer, ninths": ninths,
    }


def _returns(luma: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Autocorrelation of faint detail, in standard deviations of its ring, largest first: all, and off the two axes.

    The root of the amplitude whitens the spectrum, as in the phase correlation of Kuglin & Hines (1975).
    """
    rows, columns = luma.shape
    ground = box_means(np.pad(luma, AROUND, mode="edge"), 2 * AROUND + 1, 2 * AROUND + 1)
    detail = np.clip(luma - ground, -FAINT, FAINT)
    window = np.outer(np.hanning(rows), np.hanning(columns))
    size = (2 * rows, 2 * columns)
    amplitude = np.abs(np.fft.rfft2((detail - detail.mean()) * window, size))
    whole = np.fft.fftshift(np.fft.irfft2(np.sqrt(amplitude), size))
    down, across = int(FARTHEST * rows), int(FARTHEST * columns)
    found = whole[rows - down : rows + down + 1, columns - across : columns + across + 1]
    # A stamp seldom comes back at whole pixels: neighbours are taken together.
    found = box_means(np.pad(found, ((0, 1), (0, 1)), mode="edge").astype(np.float32), 2, 2)
    y, x = np.mgrid[-down : down + 1, -across : across + 1]
    side = min(rows, columns)
    distance = np.hypot(y, x)
    ring = (distance / (RING * side)).astype(np.int64)
    count = np.maximum(np.bincount(ring.ravel()), 1)
    mean = np.bincount(ring.ravel(), found.ravel()) / count
    spread = np.sqrt(np.maximum(np.bincount(ring.ravel(), found.ravel() ** 2) / count - mean**2, 1e-16))
    above = np.maximum((found - mean[ring]) / spread[ring], 0)
    far = distance > NEAREST * side
    off_axis = far & (np.abs(y) > 2) & (np.abs(x) > 2)
    return np.sort(above[far])[::-1], np.sort(above[off_axis])[::-1]


def _pieces(pixels: NDArray[np.uint8], parts: int) -> Floats:
    """`parts` × `parts` squares that cover the picture, as the viewer takes them."""
    side = min(pixels.shape[:2]) // parts
    tops, lefts = (np.linspace(0, n - side, parts).astype(int) for n in pixels.shape[:2])
    if parts == 1:
        return viewer.small(pixels)[None]
    return np.stack([viewer.small(pixels[y : y + side, x : x + side]) for y in tops for x in lefts])


def _column() -> int:
    return viewer.heads()["watermark"].index


WATERMARK = PictureDetector(
    "watermark",
    "watermark",
    Card(
        sees="A half-transparent word or mark, repeated over the whole picture, level or slanted.",
        errs="A single faint mark in a corner is missed; tiles, brickwork and windows come back at equal distances too.",
    ),
    features,
)
