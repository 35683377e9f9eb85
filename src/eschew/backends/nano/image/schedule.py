"""The noise levels of nano-image, and the step from one to the next: DDIM without chance, over predictions of v.

    x = √ā·x0 + √(1 − ā)·noise        v = √ā·noise − √(1 − ā)·x0

As diffusers' DDIMScheduler has it with the settings of the model's folder: the cosine schedule of Nichol & Dhariwal 2021
(arXiv 2102.09672), turned so that the last level is pure noise, and "trailing" steps, which begin there (Lin et al. 2024,
arXiv 2305.08891); DDIM is Song et al. 2021 (arXiv 2010.02502).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import cos, pi, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

TRAINED = 1000
"""Levels that the model was trained on, 0 to 999."""
LARGEST_BETA = 0.999


@dataclass(frozen=True)
class Level:
    """A point on the way: `alpha` = √ā and `sigma` = √(1 − ā), and the number by which the model knows it."""

    timestep: int
    alpha: float
    sigma: float

    def noised(self, x0: Floats, noise: Floats) -> Floats:
        """Clean latents with the noise of this level."""
        return np.asarray(self.alpha * x0 + self.sigma * noise, np.float32)


CLEAN = Level(-1, 1.0, 0.0)


def levels(steps: int) -> tuple[tuple[Level, Level], ...]:
    """From where to where each of `steps` steps goes, the first from pure noise and the last to no noise at all."""
    times = (np.round(np.arange(TRAINED, 0, -TRAINED / steps)) - 1).astype(int)
    # Where 1000 is no multiple of the steps, the scheduler's step is a little shorter than the way to the next time.
    return tuple((_level(int(t)), _level(int(t) - TRAINED // steps)) for t in times)


def moved(latents: Floats, v: Floats, now: Level, after: Level) -> Floats:
    """One step of DDIM: what v says of data and noise, put together again at the level `after`."""
    x0 = now.alpha * latents - now.sigma * v
    noise = now.alpha * v + now.sigma * latents
    return after.noised(x0, noise)


def _level(timestep: int) -> Level:
    if timestep < 0:
        return CLEAN
    product = float(products()[timestep])
    return Level(timestep, sqrt(product), sqrt(1.0 - product))


@cache
def products() -> NDArray[np.float64]:
    """ā of every trained level: (1000,), falling to exactly 0."""
    bars = [cos((i / TRAINED + 0.008) / 1.008 * pi / 2) ** 2 for i in range(TRAINED + 1)]
    betas = [min(1.0 - bars[i + 1] / bars[i], LARGEST_BETA) for i in range(TRAINED)]
    roots = np.sqrt(np.cumprod(1.0 - np.array(betas)))
    return np.asarray(((roots - roots[-1]) * roots[0] / (roots[0] - roots[-1])) ** 2, np.float64)
