"""Numbers of pairs → an effect, how sure it is, and which way a rule falls. Pure.

Two ways to be unsure are kept apart, and the wider one counts: other seeds (the pairs), and other prompts (the groups).
Over pairs, yes-or-no questions take Tango's score (1998) and others Student's t; over prompts it is Student's t with the
spread between groups, by linearisation of the mean of clusters of unequal size (Cochran 1977, section 9A).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

from eschew.catalog.claim_evidence import Answer, Standing
from eschew.lab.evidence.values import Groups, Question
from eschew.lab.statistics import holm, risk_difference
from eschew.lab.statistics.beta import student_cdf, student_quantile
from eschew.lab.statistics.normal import normal_cdf
from eschew.lab.statistics.risk_difference import score_of_difference

LEVEL = 0.025
"""One-sided level of each direction, so that both together err in 5 %."""
FEWEST_PAIRS = 20
"""Pairs that tell something (that had the thing), below which nothing is decided."""


@dataclass(frozen=True)
class Effect:
    """The mean over all pairs, its 95 % interval, and one-sided p-values against a margin."""

    mean: float
    interval: tuple[float, float]
    p_above: float
    """That the true effect is at or below the margin, and this came by chance."""
    p_below: float
    pairs: int
    prompts: int


def effect(groups: Groups, margin: float) -> Effect:
    """The effect over all pairs of all prompts that have any; (0, −1..1) and p = 1 where there are no pairs."""
    told = tuple(group for group in groups if group)
    values = [value for group in told for value in group]
    if not values:
        return Effect(0.0, (-1.0, 1.0), 1.0, 1.0, 0, 0)
    mean = sum(values) / len(values)
    ways = [_over_pairs(values, margin), _over_prompts(told, mean, margin)]
    return Effect(
        mean,
        (min(way[0] for way in ways), max(way[1] for way in ways)),
        max(way[2] for way in ways),
        max(way[3] for way in ways),
        len(values),
        len(told),
    )


Way = tuple[float, float, float, float]
"""Interval, and the p-values that the effect is above and below the margin."""


def _over_pairs(values: list[float], margin: float) -> Way:
    if set(values) <= {-1.0, 0.0, 1.0}:
        up, down = values.count(1.0), values.count(-1.0)
        score = score_of_difference(up, down, len(values), margin)
        return (*risk_difference(up, down, len(values)), normal_cdf(-score), normal_cdf(score))
    mean, n = sum(values) / len(values), len(values)
    error = sqrt(sum((v - mean) ** 2 for v in values) / max(1, n - 1) / n)
    return _student(mean, error, n - 1, margin)


def _over_prompts(groups: Groups, mean: float, margin: float) -> Way:
    """The prompts as a sample of all prompts."""
    k, n = len(groups), sum(map(len, groups))
    if k < 2:
        return (mean, mean, 0.0, 0.0)
    spread = sum(sum(value - mean for value in group) ** 2 for group in groups)
    return _student(mean, sqrt(k / (k - 1) * spread) / n, k - 1, margin)


def _student(mean: float, error: float, degrees: int, margin: float) -> Way:
    if degrees < 1:
        return (-inf, inf, 1.0, 1.0)
    half = student_quantile(1 - LEVEL, degrees) * error
    if error == 0:
        above, below = float(mean <= margin), float(mean >= margin)
    else:
        below = student_cdf((mean - margin) / error, degrees)
        above = 1 - below
    return (mean - half, mean + half, above, below)


def answers(questions: tuple[Question, ...], found: tuple[Groups, ...]) -> tuple[Answer, ...]:
    """An answer to each question, from one group of numbers a prompt."""
    effects = [effect(groups, question.margin) for question, groups in zip(questions, found, strict=True)]
    for_it = [e.p_above if q.says == "above" else e.p_below for q, e in zip(questions, effects, strict=True)]
    against = [e.p_below if q.says == "above" else e.p_above for q, e in zip(questions, effects, strict=True)]
    return tuple(
        Answer(
            id=question.id,
            asks=question.asks,
            measure=question.measure,
            rule=rule(question),
            effect=e.mean,
            interval=e.interval,
            pairs=e.pairs,
            prompts=e.prompts,
            p_holds=holds,
            p_fails=fails,
            standing=_standing(e.pairs, holds, fails),
            decisive=question.decisive,
        )
        for question, e, holds, fails in zip(questions, effects, holm(for_it), holm(against), strict=True)
    )


def rule(question: Question) -> str:
    """The rule of a question in words."""
    other = "below" if question.says == "above" else "above"
    return (
        f"holds if the effect lies {question.says} {question.margin:g}, does not hold if it lies {other}; "
        f"one-sided at {LEVEL:.1%}, Holm over the claim's questions; undecided else, and with under {FEWEST_PAIRS} pairs"
    )


def _standing(pairs: int, holds: float, fails: float) -> Standing:
    if pairs < FEWEST_PAIRS:
        return "undecided"
    if holds <= LEVEL:
        return "holds"
    return "does not hold here" if fails <= LEVEL else "undecided"


def together(found: tuple[Answer, ...]) -> Standing:
    """A claim holds if all that decides it holds, and does not if any of it does not."""
    standings = {answer.standing for answer in found if answer.decisive}
    if "does not hold here" in standings:
        return "does not hold here"
    return "holds" if standings == {"holds"} else "undecided"
