"""JPEG blocks: steps on a grid of eight pixels, and blocks whose cosine coefficients are few and coarsely stepped."""

from __future__ import annotations

from functools import cache

import numpy as np

from eschew.lab.detectors.image.detector import Card, PictureDetector
from eschew.lab.detectors.image.view import Floats, View, log

BLOCK = 8
LARGEST = 1024
"""Pixels a side that are looked at: more say no more."""
STEPS = np.arange(4, 81, dtype=np.float32)
LOW = ((0, 1), (1, 0), (1, 1), (0, 2), (2, 0))
"""The coefficients whose steps are estimated: they are seldom all zero."""


def features(view: View) -> dict[str, float]:
    """The grid's steps beside others, the share of empty coefficients, and the step of the low ones."""
    luma = view.luma[:LARGEST, :LARGEST]
    grid, worst = zip(_grid(luma), _grid(luma.T), strict=True)
    cosines = _cosines(luma)
    high = np.abs(cosines[:, 3:, 3:])
    busy = np.abs(cosines[:, 0, 1]) + np.abs(cosines[:, 1, 0]) > 4
    some = high[busy] if busy.any() else high
    steps = [_step(cosines[:, row, column]) for row, column in LOW]
    return {
        "grid": float(np.mean(grid)),
        "grid over other phases": float(np.mean(worst)),
        "empty": float((some < 1).mean()),
        "step": log(float(np.median(steps))),
        "largest step": log(max(steps)),
    }


def _grid(luma: Floats) -> tuple[float, float]:
    """How much larger changes across the 8-grid are than others: beside the mean phase, and beside the largest other."""
    change = np.abs(luma[:, 1:] - luma[:, :-1]).mean(axis=0)
    around = (change[:-2] + change[2:]) / 2
    excess = change[1:-1] - around
    phases = np.arange(1, len(change) - 1) % BLOCK
    by_phase = np.array([excess[phases == p].mean() if (phases == p).any() else 0.0 for p in range(BLOCK)])
    scale = float(change.mean()) + 1e-4
    at, others = float(by_phase[BLOCK - 1]), np.delete(by_phase, BLOCK - 1)
    return float(np.arctan(4 * at / scale)), float(np.arctan(4 * (at - others.max()) / scale))


@cache
def _basis() -> Floats:
    """The orthonormal cosine transform of eight points (DCT-II)."""
    k, n = np.mgrid[0:BLOCK, 0:BLOCK]
    basis = np.sqrt(2 / BLOCK) * np.cos(np.pi * (2 * n + 1) * k / (2 * BLOCK))
    basis[0] /= np.sqrt(2)
    return np.asarray(basis, np.float32)


def _cosines(luma: Floats) -> Floats:
    """(blocks, 8, 8) coefficients, in steps of one grey level."""
    height, width = (n // BLOCK * BLOCK for n in luma.shape)
    blocks = (
        luma[:height, :width].reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK).transpose(0, 2, 1, 3)
    )
    flat = blocks.reshape(-1, BLOCK, BLOCK) * np.float32(255)
    return np.asarray(_basis() @ flat @ _basis().T, np.float32)


def _step(values: Floats) -> float:
    """The largest step on whose multiples the values lie, 1 if none (Fridrich & Lukáš 2003, by cosines)."""
    told = values[np.abs(values) > 3][:4000]
    if len(told) < 24:
        return 1.0
    fit = np.cos(2 * np.pi * told[:, None] / STEPS[None])
    away = np.abs(told)[:, None] > STEPS[None] / 2
    counts = away.sum(axis=0)
    score = np.where(counts >= 12, (fit * away).sum(axis=0) / np.maximum(counts, 1), -1.0)
    good = np.flatnonzero(score > 0.6)
    return float(STEPS[good[-1]]) if len(good) else 1.0


JPEG = PictureDetector(
    "jpeg-artefacts",
    "jpeg",
    Card(
        sees="Blocks of eight pixels from hard JPEG compression, the grid beginning in the upper left corner.",
        errs="A picture that was scaled, turned or cut after it was compressed hides its grid; blocks that a model "
        "drew, and did not compress, are found only if they lie on the grid.",
    ),
    features,
)
