"""Thin strokes of even ink, light or dark: what letters are made of. Shared by the detectors of text and of watermarks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eschew.lab.detectors.image.view import Floats, View, shrunk

SCALE = 256
"""Pictures are made smaller, by a whole factor, until the shorter side is less than twice this."""
WIDEST = 4
"""Pixels to either side: strokes up to twice as wide stand out."""


@dataclass(frozen=True, eq=False)
class Strokes:
    """`height` (rows, columns) in 0…1: by how much a pixel stands out from ground on both sides of it."""

    luma: Floats
    light: Floats
    dark: Floats


def strokes_of(view: View) -> Strokes:
    """Top-hat and bottom-hat of the lightness."""
    luma = shrunk(view.luma, max(1, view.side // SCALE))
    light = luma - _grown(_grown(luma, -1), 1)
    dark = _grown(_grown(luma, 1), -1) - luma
    return Strokes(luma, light, dark)


def _grown(plane: Floats, sign: int) -> Floats:
    """The largest (+1) or smallest (−1) value within WIDEST pixels."""
    pick = np.maximum if sign > 0 else np.minimum
    out = plane
    for axis in (0, 1):
        padded = np.pad(out, [(WIDEST, WIDEST) if a == axis else (0, 0) for a in (0, 1)], mode="edge")
        views = [
            padded[k : k + plane.shape[0]] if axis == 0 else padded[:, k : k + plane.shape[1]]
            for k in range(2 * WIDEST + 1)
        ]
        out = views[0]
        for each in views[1:]:
            out = pick(out, each)
    return out


def box_means(plane: Floats, rows: int, columns: int) -> NDArray[np.float64]:
    """Means of every window of `rows` × `columns`, by its upper left corner."""
    rows, columns = min(rows, plane.shape[0]), min(columns, plane.shape[1])
    total = np.pad(plane.astype(np.float64).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    window = (
        total[rows:, columns:] - total[:-rows, columns:] - total[rows:, :-columns] + total[:-rows, :-columns]
    )
    return np.asarray(window / (rows * columns), np.float64)
