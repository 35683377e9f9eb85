"""What a detector of pictures is: a concept, a card, named features of a picture, and the few numbers that weigh them.

The features are signal processing, so they hold for pictures of any size from SMALLEST pixels a side. A logistic model
over them gives the score; its weights, calibration and threshold are in `weights.json`, fitted by the recipe
`training/detectors_image/fit.py` on pictures and effects that the evaluation never meets.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from eschew.lab.detectors.image.view import View
from eschew.lab.detectors.weights import weights
from eschew.lab.values import Reading

VERSION = "1"
WEIGHTS = Path(__file__).with_name("weights.json")

Features = Callable[[View], dict[str, float]]


@dataclass(frozen=True)
class Card:
    """What a detector reads, and where it is not to be believed."""

    sees: str
    errs: str


@dataclass(frozen=True)
class PictureDetector:
    """One concept, read from pixels by signal processing."""

    concept: str
    title: str
    card: Card
    features: Features

    @property
    def name(self) -> str:
        """As results quote it."""
        return f"{self.title}-{VERSION}"

    def read(self, view: View) -> Reading:
        """The reading of one picture."""
        mine = weights(WEIGHTS)[self.concept]
        score = mine.score(self.features(view))
        return Reading(
            self.concept, self.name, score, mine.head.probability(score), score > mine.head.threshold
        )
