"""The proof: the chosen plan and the default one on seeds that the search never saw, counted."""

from __future__ import annotations

from collections.abc import Sequence

from eschew.lab.experiments.experiment import Outcome, Results
from eschew.lab.statistics import risk_difference, wilson
from eschew.lab.tune.judging import score
from eschew.lab.tune.searching import Run, experiment
from eschew.lab.tune.values import Candidate, Goal, Proof, Side

__all__ = ["PROOF_SEED", "proven"]

PROOF_SEED = 100_000
"""The first of the fresh seeds; the search begins at 0."""
MARGIN = 0.1
"""Removing less than this much less than the default counts as the same."""
DEFAULT, CHOSEN = "default", "chosen"


def proven(goal: Goal, default: Candidate, best: Candidate, pairs: int, run: Run) -> tuple[Proof, Results]:
    """Both plans on `pairs` fresh seeds."""
    arms = (default.arm(DEFAULT), best.arm(CHOSEN))
    results = run(experiment(goal, arms, pairs, PROOF_SEED, "tune proof"))
    one, other = _side(results, DEFAULT), _side(results, CHOSEN)
    difference, interval = _difference(results)
    return (
        Proof(
            pairs=pairs,
            first_seed=PROOF_SEED,
            default=one,
            chosen=other,
            removed_difference=difference,
            removed_difference_ci95=interval,
            harm_ratio=other.score.harm / one.score.harm if one.score.harm else None,
            passes_ratio=other.score.passes / one.score.passes,
            as_good=interval[0] > -MARGIN,
        ),
        results,
    )


def _side(results: Results, arm: str) -> Side:
    asked = results.experiment.subjects[0]
    pairs = results.pairs(0, arm)
    had = [(a, b) for a, b in pairs if _any(a, asked.targets)]
    gone = sum(not _any(b, asked.targets) for _, b in had)
    kept = [(a, b, name) for a, b in pairs for name in asked.kept if _any(a, (name,))]
    lost = sum(not _any(b, (name,)) for _, b, name in kept)
    index = [a.name for a in results.experiment.arms].index(arm)
    return Side(
        name=arm,
        plan=results.plans[0][index],
        removed=gone / len(had) if had else None,
        removed_ci95=wilson(gone, len(had)),
        had=len(had),
        lost=lost / len(kept) if kept else None,
        lost_ci95=wilson(lost, len(kept)),
        kept_had=len(kept),
        score=score(results, arm),
    )


def _difference(results: Results) -> tuple[float, tuple[float, float]]:
    """Removed by the chosen less removed by the default, and its interval, over the pairs that had the thing."""
    targets = results.experiment.subjects[0].targets
    base, one, other = (results.of(0, arm) for arm in (results.experiment.baseline, DEFAULT, CHOSEN))
    had = [i for i, outcome in enumerate(base) if _any(outcome, targets)]
    more = sum(not _any(other[i], targets) and _any(one[i], targets) for i in had)
    less = sum(_any(other[i], targets) and not _any(one[i], targets) for i in had)
    return ((more - less) / len(had) if had else 0.0), risk_difference(more, less, len(had))


def _any(outcome: Outcome, concepts: Sequence[str]) -> bool:
    return any(reading.present for reading in outcome.readings if reading.concept in concepts)
