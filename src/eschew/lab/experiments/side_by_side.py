"""A few pairs of a stored experiment as comparisons, to be looked at or listened to. The first seeds: nobody chose them."""

from __future__ import annotations

from collections.abc import Sequence

from eschew.lab.compare import kept, target
from eschew.lab.experiments.experiment import Outcome, Results
from eschew.lab.values import Comparison, Pair
from eschew.lab.verdicts.pairing import paired

__all__ = ["side_by_side"]


def side_by_side(results: Results, arm: str, most: int) -> tuple[Comparison, ...]:
    """One comparison for each prompt, `most` pairs in all, prompts in turn; pairs whose files were not kept are left out.

    What they say is said of these few pairs alone. Files are relative to `results.folder`.
    """
    found = paired(results)
    shown: list[list[tuple[Outcome, Outcome]]] = [[] for _ in results.experiment.subjects]
    left = most
    for place in range(results.pairs_run):
        for subject, chosen in enumerate(shown):
            before, after = found.pairs(subject, arm)[place]
            if left and before.file is not None and after.file is not None:
                chosen.append((before, after))
                left -= 1
    return tuple(_comparison(results, arm, subject, pairs) for subject, pairs in enumerate(shown) if pairs)


def _comparison(
    results: Results, arm: str, subject: int, outcomes: Sequence[tuple[Outcome, Outcome]]
) -> Comparison:
    experiment = results.experiment
    column = {each.name: number for number, each in enumerate(experiment.arms)}
    plans = results.plans[subject]
    without, with_arm = plans[column[experiment.reference_of(arm)]], plans[column[arm]]
    pairs = tuple(_pair(before, after) for before, after in outcomes)
    watched = experiment.subjects[subject]
    return Comparison(
        model=experiment.model,
        prompt=with_arm.prompt,
        negative_prompt=with_arm.negative_prompt,
        plan_without=without,
        plan_with=with_arm,
        pairs=pairs,
        targets=tuple(target(concept, pairs) for concept in watched.targets),
        kept=tuple(kept(concept, pairs, True) for concept in watched.kept),
        moved=(),
        identical_outputs=sum(pair.identical for pair in pairs),
        passes_per_step_without=sum(b.passes for b, _ in outcomes) / sum(b.steps for b, _ in outcomes),
        passes_per_step=sum(a.passes for _, a in outcomes) / sum(a.steps for _, a in outcomes),
        seconds=sum(b.seconds + a.seconds for b, a in outcomes),
        remarks=(),
        modality="image" if results.modality == "image" else "music",
    )


def _pair(before: Outcome, after: Outcome) -> Pair:
    return Pair(
        seed=after.seed,
        file_without=before.file or "",
        file_with=after.file or "",
        identical=before.sha256 == after.sha256,
        readings_without=before.readings,
        readings_with=after.readings,
    )
