"""When a sequential experiment has seen enough: every question is called, or can no longer be.

The test may be looked at whenever one likes (`statistics.sequential`), and stopping because nothing more can come of it
costs nothing either; so the error rate stays what was asked for.
"""

from __future__ import annotations

from eschew.lab.experiment import Results
from eschew.lab.rates import Discordant, discordant
from eschew.lab.statistics import sequential_mcnemar

__all__ = ["enough"]


def enough(results: Results) -> bool:
    """Whether more pairs could change nothing. Each question is held to alpha over the number of questions."""
    questions = discordant(results)
    if not questions:
        return False
    level = results.experiment.alpha / len(questions)
    left = results.experiment.pairs / results.pairs_run - 1
    return all(_called(q, level) or not _reachable(q, round(q.pairs * left), level) for q in questions)


def _called(question: Discordant, level: float) -> bool:
    return sequential_mcnemar(question.gone, question.came) < level


def _reachable(question: Discordant, left: int, level: float) -> bool:
    """Whether it would be called if all pairs that are left went the same way."""
    gone, came = question.gone, question.came
    best = min(sequential_mcnemar(gone + left, came), sequential_mcnemar(gone, came + left))
    return best < level
