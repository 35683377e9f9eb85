"""Vignette: light falls off towards all four corners alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eschew.lab.detectors.image.detector import Card, PictureDetector
from eschew.lab.detectors.image.view import Floats, View

CELLS = 16


def features(view: View) -> dict[str, float]:
    """Corners beside the middle and beside the sides, in natural logarithms; how well a round fall-off explains it."""
    usual, light = (np.log(_cells(view.luma, q) + 0.03) for q in (50, 90))
    y, x = (np.mgrid[0:CELLS, 0:CELLS] + 0.5) / CELLS * 2 - 1
    round_ = (x**2 + y**2) / 2
    middle = round_ < 0.2
    corners = [(round_ > 0.6) & (np.sign(x) == a) & (np.sign(y) == b) for a in (-1, 1) for b in (-1, 1)]
    sides = (np.maximum(np.abs(x), np.abs(y)) > 0.8) & (np.minimum(np.abs(x), np.abs(y)) < 0.35)
    fall = np.array([light[c].mean() for c in corners]) - light[middle].mean()
    out = {
        "mean fall": float(fall.mean()),
        "least fall": float(fall.max()),
        "uneven": float(fall.max() - fall.min()),
        "beyond the sides": float(np.mean([light[c].mean() for c in corners]) - light[sides].mean()),
        "darkest corner": float(min(usual[c].min() for c in corners)),
    }
    for name, plane in (("usual", usual), ("light", light)):
        slope, share = _explained(plane, round_)
        out |= {f"{name} slope": slope, f"{name} roundness": share}
    return out


def _cells(luma: Floats, percentile: int) -> NDArray[np.float64]:
    """(16, 16): a percentile of the lightness in each cell."""
    height, width = (n // CELLS * CELLS for n in luma.shape)
    cells = luma[:height, :width].reshape(CELLS, height // CELLS, CELLS, width // CELLS)
    return np.asarray(np.percentile(cells, percentile, axis=(1, 3)), np.float64)


def _explained(plane: NDArray[np.float64], round_: NDArray[np.float64]) -> tuple[float, float]:
    """Slope of `plane` over the squared distance from the middle, and the share of its variance that this explains."""
    a, b = plane - plane.mean(), round_ - round_.mean()
    slope = float((a * b).sum() / (b**2).sum())
    return slope, float(np.sign(slope) * (slope * b).var() / (a.var() + 1e-3))


VIGNETTE = PictureDetector(
    "vignette",
    "vignette",
    Card(
        sees="Corners that are much darker than the middle, all four of them.",
        errs="A lit thing on a dark ground falls off in the same way, and it says so; a vignette on a black ground cannot be seen.",
    ),
    features,
)
