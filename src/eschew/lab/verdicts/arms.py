"""Arms in a line each: what they say, cost and did, and which of them nothing beats."""

from __future__ import annotations

from dataclasses import replace

from eschew.lab.experiments.experiment import Results
from eschew.lab.experiments.rates import present
from eschew.lab.verdicts.pairing import Paired
from eschew.lab.verdicts.values import ArmSummary

__all__ = ["arm_summaries"]


def arm_summaries(found: Paired, results: Results) -> tuple[ArmSummary, ...]:
    """In the experiment's order."""
    arms = [_summary(found, results, number) for number in range(len(results.experiment.arms))]
    able = [arm for arm in arms if arm.removed is not None and not arm.placebo]
    return tuple(
        replace(arm, on_front=arm in able and not any(_beats(other, arm) for other in able)) for arm in arms
    )


def _beats(one: ArmSummary, other: ArmSummary) -> bool:
    def merits(arm: ArmSummary) -> tuple[float, float, float]:
        return (arm.removed or 0.0, -(arm.harm or 0.0), -arm.passes_per_step)

    mine, theirs = merits(one), merits(other)
    return mine != theirs and all(a >= b for a, b in zip(mine, theirs, strict=True))


def _summary(found: Paired, results: Results, number: int) -> ArmSummary:
    experiment = results.experiment
    arm = experiment.arms[number]
    plans = [row[number] for row in results.plans]
    pairs = [
        (subject, before, after)
        for subject in range(len(experiment.subjects))
        for before, after in found.pairs(subject, arm.name)
    ]
    gone = [
        not present(after, concept)
        for subject, before, after in pairs
        for concept in experiment.subjects[subject].targets
        if present(before, concept)
    ]
    lost = [
        not present(after, concept)
        for subject, before, after in pairs
        for concept in experiment.subjects[subject].kept
        if present(before, concept)
    ]
    baseline = arm.name == experiment.baseline
    return ArmSummary(
        name=arm.name,
        against=None if baseline else experiment.reference_of(arm.name),
        placebo=arm.placebo,
        says=tuple(dict.fromkeys(plan.negative_prompt for plan in plans if plan.negative_prompt)),
        adds=arm.added_to_prompt,
        method=", ".join(dict.fromkeys(plan.method for plan in plans)),
        passes_per_step=sum(after.passes for _, _, after in pairs)
        / sum(after.steps for _, _, after in pairs),
        identical=0 if baseline else sum(before.sha256 == after.sha256 for _, before, after in pairs),
        pairs=len(pairs),
        removed=None if baseline or not gone else sum(gone) / len(gone),
        harm=None if baseline or not lost else sum(lost) / len(lost),
        on_front=False,
    )
