"""What the lab says: readings of one clip or picture, rates over pairs, and the comparison that holds them all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from eschew.plan import Plan

Interval = tuple[float, float]


@dataclass(frozen=True)
class Reading:
    """What one detector makes of one clip or picture. `score` is its raw output, `probability` calibrated, both higher = more."""

    concept: str
    detector: str
    score: float
    probability: float
    present: bool


@dataclass(frozen=True)
class Target:
    """What the negative was to remove. Rates in 0..1; `removed` is among the pairs that had it, None if none had it.

    `removed_ci95` is a Wilson interval, `appeared` the rate among pairs that did not have it (reverse activation),
    `p_value` an exact two-sided McNemar test.
    """

    concept: str
    detector: str
    present_without: float
    present_with: float
    removed: float | None
    removed_ci95: Interval
    appeared: float | None
    p_value: float
    verdict: str
    """One of: "removed", "reduced", "no effect shown", "nothing to remove", "made worse"."""


@dataclass(frozen=True)
class Kept:
    """What was asked for, or comes with it, and should stay. `kept` is among the pairs that had it."""

    concept: str
    detector: str
    present_without: float
    present_with: float
    kept: float | None
    kept_ci95: Interval
    asked: bool
    """True if the prompt names it; False if it only tends to come along (lo-fi: crackle)."""


@dataclass(frozen=True)
class Moved:
    """One measure of what else changed between the two of a pair: its mean and a bootstrap interval."""

    measure: str
    unit: str
    mean: float
    ci95: Interval
    meaning: str


@dataclass(frozen=True)
class Pair:
    """One seed, twice. Files are relative to the folder of the comparison."""

    seed: int
    file_without: str
    file_with: str
    identical: bool
    readings_without: tuple[Reading, ...]
    readings_with: tuple[Reading, ...]


@dataclass(frozen=True)
class Comparison:
    """A negative, put to the test on paired seeds."""

    model: str
    prompt: str
    negative_prompt: str
    plan_without: Plan
    plan_with: Plan
    pairs: tuple[Pair, ...]
    targets: tuple[Target, ...]
    kept: tuple[Kept, ...]
    moved: tuple[Moved, ...]
    identical_outputs: int
    passes_per_step_without: float
    passes_per_step: float
    seconds: float
    remarks: tuple[str, ...]
    """Sentences a reader must not miss: unknown words, a clause without a detector, equal bytes."""
    modality: Literal["music", "image"] = "music"
    """Whether the pairs are clips or pictures."""
