"""Rows of a store → `Results`. Computes nothing that the store does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from eschew.catalog.model_facts import model
from eschew.errors import UsageError
from eschew.lab.experiments.arms import remarks_on
from eschew.lab.experiments.experiment import Experiment, Outcome, Results
from eschew.lab.experiments.identity import measures_identity
from eschew.lab.experiments.jobs import measures
from eschew.lab.experiments.settling import remarks_on_subjects
from eschew.lab.store.keeping import Kept, Table, find
from eschew.lab.store.opening import Store
from eschew.lab.store.rows import Key, SampleRow, distances_of, samples_of

__all__ = ["assembled", "hash_pairs", "load"]

Rows = Mapping[Key, SampleRow]
Distances = Mapping[tuple[str, str], tuple[float, ...]]


def load(store: Store, name: str) -> Results:
    """The results of a stored experiment, by its name or the first letters of its digest.

    Of one that is not finished, the seeds that are there in every arm. UnknownNameError, or UsageError if there is none.
    """
    kept = find(store, name)
    experiment, table = kept.experiment, kept.plans
    digests = {plan.digest for row in table for plan in row}
    rows = samples_of(store, kept.engine, digests, experiment.seeds)
    whole = kept.pairs_run or _whole_pairs(experiment, digests, rows)
    if not whole:
        raise UsageError(
            f"experiment {experiment.name!r} has no whole pair yet",
            where=str(store.place),
            hint="eschew experiment run goes on with it",
        )
    identity = measures_identity(model(experiment.model).modality)
    pairs = set(hash_pairs(experiment, table, rows, whole))
    results = assembled(
        replace(kept, pairs_run=whole), rows, distances_of(store, identity, pairs), str(store.files)
    )
    if kept.finished is None:
        told = f"It is not finished: {whole} of {experiment.pairs} pairs are there."
        return replace(results, remarks=(told, *results.remarks))
    return results


def _whole_pairs(experiment: Experiment, digests: set[str], rows: Rows) -> int:
    """How many seeds from the first on are there in every plan."""
    for count, seed in enumerate(experiment.seeds):
        if any(Key(digest, seed) not in rows for digest in digests):
            return count
    return experiment.pairs


def assembled(kept: Kept, rows: Rows, distances: Distances, folder: str) -> Results:
    """The results of `kept.pairs_run` pairs. A distance that is not there is left empty."""
    experiment, table = kept.experiment, kept.plans
    modality = model(experiment.model).modality
    seeds = experiment.seeds[: kept.pairs_run]
    outcomes = []
    for subject, arm, digest, reference in _cells(experiment, table):
        for seed in seeds:
            row = rows[Key(digest, seed)]
            moved: tuple[float, ...] = ()
            if arm != experiment.baseline:
                moved = distances.get((rows[Key(reference, seed)].sha256, row.sha256), ())
            outcomes.append(
                Outcome(
                    subject=subject,
                    arm=arm,
                    seed=seed,
                    digest=digest,
                    readings=row.readings,
                    passes=row.passes,
                    steps=row.steps,
                    file=row.file,
                    sha256=row.sha256,
                    moved=moved,
                    seconds=row.seconds,
                )
            )
    return Results(
        experiment=experiment,
        outcomes=tuple(outcomes),
        plans=table,
        measures=measures(modality),
        modality=modality,
        engine=kept.engine,
        folder=folder,
        pairs_run=kept.pairs_run,
        looks=kept.looks,
        seconds=kept.seconds,
        remarks=(*remarks_on_subjects(experiment), *remarks_on(experiment, table)),
    )


def hash_pairs(experiment: Experiment, table: Table, rows: Rows, pairs: int) -> Iterator[tuple[str, str]]:
    """(reference, arm) by the hashes of their samples, for every distance that the results hold."""
    for _, arm, digest, reference in _cells(experiment, table):
        if arm != experiment.baseline:
            for seed in experiment.seeds[:pairs]:
                yield rows[Key(reference, seed)].sha256, rows[Key(digest, seed)].sha256


def _cells(experiment: Experiment, table: Table) -> Iterator[tuple[int, str, str, str]]:
    """Subject, arm, digest of its plan, digest of the plan that it is measured against."""
    index = {arm.name: number for number, arm in enumerate(experiment.arms)}
    for subject, row in enumerate(table):
        for arm, plan in zip(experiment.arms, row, strict=True):
            yield subject, arm.name, plan.digest, row[index[experiment.reference_of(arm.name)]].digest
