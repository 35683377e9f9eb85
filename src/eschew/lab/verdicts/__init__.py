"""Results → verdicts: what went, how sure that is, what stayed, what else moved. Pure: no file, no model, no clock."""

from __future__ import annotations

from eschew.lab.experiments.experiment import Results
from eschew.lab.verdicts.arms import arm_summaries
from eschew.lab.verdicts.kept import MARGIN, kept_verdicts
from eschew.lab.verdicts.moved import moved_verdicts
from eschew.lab.verdicts.pairing import paired
from eschew.lab.verdicts.targets import target_verdicts
from eschew.lab.verdicts.values import (
    ArmSummary,
    BesidePlacebo,
    KeptVerdict,
    MovedVerdict,
    PromptCount,
    TargetVerdict,
    Verdicts,
)

__all__ = [
    "MARGIN",
    "ArmSummary",
    "BesidePlacebo",
    "KeptVerdict",
    "MovedVerdict",
    "PromptCount",
    "TargetVerdict",
    "Verdicts",
    "verdicts",
]


def verdicts(results: Results) -> Verdicts:
    """Everything that an experiment amounts to. Equal results give equal verdicts."""
    found, experiment = paired(results), results.experiment
    return Verdicts(
        name=experiment.name,
        question=experiment.question,
        model=experiment.model,
        engine=results.engine,
        modality=results.modality,
        baseline=experiment.baseline,
        prompts=tuple(subject.prompt for subject in experiment.subjects),
        pairs_run=results.pairs_run,
        pairs_asked=experiment.pairs,
        first_seed=experiment.first_seed,
        alpha=experiment.alpha,
        looks=results.looks,
        arms=arm_summaries(found, results),
        targets=target_verdicts(found),
        kept=kept_verdicts(found),
        moved=moved_verdicts(found, results.measures),
        remarks=results.remarks,
    )
