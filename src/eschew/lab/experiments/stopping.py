"""When a sequential experiment has seen enough: every question is called, or can no longer be.

The test may be looked at whenever one likes (`statistics.sequential`), and stopping because nothing more can come of it
costs nothing either; Holm's correction holds for any p-values that do. So the error rate stays what was asked for, and
what is called here is called in the verdicts, which correct in the same way.
"""

from __future__ import annotations

from eschew.lab.experiments.experiment import Results
from eschew.lab.experiments.rates import Discordant, discordant
from eschew.lab.statistics import holm, sequential_mcnemar

__all__ = ["enough"]


def enough(results: Results) -> bool:
    """Whether more pairs could change nothing."""
    questions = discordant(results)
    alpha = results.experiment.alpha
    left = results.experiment.pairs / results.pairs_run - 1
    now = holm([sequential_mcnemar(q.gone, q.came) for q in questions])
    # Adjusted p-values only ever fall with the others: no question can come to less than when all have their best.
    at_best = holm([_least(q, round(q.pairs * left)) for q in questions])
    return bool(questions) and all(p < alpha or best >= alpha for p, best in zip(now, at_best, strict=True))


def _least(question: Discordant, left: int) -> float:
    """The p-value if all pairs that are left went the same way."""
    gone, came = question.gone, question.came
    return min(sequential_mcnemar(gone + left, came), sequential_mcnemar(gone, came + left))
