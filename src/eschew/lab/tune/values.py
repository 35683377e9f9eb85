"""What a search looks at, what it found, and the proof. Values only."""

from __future__ import annotations

from dataclasses import dataclass

from eschew.lab.experiments.experiment import Arm, Results, Subject
from eschew.plan import Plan

__all__ = ["Candidate", "Goal", "Proof", "Score", "Side", "Trial", "Tuned"]


@dataclass(frozen=True)
class Goal:
    """What is to be removed from what, on which model."""

    subject: Subject
    """With its targets and kept concepts."""
    model: str
    num_inference_steps: int | None = None
    """None is the model's default."""


@dataclass(frozen=True)
class Candidate:
    """One way to run the negative. `negative_scale` is None for methods that have no strength of their own."""

    negative_prompt: str
    method: str
    guidance_scale: float
    negative_scale: float | None
    window: tuple[float, float]
    knobs: tuple[tuple[str, float], ...] = ()
    """The method's other knobs; those left out stand at their defaults."""

    def arm(self, name: str) -> Arm:
        """As an arm of an experiment."""
        return Arm(
            name,
            negative_prompt=self.negative_prompt,
            method=self.method,
            guidance_scale=self.guidance_scale,
            negative_scale=self.negative_scale,
            window=self.window,
            knobs=dict(self.knobs),
        )


@dataclass(frozen=True)
class Score:
    """How a candidate did against the same seeds without a negative, at the model's own guidance.

    `removed` and `harm` are shares of probability (0..1), less coarse than counts: how much of the targets' went where
    they were present, and how much of the kept concepts' went where those were. `passes` are per step, 1 = the prompt alone.
    """

    removed: float
    harm: float
    passes: float
    pairs: int

    def beats(self, other: Score) -> bool:
        """Whether it is as good in all three and better in one (Pareto)."""
        mine, theirs = (self.removed, -self.harm, -self.passes), (other.removed, -other.harm, -other.passes)
        return mine != theirs and all(a >= b for a, b in zip(mine, theirs, strict=True))


@dataclass(frozen=True)
class Trial:
    """A candidate and its score on the search's seeds; `confirmed` on all of them, where it was looked at twice."""

    candidate: Candidate
    score: Score
    confirmed: bool = False


@dataclass(frozen=True)
class Side:
    """One of the two plans of the proof, on fresh seeds. Rates with Wilson's intervals; `removed` None if none had it."""

    name: str
    plan: Plan
    removed: float | None
    removed_ci95: tuple[float, float]
    had: int
    lost: float | None
    """Share lost of the kept concepts that were there."""
    lost_ci95: tuple[float, float]
    kept_had: int
    score: Score


@dataclass(frozen=True)
class Proof:
    """The chosen plan beside the default one, on seeds that the search never saw."""

    pairs: int
    first_seed: int
    default: Side
    chosen: Side
    removed_difference: float
    """Removed by the chosen less removed by the default, over the pairs that had the thing."""
    removed_difference_ci95: tuple[float, float]
    harm_ratio: float | None
    """Harm of the chosen over harm of the default; None where the default does none."""
    passes_ratio: float
    as_good: bool
    """Whether it surely removes less than 0.1 less than the default does; 36 pairs that had the thing can tell."""

    @property
    def default_stays(self) -> bool:
        """Whether the search came back to the plan that it began with."""
        return self.chosen.plan.digest == self.default.plan.digest


@dataclass(frozen=True)
class Tuned:
    """The outcome of a search."""

    goal: Goal
    trials: tuple[Trial, ...]
    front: tuple[Trial, ...]
    """Those that nothing beats, by passes."""
    chosen: Trial
    proof: Proof
    results: Results
    """Of the proof."""
    passes: int
    """Forward passes that the search was charged, whether made now or found in the store."""
    budget: int
    seed: int
