"""Blur: the steepest edges of the picture take several pixels to get from one side to the other."""

from __future__ import annotations

import numpy as np

from eschew.lab.detectors.image.detector import Card, PictureDetector
from eschew.lab.detectors.image.view import Floats, View, log

REACHES = (1, 2, 4, 8)


def features(view: View) -> dict[str, float]:
    """How much of a change over 8, 4 and 2 pixels is already there over half of that, among the strongest changes."""
    rises = [_rises(view.luma, reach) for reach in REACHES]
    strong = [float(np.percentile(r, 99.5)) for r in rises]
    usual = [float(r.mean()) for r in rises]
    out = {}
    for near, far in ((0, 1), (1, 2), (2, 3)):
        out[f"steepness {REACHES[far]}"] = log(strong[near] / (strong[far] + 1e-4))
        out[f"mean steepness {REACHES[far]}"] = log(usual[near] / (usual[far] + 1e-4))
    bend = np.abs(2 * view.luma[:, 1:-1] - view.luma[:, 2:] - view.luma[:, :-2])
    out["bend"] = log(float(np.percentile(bend, 99.5)) / (strong[0] + 1e-4))
    return out


def _rises(luma: Floats, reach: int) -> Floats:
    """Absolute changes over `reach` pixels, across and down, in one row."""
    across, down = luma[:, reach:] - luma[:, :-reach], luma[reach:] - luma[:-reach]
    return np.asarray(np.abs(np.concatenate([across.ravel(), down.ravel()])), np.float32)


BLUR = PictureDetector(
    "blurry",
    "blur",
    Card(
        sees="Edges that are soft everywhere: out of focus, smoothed, or enlarged from something smaller.",
        errs="A picture without edges (sky, a gradient) looks blurred to it; a sharp thing before a soft background does not.",
    ),
    features,
)
