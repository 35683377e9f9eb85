"""Outcomes → scores, and trials → a front and a choice. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from eschew.lab.experiments.experiment import Outcome, Results
from eschew.lab.tune.values import Score, Trial

__all__ = ["charged", "chosen", "front", "score"]

NEARLY = 0.03
"""Removal that may be given up for less harm or cost: below what a few dozen pairs can tell."""
WORTH = 0.05
"""One more pass a step is as bad as this much more harm."""


def score(results: Results, arm: str, subject: int = 0) -> Score:
    """How an arm did against its reference, over all pairs of a subject."""
    pairs = results.pairs(subject, arm)
    asked = results.experiment.subjects[subject]
    gone = [_fall(a, b, name) for a, b in pairs for name in asked.targets if _present(a, name)]
    harmed = [_fall(a, b, name) for a, b in pairs for name in asked.kept if _present(a, name)]
    steps = sum(outcome.steps for _, outcome in pairs)
    return Score(
        removed=fmean(gone) if gone else 0.0,
        harm=fmean(harmed) if harmed else 0.0,
        passes=sum(outcome.passes for _, outcome in pairs) / steps,
        pairs=len(pairs),
    )


def _fall(without: Outcome, with_arm: Outcome, concept: str) -> float:
    """The share of a concept's probability that went; 0 where it rose."""
    before, after = _probability(without, concept), _probability(with_arm, concept)
    return max(0.0, before - after) / before if before else 0.0


def _probability(outcome: Outcome, concept: str) -> float:
    return max((r.probability for r in outcome.readings if r.concept == concept), default=0.0)


def _present(outcome: Outcome, concept: str) -> bool:
    return any(r.present for r in outcome.readings if r.concept == concept)


def charged(results: Results, arms: Sequence[str]) -> int:
    """Forward passes that these arms take, whether they were made now or found in the store."""
    return sum(outcome.passes for outcome in results.outcomes if outcome.arm in arms)


def front(trials: Sequence[Trial]) -> tuple[Trial, ...]:
    """The trials that no other beats, cheapest first; of equal ones the first."""
    kept: dict[Score, Trial] = {}
    for trial in trials:
        if not any(other.score.beats(trial.score) for other in trials):
            kept.setdefault(trial.score, trial)
    return tuple(sorted(kept.values(), key=lambda t: (t.score.passes, t.score.harm)))


def chosen(trials: Sequence[Trial], enough: float) -> Trial:
    """Of those that remove nearly `enough` the one with least harm and cost; if none does, the one that removes most."""
    able = [trial for trial in trials if trial.score.removed >= enough - NEARLY]
    if not able:
        return max(trials, key=lambda t: t.score.removed)
    return min(able, key=lambda t: (t.score.harm + WORTH * t.score.passes, t.score.passes))
