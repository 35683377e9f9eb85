"""What is behind the things: plain colours, gradients, four patterns, six simple scenes."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Pixels = NDArray[np.float32]
COLOURS: dict[str, tuple[float, float, float]] = {
    "white": (0.97, 0.97, 0.97),
    "black": (0.06, 0.06, 0.07),
    "grey": (0.55, 0.55, 0.56),
    "red": (0.80, 0.16, 0.17),
    "orange": (0.95, 0.58, 0.22),
    "yellow": (0.97, 0.87, 0.35),
    "green": (0.36, 0.68, 0.36),
    "blue": (0.25, 0.47, 0.82),
    "light blue": (0.66, 0.85, 0.95),
    "purple": (0.52, 0.33, 0.70),
    "pink": (0.97, 0.70, 0.79),
    "brown": (0.47, 0.33, 0.23),
    "beige": (0.93, 0.87, 0.75),
}
PATTERNS = ("striped", "checkered", "dotted")
SCENES = ("meadow", "beach", "snow", "night sky", "desert", "sea")
PAPER = ("white", "beige", "grey", "light blue", "pink", "yellow")
"""Where pencil can be seen."""


def paint(kind: str, colour: str, size: int, rng: Generator) -> Pixels:
    """A background (size, size, 3). `kind` is plain, gradient, a pattern or a scene; scenes have colours of their own."""
    y, x = (np.mgrid[0:size, 0:size] + 0.5) / size
    if kind in SCENES:
        return _ready(_scene(kind, y, x, rng))
    base = np.array(COLOURS[colour]) + rng.uniform(-0.04, 0.04, 3)
    field = np.broadcast_to(base, (size, size, 3))
    if kind == "plain":
        return _ready(field)
    if kind == "gradient":
        angle = rng.uniform(0, 2 * np.pi)
        ramp = np.cos(angle) * (x - 0.5) + np.sin(angle) * (y - 0.5)
        return _ready(field + 0.55 * ramp[..., None])
    other = base * 0.72 if base.mean() > 0.45 else base + (1 - base) * 0.3
    period = rng.uniform(0.17, 0.25)
    if kind == "striped":
        angle = rng.choice([0.0, np.pi / 2, np.pi / 4])
        mask = ((np.cos(angle) * x + np.sin(angle) * y) / period) % 1 < 0.5
    elif kind == "checkered":
        mask = (x // period + y // period) % 2 < 1
    else:
        mask = ((x / period) % 1 - 0.5) ** 2 + ((y / period) % 1 - 0.5) ** 2 < 0.07
    return _ready(np.where(mask[..., None], other, field))


def _scene(kind: str, y: Pixels, x: Pixels, rng: Generator) -> NDArray[np.floating]:
    horizon = rng.uniform(0.5, 0.7) + 0.05 * np.sin(2 * np.pi * (x * rng.uniform(0.5, 1.3) + rng.random()))
    day, high = np.array([0.75, 0.89, 0.98]), np.array([0.42, 0.68, 0.93])
    sky = day + (high - day) * (1 - y)[..., None]
    if kind == "night sky":
        sky = np.array([0.05, 0.06, 0.20]) + np.array([0.10, 0.10, 0.22]) * y[..., None]
        stars = np.zeros_like(x)
        rows, columns = rng.integers(0, len(x), (2, 22))
        stars[rows, columns] = rng.uniform(0.5, 1.0, 22)
        return sky + stars[..., None]
    ground = {
        "meadow": (0.42, 0.72, 0.30),
        "beach": (0.95, 0.86, 0.62),
        "snow": (0.96, 0.97, 1.0),
        "desert": (0.87, 0.62, 0.34),
        "sea": (0.13, 0.42, 0.66),
    }[kind]
    land = np.array(ground) * (1.08 - 0.25 * (y - 0.5))[..., None]
    if kind == "snow":
        sky = np.array([0.72, 0.79, 0.88]) + 0.1 * y[..., None]
    if kind == "desert":
        sky = np.array([0.99, 0.86, 0.66]) + np.array([-0.25, -0.1, 0.1]) * (1 - y)[..., None]
    if kind == "sea":
        land = land + 0.05 * np.sin(2 * np.pi * (9 * y + 0.6 * np.sin(5 * x)))[..., None]
        horizon = np.full_like(x, 0.45)
    out = np.where((y > horizon)[..., None], land, sky)
    if kind == "beach":
        out = np.where(((y > horizon - 0.14) & (y <= horizon))[..., None], np.array([0.20, 0.55, 0.75]), out)
    return out


def _ready(picture: NDArray[np.floating]) -> Pixels:
    return picture.clip(0, 1).astype(np.float32)
