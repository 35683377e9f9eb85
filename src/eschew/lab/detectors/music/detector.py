"""What a detector of sound is: a concept, a card, and a score for one window, with the head that weighs the score.

Two kinds. *Trained* ones take the logit of one of the two listeners (`training/detectors/train.py`). *Measured* ones weigh
a few named features of the signal, the listeners' logits among them, by the numbers in `weights.json`, which
`training/detectors/fit.py` wrote from material that the evaluation never meets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eschew.lab import listen
from eschew.lab.detectors.music.sound import Window
from eschew.lab.detectors.weights import weights
from eschew.lab.listen import Head
from eschew.lab.values import Reading

VERSION = "1"
WEIGHTS = Path(__file__).with_name("weights.json")
SHARE = 0.75
"""Of a longer clip the score is this quantile over its windows: what is there in a quarter of it is there."""

Features = Callable[[Window], dict[str, float]]


@dataclass(frozen=True)
class Card:
    """What a detector hears, how, and what it takes for it."""

    hears: str
    method: str
    confuses: str


@dataclass(frozen=True)
class Detector:
    """One concept, heard in sound. `features` are those that a measured detector weighs, None for a trained one."""

    concept: str
    name: str
    card: Card
    score: Callable[[Window], float]
    head: Callable[[], Head]
    features: Features | None = None

    def read(self, windows: Sequence[Window]) -> Reading:
        """The reading of a clip."""
        score = float(np.quantile([self.score(w) for w in windows], SHARE))
        head = self.head()
        return Reading(self.concept, self.name, score, head.probability(score), score > head.threshold)


def trained(concept: str, listener: str, card: Card) -> Detector:
    """A detector whose score is a listener's logit."""

    def score(window: Window) -> float:
        return (window.characters if listener == "characters" else window.players)[concept]

    return Detector(
        concept, f"{listener}-{VERSION}/{concept}", card, score, lambda: listen.heads(listener)[concept]
    )


def measured(concept: str, title: str, card: Card, features: Features) -> Detector:
    """A detector whose score is a weighted sum of named features."""
    return Detector(
        concept,
        f"{title}-{VERSION}",
        card,
        lambda window: weights(WEIGHTS)[concept].score(features(window)),
        lambda: weights(WEIGHTS)[concept].head,
        features,
    )
