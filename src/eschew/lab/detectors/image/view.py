"""A picture, prepared once for every detector: linear bytes as numbers, its lightness, and small things made of both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from eschew.errors import UsageError

Floats = NDArray[np.float32]

SMALLEST = 16
"""Pixels a side below which nothing is read."""


@dataclass(frozen=True, eq=False)
class View:
    """`pixels` uint8 (height, width, 3). What is derived is made once, when first asked for."""

    pixels: NDArray[np.uint8]

    @cached_property
    def rgb(self) -> Floats:
        """(height, width, 3) in 0…1."""
        return np.asarray(self.pixels.astype(np.float32) / 255, np.float32)

    @cached_property
    def luma(self) -> Floats:
        """(height, width) in 0…1, the weights of BT.601."""
        return self.rgb @ np.array([0.299, 0.587, 0.114], np.float32)

    @cached_property
    def chroma(self) -> Floats:
        """(height, width): the strongest channel less the weakest."""
        return np.asarray(self.rgb.max(axis=2) - self.rgb.min(axis=2), np.float32)

    @property
    def side(self) -> int:
        """The shorter side, in pixels."""
        return int(min(self.pixels.shape[:2]))


def view_of(pixels: NDArray[np.uint8]) -> View:
    """A view of these pixels. UsageError if they are no RGB picture, or one too small to say anything of."""
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise UsageError(
            "a picture is bytes of height × width × 3 (RGB)",
            where="pixels",
            why=f"these are {pixels.dtype} {' × '.join(map(str, pixels.shape))}",
        )
    if min(pixels.shape[:2]) < SMALLEST:
        raise UsageError(
            f"this picture is too small: {pixels.shape[1]} × {pixels.shape[0]} pixels",
            where="pixels",
            hint=f"at least {SMALLEST} × {SMALLEST}",
        )
    return View(pixels)


def shrunk(plane: Floats, factor: int) -> Floats:
    """Means of `factor` × `factor` pixels; what does not fill a square at the far edges is left out."""
    if factor == 1:
        return plane
    height, width = (n // factor * factor for n in plane.shape[:2])
    parts = plane[:height, :width].reshape(
        height // factor, factor, width // factor, factor, *plane.shape[2:]
    )
    return np.asarray(parts.mean(axis=(1, 3)), np.float32)


def log(value: float | np.floating) -> float:
    """The natural logarithm, with a floor for what is nothing."""
    return float(np.log(max(float(value), 1e-6)))
