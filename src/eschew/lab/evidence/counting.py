"""Results → one number a pair, grouped by prompt: was it there, is it gone, is it kept. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from eschew.catalog.claim_evidence import Tally
from eschew.lab.evidence.values import Groups
from eschew.lab.experiments.experiment import Outcome, Results
from eschew.lab.statistics import bootstrap_mean, wilson

Judge = Callable[[int, Outcome], bool]
"""Whether something is so of an outcome of the subject with that index."""


def present(outcome: Outcome, concepts: Sequence[str]) -> bool:
    """Whether any of the concepts is there."""
    return any(reading.present for reading in outcome.readings if reading.concept in concepts)


def probability(outcome: Outcome, concept: str) -> float:
    """How probably a concept is there, 0 where nothing hears it."""
    return max((r.probability for r in outcome.readings if r.concept == concept), default=0.0)


def rows(results: Results, arms: Sequence[str]) -> Iterator[tuple[int, tuple[Outcome, ...]]]:
    """Subject and the outcomes of one seed in each of the arms."""
    for subject in range(len(results.experiment.subjects)):
        for found in zip(*(results.of(subject, arm) for arm in arms), strict=True):
            yield subject, found


def targets_there(results: Results) -> Judge:
    """Whether any target of the subject is there."""
    return lambda subject, outcome: present(outcome, results.experiment.subjects[subject].targets)


def _grouped(results: Results, numbers: Iterator[tuple[int, float]]) -> Groups:
    groups: list[list[float]] = [[] for _ in results.experiment.subjects]
    for subject, number in numbers:
        groups[subject].append(number)
    return tuple(map(tuple, groups))


def gone(results: Results, arm: str, other: str | None = None, base: str | None = None) -> Groups:
    """Among the pairs that had a target in `base`: 1 where it is gone in `arm`; less 1 where it is gone in `other`.

    `base` is by default the experiment's baseline.
    """
    there, start = targets_there(results), base or results.experiment.baseline
    arms = (start, arm) if other is None else (start, arm, other)

    def numbers() -> Iterator[tuple[int, float]]:
        for subject, (first, *rest) in rows(results, arms):
            if there(subject, first):
                went = [float(not there(subject, outcome)) for outcome in rest]
                yield subject, went[0] - (went[1] if other is not None else 0.0)

    return _grouped(results, numbers())


def came(results: Results, arm: str, other: str | None = None, base: str | None = None) -> Groups:
    """Among the pairs that had no target in `base`: 1 where one is there in `arm`; less 1 where in `other`."""
    there, start = targets_there(results), base or results.experiment.baseline
    arms = (start, arm) if other is None else (start, arm, other)

    def numbers() -> Iterator[tuple[int, float]]:
        for subject, (first, *rest) in rows(results, arms):
            if not there(subject, first):
                here = [float(there(subject, outcome)) for outcome in rest]
                yield subject, here[0] - (here[1] if other is not None else 0.0)

    return _grouped(results, numbers())


def more_present(results: Results, arm: str, other: str) -> Groups:
    """Over all pairs: 1 where a target is there in `arm` and not in `other`, −1 the other way round."""
    there = targets_there(results)
    return _grouped(
        results,
        (
            (subject, float(there(subject, one)) - float(there(subject, two)))
            for subject, (one, two) in rows(results, (arm, other))
        ),
    )


def share_kept(results: Results, arm: str, other: str) -> Groups:
    """Over all pairs: the share of the subject's kept concepts that is there in `arm`, less that in `other`."""
    return _shares(results, arm, other, tuple(subject.kept for subject in results.experiment.subjects))


def share_of_targets(results: Results, arm: str, other: str) -> Groups:
    """Over all pairs: the share of the subject's targets that is there in `arm`, less that in `other`."""
    return _shares(results, arm, other, tuple(subject.targets for subject in results.experiment.subjects))


def _shares(results: Results, arm: str, other: str, wanted: Sequence[Sequence[str]]) -> Groups:
    def share(subject: int, outcome: Outcome) -> float:
        return sum(present(outcome, (concept,)) for concept in wanted[subject]) / len(wanted[subject])

    return _grouped(
        results,
        (
            (subject, share(subject, one) - share(subject, two))
            for subject, (one, two) in rows(results, (arm, other))
            if wanted[subject]
        ),
    )


def lost(results: Results, arm: str, other: str | None = None, base: str | None = None) -> Groups:
    """Among the pairs that had all the kept concepts they have in `base`: the share lost in `arm`, less in `other`."""
    start = base or results.experiment.baseline
    arms = (start, arm) if other is None else (start, arm, other)

    def numbers() -> Iterator[tuple[int, float]]:
        for subject, (first, *rest) in rows(results, arms):
            had = [c for c in results.experiment.subjects[subject].kept if present(first, (c,))]
            if had:
                shares = [sum(not present(o, (c,)) for c in had) / len(had) for o in rest]
                yield subject, shares[0] - (shares[1] if other is not None else 0.0)

    return _grouped(results, numbers())


def moved(results: Results, arm: str, measure: str, other: str | None = None) -> Groups:
    """Over all pairs: how far `arm` is from its reference by a measure of the results, less how far `other` is."""
    index = [info.name for info in results.measures].index(measure)
    arms = (arm,) if other is None else (arm, other)
    return _grouped(
        results,
        (
            (subject, found[0].moved[index] - (found[1].moved[index] if other is not None else 0.0))
            for subject, found in rows(results, arms)
        ),
    )


def identical(results: Results, arm: str, other: str) -> Groups:
    """Over all pairs: 1 where the two samples are equal bit for bit."""
    return _grouped(
        results,
        ((subject, float(one.sha256 == two.sha256)) for subject, (one, two) in rows(results, (arm, other))),
    )


def variety(results: Results, arm: str, other: str) -> Groups:
    """How differently the seeds of a prompt turn out, in `arm` less in `other`: for each seed the mean distance to the
    others, by the probabilities of all detectors (mean absolute difference, 0..1).
    """
    groups = []
    for subject in range(len(results.experiment.subjects)):
        one, two = (_spread(results.of(subject, name)) for name in (arm, other))
        groups.append(tuple(a - b for a, b in zip(one, two, strict=True)))
    return tuple(groups)


def _spread(outcomes: Sequence[Outcome]) -> list[float]:
    if len(outcomes) < 2:
        return []
    apart = [[0.0] * len(outcomes) for _ in outcomes]
    for i, j in combinations(range(len(outcomes)), 2):
        one, two = outcomes[i].readings, outcomes[j].readings
        total = sum(abs(a.probability - b.probability) for a, b in zip(one, two, strict=True))
        apart[i][j] = apart[j][i] = total / max(1, len(one))
    return [sum(row) / (len(outcomes) - 1) for row in apart]


def heard(results: Results, arm: str, other: str, concepts: Sequence[str]) -> Groups:
    """Over all pairs: 1 where any of these concepts is there in `arm` and not in `other`, −1 the other way round."""
    return _grouped(
        results,
        (
            (subject, float(present(one, concepts)) - float(present(two, concepts)))
            for subject, (one, two) in rows(results, (arm, other))
        ),
    )


def rate(name: str, groups: Groups) -> Tally:
    """A share of pairs that are each 0 or 1, with Wilson's interval."""
    values = [value for group in groups for value in group]
    count = round(sum(values))
    return Tally(name, count / len(values) if values else 0.0, wilson(count, len(values)), len(values))


def mean(name: str, groups: Groups, unit: str) -> Tally:
    """A mean over pairs, with a bootstrap interval."""
    values = [value for group in groups for value in group]
    return Tally(name, sum(values) / max(1, len(values)), bootstrap_mean(values), len(values), unit)


def base_rate(name: str, results: Results, arm: str | None = None) -> Tally:
    """How often a target is there, by default in the baseline."""
    there = targets_there(results)
    found = _grouped(
        results,
        (
            (subject, float(there(subject, o)))
            for subject, (o,) in rows(results, (arm or results.experiment.baseline,))
        ),
    )
    return rate(name, found)


def joined(*parts: Groups) -> Groups:
    """The prompts of several experiments as prompts of one."""
    return tuple(group for part in parts for group in part)


def averaged(*parts: Groups) -> Groups:
    """The mean over several arms of one experiment, pair by pair: arms on the same noise are no further pairs."""
    return tuple(
        tuple(sum(values) / len(values) for values in zip(*groups, strict=True))
        for groups in zip(*parts, strict=True)
    )
