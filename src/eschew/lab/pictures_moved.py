"""What else moved in pictures: how far the two of a pair are apart to the viewer, in colour, in structure and in light."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eschew.errors import UsageError
from eschew.lab.detectors.image import viewer
from eschew.lab.measures import Measure

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

BINS = 8
"""Of a channel, in the colour histogram."""
TILES = 4
"""A picture is shown to the viewer in at most so many tiles a side."""
WINDOW = 7
C1, C2 = 0.01**2, 0.03**2


def perceptual(a: Pixels, b: Pixels) -> float:
    """Distance of what the viewer's four stages see, each place's features scaled to length 1, as LPIPS does.

    0 for equal pictures, at most 2. After Zhang et al. 2018, without weights learned from people's judgements.
    """
    first, second = viewer.look(_tiles(a)), viewer.look(_tiles(b))
    apart = [
        float(((_directions(one) - _directions(other)) ** 2).sum(axis=1).mean())
        for one, other in zip(first.stages, second.stages, strict=True)
    ]
    return float(np.mean(apart))


def _directions(features: Floats) -> Floats:
    return np.asarray(features / (np.sqrt((features**2).sum(axis=1, keepdims=True)) + 1e-6), np.float32)


def _tiles(pixels: Pixels) -> Floats:
    """(n, 64, 64, 3) in 0…1: the picture cut into squares, after it was made small enough for TILES of them a side."""
    from PIL import Image

    side = viewer.SIDE
    down, across = (max(1, min(TILES, round(n / side))) for n in pixels.shape[:2])
    if pixels.shape[:2] != (down * side, across * side):
        image = Image.fromarray(pixels).resize((across * side, down * side), Image.Resampling.BOX)
        pixels = np.asarray(image)
    cut = pixels.reshape(down, side, across, side, 3).transpose(0, 2, 1, 3, 4).reshape(-1, side, side, 3)
    return np.asarray(cut, np.float32) / np.float32(255)


def colours(a: Pixels, b: Pixels) -> float:
    """Share of the pixels that would have to change colour to make the two histograms equal (8 × 8 × 8 bins)."""
    first, second = _histogram(a), _histogram(b)
    return float(np.abs(first - second).sum() / 2)


def _histogram(pixels: Pixels) -> NDArray[np.float64]:
    bins = (pixels.reshape(-1, 3) // (256 // BINS)).astype(np.int64)
    counts = np.bincount(bins @ np.array([BINS * BINS, BINS, 1]), minlength=BINS**3)
    return np.asarray(counts / counts.sum(), np.float64)


def structure(a: Pixels, b: Pixels) -> float:
    """Structural similarity of the lightness (Wang et al. 2004), windows of 7 × 7: 1 is equal."""
    x, y = _luma(a), _luma(b)
    mean_x, mean_y = _means(x), _means(y)
    unbiased = WINDOW**2 / (WINDOW**2 - 1)
    var_x = (_means(x * x) - mean_x**2) * unbiased
    var_y = (_means(y * y) - mean_y**2) * unbiased
    both = (_means(x * y) - mean_x * mean_y) * unbiased
    like = (
        (2 * mean_x * mean_y + C1) * (2 * both + C2) / ((mean_x**2 + mean_y**2 + C1) * (var_x + var_y + C2))
    )
    return float(like.mean())


def lightness(a: Pixels, b: Pixels) -> float:
    """Mean lightness with the negative, less that without, in percent of white."""
    return float(100 * (_luma(b).mean() - _luma(a).mean()))


def _luma(pixels: Pixels) -> NDArray[np.float64]:
    return np.asarray(pixels.astype(np.float64) @ np.array([0.299, 0.587, 0.114]) / 255, np.float64)


def _means(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    windows = np.lib.stride_tricks.sliding_window_view(plane, (WINDOW, WINDOW))
    return np.asarray(windows.mean(axis=(2, 3)), np.float64)


MEASURES: tuple[Measure[Pixels], ...] = (
    Measure(
        "look",
        "",
        "distance of what the viewer sees, stage by stage, as LPIPS does; 0 is equal, 2 the most",
        perceptual,
    ),
    Measure(
        "colours",
        "",
        "share of the pixels that would have to change colour to make the histograms equal",
        colours,
    ),
    Measure(
        "structure kept", "SSIM", "structural similarity of the lightness; 1 is the same structure", structure
    ),
    Measure("lightness", "%", "mean lightness with the negative, less that without", lightness),
)


def differences(without: Pixels, with_negative: Pixels) -> tuple[float, ...]:
    """One number per measure for a pair of pictures; UsageError if they differ in size."""
    if without.shape != with_negative.shape:
        raise UsageError("the two pictures of a pair differ in size", where="pixels")
    return tuple(m.of(without, with_negative) for m in MEASURES)
