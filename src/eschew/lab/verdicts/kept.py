"""Verdicts on what should stay: shown to have stayed, shown to be lost, or undecided. Never "no difference, so kept"."""

from __future__ import annotations

from dataclasses import replace

from eschew.lab.statistics import equivalent_proportions, holm, mcnemar, sequential_mcnemar, wilson
from eschew.lab.verdicts.pairing import Paired, counts, detector_of, watching
from eschew.lab.verdicts.values import KeptVerdict

__all__ = ["MARGIN", "kept_verdicts"]

MARGIN = 0.1
"""A change of the rate by less than this counts as having stayed."""


def kept_verdicts(found: Paired) -> tuple[KeptVerdict, ...]:
    """Everything that should stay, in every arm beside its reference."""
    experiment = found.experiment
    concepts = dict.fromkeys(c for subject in experiment.subjects for c in subject.kept)
    raw = [
        _verdict(found, arm.name, concept)
        for arm in experiment.arms
        if arm.name != experiment.baseline
        for concept in concepts
    ]
    equivalent = holm([verdict.p_equivalent for verdict in raw])
    lost = holm([verdict.p_lost for verdict in raw])
    return tuple(
        _named(replace(v, p_equivalent=e, p_lost=p), experiment.alpha)
        for v, e, p in zip(raw, equivalent, lost, strict=True)
    )


def _verdict(found: Paired, arm: str, concept: str) -> KeptVerdict:
    experiment = found.experiment
    subjects = watching(experiment, concept, target=False)
    pairs = [pair for subject in subjects for pair in found.pairs(subject, arm)]
    n = counts(pairs, concept)
    stays = equivalent_proportions(n.gone, n.came, n.pairs, MARGIN)
    test = sequential_mcnemar if experiment.sequential else mcnemar
    return KeptVerdict(
        arm=arm,
        against=experiment.reference_of(arm),
        concept=concept,
        detector=detector_of(pairs, concept),
        pairs=n.pairs,
        had=n.had,
        lost=n.gone,
        came=n.came,
        present_without=n.had / n.pairs,
        present_with=n.now / n.pairs,
        kept=(n.had - n.gone) / n.had if n.had else None,
        kept_ci95=wilson(n.had - n.gone, n.had),
        change_ci90=stays.interval,
        margin=MARGIN,
        p_equivalent=stays.p_value,
        p_lost=test(n.gone, n.came),
        verdict="undecided",
    )


def _named(v: KeptVerdict, alpha: float) -> KeptVerdict:
    if v.had == 0 and v.came == 0:
        return replace(v, verdict="was not there")
    if v.p_lost < alpha:
        return replace(v, verdict="lost" if v.lost > v.came else "came")
    return replace(v, verdict="stayed" if v.p_equivalent <= alpha else "undecided")
