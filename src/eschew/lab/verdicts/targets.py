"""Verdicts on targets: every target in every arm beside its reference, corrected for there being several."""

from __future__ import annotations

from dataclasses import replace

from eschew.lab.calling import called
from eschew.lab.experiments.rates import present
from eschew.lab.statistics import (
    cohens_h,
    holm,
    matched_odds_ratio,
    mcnemar,
    pooled_rate,
    risk_difference,
    sequential_mcnemar,
    wilson,
)
from eschew.lab.verdicts.pairing import Counts, Paired, counts, detector_of, watching
from eschew.lab.verdicts.values import BesidePlacebo, PromptCount, TargetVerdict

__all__ = ["placebo_of", "target_verdicts"]


def target_verdicts(found: Paired) -> tuple[TargetVerdict, ...]:
    """Arm by arm, in the experiment's order. The family that Holm corrects for is all of them, placebos included."""
    experiment = found.experiment
    concepts = dict.fromkeys(c for subject in experiment.subjects for c in subject.targets)
    raw = [
        _verdict(found, arm.name, concept)
        for arm in experiment.arms
        if arm.name != experiment.baseline
        for concept in concepts
    ]
    adjusted = holm([verdict.p_value for verdict in raw])
    return tuple(_named(v, p, experiment.alpha) for v, p in zip(raw, adjusted, strict=True))


def placebo_of(found: Paired, arm: str) -> str | None:
    """The placebo that is measured against the same reference; None for a placebo itself, or where there is none."""
    experiment = found.experiment
    if experiment.arm(arm).placebo:
        return None
    reference = experiment.reference_of(arm)
    return next(
        (
            other.name
            for other in experiment.arms
            if other.placebo and experiment.reference_of(other.name) == reference
        ),
        None,
    )


def _verdict(found: Paired, arm: str, concept: str) -> TargetVerdict:
    experiment = found.experiment
    subjects = watching(experiment, concept, target=True)
    pairs = [pair for subject in subjects for pair in found.pairs(subject, arm)]
    n = counts(pairs, concept)
    by_prompt = tuple(_prompt(subject, counts(found.pairs(subject, arm), concept)) for subject in subjects)
    had = [prompt for prompt in by_prompt if prompt.had]
    test = sequential_mcnemar if experiment.sequential else mcnemar
    before, after = n.had / n.pairs, n.now / n.pairs
    return TargetVerdict(
        arm=arm,
        against=experiment.reference_of(arm),
        concept=concept,
        detector=detector_of(pairs, concept),
        pairs=n.pairs,
        had=n.had,
        gone=n.gone,
        came=n.came,
        present_without=before,
        present_with=after,
        removed=n.gone / n.had if n.had else None,
        removed_ci95=wilson(n.gone, n.had),
        appeared=n.came / (n.pairs - n.had) if n.had < n.pairs else None,
        appeared_ci95=wilson(n.came, n.pairs - n.had),
        difference=before - after,
        difference_ci95=risk_difference(n.gone, n.came, n.pairs),
        odds_ratio=matched_odds_ratio(n.gone, n.came),
        cohens_h=cohens_h(before, after),
        p_value=test(n.gone, n.came),
        p_adjusted=1.0,
        pooled=pooled_rate([p.gone for p in had], [p.had for p in had]) if len(had) > 1 else None,
        by_prompt=by_prompt,
        beside_placebo=_beside_placebo(found, arm, concept, subjects),
        verdict="no effect shown",
    )


def _named(verdict: TargetVerdict, p_adjusted: float, alpha: float) -> TargetVerdict:
    v = verdict
    return replace(
        v,
        p_adjusted=p_adjusted,
        verdict=called(v.present_without, v.gone, v.came, v.had, p_adjusted, alpha),
    )


def _prompt(subject: int, n: Counts) -> PromptCount:
    removed = n.gone / n.had if n.had else None
    return PromptCount(subject, n.pairs, n.had, n.gone, n.came, removed, wilson(n.gone, n.had))


def _beside_placebo(found: Paired, arm: str, concept: str, subjects: list[int]) -> BesidePlacebo | None:
    placebo = placebo_of(found, arm)
    if placebo is None:
        return None
    gone = [
        (not present(outcome, concept), not present(other, concept))
        for subject in subjects
        for (reference, outcome), other in zip(
            found.pairs(subject, arm), found.by[subject, placebo], strict=True
        )
        if present(reference, concept)
    ]
    if not gone:
        return None
    only_negative = sum(by_arm and not by_placebo for by_arm, by_placebo in gone)
    only_placebo = sum(by_placebo and not by_arm for by_arm, by_placebo in gone)
    return BesidePlacebo(
        placebo=placebo,
        removed_by_placebo=sum(by_placebo for _, by_placebo in gone) / len(gone),
        only_negative=only_negative,
        only_placebo=only_placebo,
        difference=(only_negative - only_placebo) / len(gone),
        difference_ci95=risk_difference(only_negative, only_placebo, len(gone)),
        p_value=mcnemar(only_negative, only_placebo),
    )
