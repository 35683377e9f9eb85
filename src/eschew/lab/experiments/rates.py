"""In how many pairs a target is in one of the two only: plain counts, before anything is concluded from them."""

from __future__ import annotations

from dataclasses import dataclass

from eschew.lab.experiments.experiment import Outcome, Results

__all__ = ["Discordant", "discordant", "present"]


@dataclass(frozen=True)
class Discordant:
    """Pairs of an arm and its reference in which a target is in one of the two only, over all subjects that watch it."""

    arm: str
    concept: str
    gone: int
    came: int
    had: int
    """Pairs whose reference has it."""
    pairs: int


def present(outcome: Outcome, concept: str) -> bool:
    """Whether a detector says that the concept is there."""
    return any(reading.present for reading in outcome.readings if reading.concept == concept)


def discordant(results: Results) -> tuple[Discordant, ...]:
    """Every question of the experiment: each target in each arm, beside the arm's reference."""
    experiment = results.experiment
    concepts = dict.fromkeys(concept for subject in experiment.subjects for concept in subject.targets)
    out = []
    for arm in experiment.arms:
        for concept in concepts if arm.name != experiment.baseline else ():
            pairs = [
                (present(without, concept), present(with_arm, concept))
                for index, subject in enumerate(experiment.subjects)
                if concept in subject.targets
                for without, with_arm in results.pairs(index, arm.name)
            ]
            out.append(
                Discordant(
                    arm.name,
                    concept,
                    gone=sum(before and not after for before, after in pairs),
                    came=sum(after and not before for before, after in pairs),
                    had=sum(before for before, _ in pairs),
                    pairs=len(pairs),
                )
            )
    return tuple(out)
