"""The seam between plans and models: what a backend takes, what it gives back, and how noise is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from eschew.plan import Plan

Step = Callable[[int, int], None]
"""Called after every sampling step with (steps done, steps in all). May raise to interrupt."""


@dataclass(frozen=True)
class Knob:
    """One field of the plan, as the backend treated it: honoured, or not and why not."""

    field: str
    honoured: bool
    because: str = ""


@dataclass(frozen=True)
class Receipt:
    """What really ran. `passes` counts forward passes of the denoiser over the whole run."""

    plan_digest: str
    seed: int
    item: int
    passes: int
    steps: int
    seconds: float
    knobs: tuple[Knob, ...]


@dataclass(frozen=True, eq=False)
class Sample:
    """A clip: `audio` float32 (samples,) or (samples, channels) in −1..1 at `sample_rate`, and the receipt of its making."""

    audio: NDArray[np.float32]
    sample_rate: int
    receipt: Receipt


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture: `pixels` uint8 (height, width, 3), sRGB, and the receipt of its making."""

    pixels: NDArray[np.uint8]
    receipt: Receipt


class Backend(Protocol):
    """One family of models. Loading happens at the first `sample`, never at import."""

    def sample(self, plan: Plan, seed: int, item: int = 0, on_step: Step | None = None) -> Sample | Picture:
        """Run the plan once: a clip or a picture, as the model makes. The result is a function of (plan, seed, item) and of nothing else."""
        ...


def noise_seed(seed: int, item: int) -> np.random.Generator:
    """The generator of a sample's noise: depends on (seed, item), not on the batch that the sample rides in."""
    return np.random.Generator(np.random.Philox(key=[seed, item]))
