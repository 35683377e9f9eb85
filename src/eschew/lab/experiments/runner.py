"""Run an experiment: every subject in every arm on the same noise, into a store. What is there already is not made again.

    with threads(backend, engine_identity(facts, backend), workers) as crew:
        results = run(experiment, store, crew, progress)

Seed by seed: all arms of all subjects on one noise, then the next, so that at any moment whole pairs are there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from eschew.errors import InterruptedRunError
from eschew.lab.experiments.arms import plans
from eschew.lab.experiments.assembling import assembled
from eschew.lab.experiments.crew import Crew
from eschew.lab.experiments.experiment import Experiment, Results
from eschew.lab.experiments.filling import Filling, distances_between, fill, start
from eschew.lab.experiments.settling import settled
from eschew.lab.store import keeping
from eschew.lab.store.claims import release_all
from eschew.lab.store.files import sweep
from eschew.lab.store.opening import Store

__all__ = ["Enough", "Progress", "looks_of", "run", "samples_in_all"]

Progress = Callable[[int, int], None]
"""Called with (samples done, samples in all)."""
Enough = Callable[[Results], bool]
"""Whether the answer is in, so that no more pairs are needed."""

LOOKS = 4


def looks_of(experiment: Experiment) -> tuple[int, ...]:
    """Numbers of pairs after which the answer is looked at: each quarter, or only the end."""
    if not experiment.sequential:
        return (experiment.pairs,)
    return tuple(-(-experiment.pairs * quarter // LOOKS) for quarter in range(1, LOOKS + 1))


def samples_in_all(experiment: Experiment, table: keeping.Table) -> int:
    """How many samples the experiment needs; arms that come to the same plan share theirs."""
    return len({plan.digest for row in table for plan in row}) * experiment.pairs


def run(
    experiment: Experiment, store: Store, crew: Crew, progress: Progress, enough: Enough | None = None
) -> Results:
    """The results, all of them kept in the store. InterruptedRunError on Ctrl-C; what the backend raises.

    `enough` is asked at each look of a sequential experiment; without it all pairs are run.
    """
    asked = settled(experiment)
    table = plans(asked)
    kept = keeping.begin(store, asked, table, crew.engine)
    filling = start(store, crew, asked.model)
    total = samples_in_all(asked, table)
    sweep(store.files)
    try:
        results = _looked_at(filling, kept, lambda: progress(len(filling.rows), total), enough)
    except KeyboardInterrupt as stop:
        raise InterruptedRunError(
            f"stopped after {len(filling.rows)} of {total} samples",
            where=str(store.place),
            hint="the same command goes on from here",
        ) from stop
    finally:
        release_all(store, filling.owner)
    keeping.finish(store, kept.digest, results.pairs_run, results.looks, results.seconds)
    return results


def _looked_at(
    filling: Filling, kept: keeping.Kept, told: Callable[[], None], enough: Enough | None
) -> Results:
    """The results at the first look that is enough, or at the last."""
    began, asked, table = time.perf_counter(), kept.experiment, kept.plans
    looks = looks_of(asked)

    def look(number: int) -> Results:
        pairs = looks[number]
        fill(filling, table, asked.seeds[:pairs], told)
        distances = distances_between(filling, asked, table, pairs)
        so_far = replace(
            kept,
            pairs_run=pairs,
            looks=looks[: number + 1] if asked.sequential else (),
            seconds=time.perf_counter() - began,
        )
        return assembled(so_far, filling.rows, distances, str(filling.store.files))

    for number in range(len(looks) - 1):
        results = look(number)
        if enough is not None and enough(results):
            return results
    return look(len(looks) - 1)
