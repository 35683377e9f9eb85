"""Detectors: what hears which concept, and its reading of a clip.

Two trained listeners stand behind them (`training/detectors/`): `characters` for production characters, `players` for
instruments and styles. Their error rates, on held-out renders and on clips made with other people's effects, are in
`listeners/evaluation.json` and on the page generated from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from eschew.lab import listen
from eschew.lab.values import Reading

VERSION = "1"


@dataclass(frozen=True)
class Detector:
    """One concept and the listener that hears it."""

    concept: str
    listener: str

    @property
    def name(self) -> str:
        """As results quote it: listener, version, concept."""
        return f"{self.listener}-{VERSION}/{self.concept}"

    def reading(self, logit: float) -> Reading:
        """The reading that this logit amounts to."""
        head = listen.heads(self.listener)[self.concept]
        return Reading(self.concept, self.name, logit, head.probability(logit), logit > head.threshold)


@cache
def detectors() -> tuple[Detector, ...]:
    """Every detector of this installation."""
    return tuple(Detector(concept, name) for name in listen.LISTENERS for concept in listen.heads(name))


def detector_of(concept: str) -> Detector | None:
    """The detector of a concept, or None if nothing here hears it."""
    return next((d for d in detectors() if d.concept == concept), None)


def read_clip(audio: NDArray[np.float32], sample_rate: int) -> tuple[Reading, ...]:
    """Every detector's reading of a clip. `audio` is (samples,) or (samples, channels) in −1..1."""
    logits = listen.logits(audio, sample_rate)
    return tuple(d.reading(logits[d.concept]) for d in detectors())
