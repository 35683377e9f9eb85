"""The few numbers behind a detector that measures: weights of its named features, calibration, threshold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from eschew.lab.listen import Head

FURTHEST = 4.0
"""A feature counts for at most this many spreads: one wild number does not decide."""


@dataclass(frozen=True)
class Weights:
    """The centre, spread and weight of each feature, and the calibration of their sum."""

    features: dict[str, tuple[float, float, float]]
    head: Head

    def score(self, found: dict[str, float]) -> float:
        """The weighted sum of the features, each centred, scaled, and held within FURTHEST spreads."""
        return sum(
            weight * max(-FURTHEST, min(FURTHEST, (found[name] - centre) / spread))
            for name, (centre, spread, weight) in self.features.items()
        )


@cache
def weights(path: Path) -> dict[str, Weights]:
    """Concept → its numbers, from a file that a recipe wrote."""
    return msgspec.json.decode(path.read_bytes(), type=dict[str, Weights])
