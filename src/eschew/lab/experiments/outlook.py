"""What an experiment would run, said beforehand: plans, samples, what is there already, how long, and what it can show."""

from __future__ import annotations

from dataclasses import dataclass

from eschew.lab.calling import FEWEST_TO_REMOVE
from eschew.lab.experiments.arms import plans, remarks_on
from eschew.lab.experiments.experiment import Experiment
from eschew.lab.experiments.runner import samples_in_all
from eschew.lab.experiments.settling import remarks_on_subjects, settled
from eschew.lab.statistics import mcnemar_power, pairs_needed
from eschew.lab.store.opening import Store
from eschew.lab.store.rows import Key, SampleRow, samples_of
from eschew.plan import Plan

__all__ = ["BaseRate", "Outlook", "Power", "outlook"]

ASSUMED_BASE_RATES = (0.3, 0.6, 0.9)
REMOVED = (0.3, 0.5, 0.8)
WANTED_POWER = 0.8


@dataclass(frozen=True)
class Power:
    """If this share of the baseline has the thing, and this share of that loses it: the chance that the pairs show it.

    `needed` are the pairs, over all subjects that watch it, for a chance of 80 %; None if thousands do not do.
    """

    base_rate: float
    removed: float
    power: float
    needed: int | None


@dataclass(frozen=True)
class BaseRate:
    """How often the baseline has a target, where samples of it are in the store already."""

    concept: str
    present: int
    samples: int

    @property
    def too_low(self) -> bool:
        """Whether nothing could be concluded, if it stays so."""
        return self.present < FEWEST_TO_REMOVE * self.samples


@dataclass(frozen=True)
class Outlook:
    """An experiment before it runs. `seconds` is None while no sample of this engine is there to go by."""

    experiment: Experiment
    plans: tuple[tuple[Plan, ...], ...]
    engine: str
    samples: int
    there: int
    """Of these, in the store already."""
    seconds: float | None
    pairs: int
    """For each question: seeds times the subjects that share a target, the fewest if targets differ."""
    questions: int
    """Targets times arms. `power` holds each to alpha over this number, the most that Holm's correction asks of one."""
    power: tuple[Power, ...]
    base_rates: tuple[BaseRate, ...]
    remarks: tuple[str, ...]


def outlook(experiment: Experiment, store: Store, engine: str, workers: int) -> Outlook:
    """What would run. The errors of `plans`."""
    asked = settled(experiment)
    table = plans(asked)
    by_digest = {plan.digest: plan for row in table for plan in row}
    rows = samples_of(store, engine, by_digest, asked.seeds)
    watching = [
        sum(concept in subject.targets for subject in asked.subjects)
        for concept in dict.fromkeys(c for subject in asked.subjects for c in subject.targets)
    ]
    pairs = asked.pairs * min(watching, default=0)
    questions = len(watching) * (len(asked.arms) - 1)
    return Outlook(
        experiment=asked,
        plans=table,
        engine=engine,
        samples=samples_in_all(asked, table),
        there=len(rows),
        seconds=_seconds(by_digest, rows, asked, workers),
        pairs=pairs,
        questions=questions,
        power=_power(pairs, asked.alpha / questions) if questions else (),
        base_rates=_base_rates(asked, table, rows),
        remarks=(*remarks_on_subjects(asked), *remarks_on(asked, table)),
    )


def _power(pairs: int, level: float) -> tuple[Power, ...]:
    return tuple(
        Power(
            base,
            removed,
            mcnemar_power(pairs, base * removed, 0.0, level),
            pairs_needed(base, removed, alpha=level, power=WANTED_POWER).pairs,
        )
        for base in ASSUMED_BASE_RATES
        for removed in REMOVED
    )


def _base_rates(
    asked: Experiment, table: tuple[tuple[Plan, ...], ...], rows: dict[Key, SampleRow]
) -> tuple[BaseRate, ...]:
    column = [arm.name for arm in asked.arms].index(asked.baseline)
    counts: dict[str, list[bool]] = {}
    for subject, plans_of_subject in zip(asked.subjects, table, strict=True):
        for seed in asked.seeds:
            row = rows.get(Key(plans_of_subject[column].digest, seed))
            if row is None:
                continue
            there = {reading.concept for reading in row.readings if reading.present}
            for concept in subject.targets:
                counts.setdefault(concept, []).append(concept in there)
    return tuple(BaseRate(concept, sum(found), len(found)) for concept, found in counts.items())


def _seconds(
    by_digest: dict[str, Plan], rows: dict[Key, SampleRow], asked: Experiment, workers: int
) -> float | None:
    """What is left, at the pace of what is there: seconds a step, plan by plan where known, else on average."""
    steps = sum(row.steps for row in rows.values())
    if not steps:
        return None
    pace = sum(row.seconds for row in rows.values()) / steps
    total = 0.0
    for digest, plan in by_digest.items():
        mine = [rows[Key(digest, seed)] for seed in asked.seeds if Key(digest, seed) in rows]
        each = sum(r.seconds for r in mine) / len(mine) if mine else pace * plan.num_inference_steps
        total += each * (asked.pairs - len(mine))
    return total / workers
