"""Results → cells: one concept of one prompt in one arm, and whether the negative was effective there. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eschew.catalog.capabilities import Capabilities
from eschew.catalog.placing import Placement, place_clause
from eschew.lab.experiments.experiment import Outcome, Results
from eschew.lab.forecast.features import features
from eschew.plan import Plan
from eschew.prompt import Clause, clauses

__all__ = ["FEWEST_HAD", "Cell", "cells"]

FEWEST_HAD = 4
"""Clips that must have had the thing before a cell tells anything."""
EFFECTIVE = 0.5


@dataclass(frozen=True)
class Cell:
    """One case that a forecast could have been asked for."""

    concept: str
    prompt: str
    plan: Plan
    numbers: tuple[float, ...]
    had: int
    gone: int

    @property
    def share(self) -> float:
        """The share of the clips that had the thing and lost it."""
        return self.gone / self.had

    @property
    def effective(self) -> bool:
        """Whether at least half of the clips that had the thing lost it."""
        return self.gone >= EFFECTIVE * self.had


def cells(found: Iterable[Results], can: Capabilities) -> tuple[Cell, ...]:
    """Every cell with something to remove, each plan and concept once."""
    seen: dict[tuple[str, str], Cell] = {}
    for results in found:
        for cell in _cells(results, can):
            key = (cell.plan.digest, cell.concept)
            # The same arm may stand in several experiments, with more or fewer seeds.
            if key not in seen or cell.had > seen[key].had:
                seen[key] = cell
    return tuple(seen.values())


def _cells(results: Results, can: Capabilities) -> Iterator[Cell]:
    experiment = results.experiment
    for number, subject in enumerate(experiment.subjects):
        for arm, plan in zip(experiment.arms, results.plans[number], strict=True):
            if plan.method == "none" or plan.source is not None:
                continue
            for concept in subject.targets:
                named = _named(plan, concept, can)
                if named is None:
                    continue
                had, gone = _counted(results, number, arm.name, concept, plan)
                if had >= FEWEST_HAD:
                    numbers = features(plan, *named, can)
                    yield Cell(concept, subject.prompt, plan, numbers, had, gone)


def _named(plan: Plan, concept: str, can: Capabilities) -> tuple[Clause, Placement] | None:
    """The clause of the negative that names the concept; None for a placebo."""
    for clause in clauses(plan.negative_prompt):
        placed = place_clause(clause.text, can.modality)
        if concept in placed.concepts:
            return clause, placed
    return None


def _counted(results: Results, subject: int, arm: str, concept: str, plan: Plan) -> tuple[int, int]:
    """How many had it without the negative at this prompt and guidance, and how many of those lost it."""
    without = _without(results, subject, plan)
    had = [i for i, outcome in enumerate(without) if _there(outcome, concept)]
    after = results.of(subject, arm)
    return len(had), sum(not _there(after[i], concept) for i in had)


def _without(results: Results, subject: int, plan: Plan) -> tuple[Outcome, ...]:
    """The outcomes of the arm that says the same prompt and no negative; () where there is none."""
    for arm, other in zip(results.experiment.arms, results.plans[subject], strict=True):
        if (
            other.method == "none"
            and other.prompt == plan.prompt
            and other.guidance_scale == plan.guidance_scale
        ):
            return results.of(subject, arm.name)
    return ()


def _there(outcome: Outcome, concept: str) -> bool:
    return any(reading.present for reading in outcome.readings if reading.concept == concept)
