"""Outcomes, laid out pair by pair: the view of `Results` that all conclusions start from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eschew.lab.experiments.experiment import Experiment, Outcome, Results
from eschew.lab.experiments.rates import present

__all__ = ["Counts", "Paired", "counts", "detector_of", "paired", "watching"]

Key = tuple[int, str]


@dataclass(frozen=True)
class Paired:
    """Outcomes by (subject, arm), in the order of seeds: position i is the same noise in every arm."""

    experiment: Experiment
    by: Mapping[Key, tuple[Outcome, ...]]

    def pairs(self, subject: int, arm: str) -> list[tuple[Outcome, Outcome]]:
        """(reference, outcome) of one subject, seed by seed."""
        reference = self.by[subject, self.experiment.reference_of(arm)]
        return list(zip(reference, self.by[subject, arm], strict=True))


@dataclass(frozen=True)
class Counts:
    """What happened to a concept in some pairs."""

    pairs: int
    had: int
    gone: int
    came: int

    @property
    def now(self) -> int:
        """Pairs that have it in the arm."""
        return self.had - self.gone + self.came


def paired(results: Results) -> Paired:
    """The outcomes, grouped once."""
    by: dict[Key, list[Outcome]] = {}
    for outcome in results.outcomes:
        by.setdefault((outcome.subject, outcome.arm), []).append(outcome)
    return Paired(results.experiment, {key: tuple(found) for key, found in by.items()})


def watching(experiment: Experiment, concept: str, *, target: bool) -> list[int]:
    """Indices of the subjects that have the concept among their targets, or among what should stay."""
    return [
        index
        for index, subject in enumerate(experiment.subjects)
        if concept in (subject.targets if target else subject.kept)
    ]


def counts(pairs: Sequence[tuple[Outcome, Outcome]], concept: str) -> Counts:
    """How often the concept is there, went and came."""
    calls = [(present(without, concept), present(with_arm, concept)) for without, with_arm in pairs]
    return Counts(
        pairs=len(calls),
        had=sum(before for before, _ in calls),
        gone=sum(before and not after for before, after in calls),
        came=sum(after and not before for before, after in calls),
    )


def detector_of(pairs: Sequence[tuple[Outcome, Outcome]], concept: str) -> str:
    """Who read the concept in these pairs."""
    return next((r.detector for before, _ in pairs for r in before.readings if r.concept == concept), "")
