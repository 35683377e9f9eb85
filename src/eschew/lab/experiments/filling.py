"""Fill a store with the samples that an experiment needs, and with the distances between them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from eschew.catalog.model_facts import model
from eschew.errors import FileError
from eschew.lab.experiments.assembling import hash_pairs
from eschew.lab.experiments.crew import Crew, carry_out
from eschew.lab.experiments.experiment import Experiment
from eschew.lab.experiments.identity import detectors_identity, measures_identity
from eschew.lab.experiments.jobs import ENDINGS, Job, Made, Making, Measuring, Rereading
from eschew.lab.store.claims import RENEW_SECONDS, claim, new_owner, release, renew
from eschew.lab.store.files import keep_file
from eschew.lab.store.keeping import Table
from eschew.lab.store.opening import Store
from eschew.lab.store.rows import (
    Key,
    SampleRow,
    add_distance,
    add_sample,
    distances_of,
    replace_sample,
    samples_of,
)
from eschew.lab.values import Reading
from eschew.plan import Plan

__all__ = ["Filling", "distances_between", "fill", "start"]


@dataclass(frozen=True, eq=False)
class Filling:
    """One run at work on a store: who works, under which name, and the samples that are there so far."""

    store: Store
    crew: Crew
    modality: str
    detectors: str
    measures: str
    owner: str
    rows: dict[Key, SampleRow] = field(default_factory=dict)


def start(store: Store, crew: Crew, model_id: str) -> Filling:
    """Nothing is filled yet."""
    modality = model(model_id).modality
    return Filling(
        store, crew, modality, detectors_identity(modality), measures_identity(modality), new_owner()
    )


def fill(filling: Filling, table: Table, seeds: range, told: Callable[[], None]) -> None:
    """Make what is missing of these plans with these seeds. `told` is called as samples come."""
    store, crew, rows = filling.store, filling.crew, filling.rows
    by_digest = {plan.digest: plan for row in table for plan in row}
    found = samples_of(store, crew.engine, by_digest, seeds)
    for key, row in found.items():
        if (store.files / row.file).is_file():
            rows[key] = row
    told()
    beat = _Heart(store, filling.owner)

    def keep(key: Key, made: Made) -> None:
        rows[key] = _kept(filling, made)
        release(store, crew.engine, key, filling.owner)
        told()

    carry_out(_makings(filling, by_digest, seeds), crew, keep, beat)
    stale = [row for row in rows.values() if row.detectors != filling.detectors]

    def keep_readings(row: SampleRow, readings: tuple[Reading, ...]) -> None:
        new = replace(row, detectors=filling.detectors, readings=readings)
        replace_sample(store, new)
        rows[row.key] = new

    carry_out(_rereadings(filling, stale), crew, keep_readings, beat)


def _makings(
    filling: Filling, by_digest: Mapping[str, Plan], seeds: range
) -> Iterator[tuple[Key, Job[Made]] | None]:
    """What is to be made, seed by seed. None while all that is left is being made by other processes."""
    store, engine, owner, rows = filling.store, filling.crew.engine, filling.owner, filling.rows
    left = [Key(digest, seed) for seed in seeds for digest in by_digest if Key(digest, seed) not in rows]
    while left:
        held: list[Key] = []
        for key in left:
            if not claim(store, engine, key, owner):
                held.append(key)
                continue
            # Whoever had it may have finished it since this run last looked.
            late = samples_of(store, engine, [key.digest], range(key.seed, key.seed + 1)).get(key)
            if late is not None and (store.files / late.file).is_file():
                rows[key] = late
                release(store, engine, key, owner)
            else:
                yield key, Making(by_digest[key.digest], key.seed, key.item)
        left = held
        if left:
            yield None
            found = samples_of(store, engine, {key.digest for key in left}, seeds)
            rows |= {key: found[key] for key in left if key in found}
            left = [key for key in left if key not in rows]


def _rereadings(
    filling: Filling, stale: list[SampleRow]
) -> Iterator[tuple[SampleRow, Job[tuple[Reading, ...]]]]:
    for row in stale:
        yield row, Rereading(_content(filling.store.files / row.file), filling.modality)


def _kept(filling: Filling, made: Made) -> SampleRow:
    """Put a sample away: its file first, then its row."""
    file = keep_file(filling.store.files, made.content, ENDINGS[filling.modality])
    row = SampleRow(
        key=Key(made.digest, made.seed, made.item),
        engine=filling.crew.engine,
        file=file,
        sha256=made.sha256,
        passes=made.passes,
        steps=made.steps,
        seconds=made.seconds,
        detectors=filling.detectors,
        readings=made.readings,
    )
    if not add_sample(filling.store, row):
        replace_sample(filling.store, row)  # the row was there, and its file was lost
    return row


def distances_between(
    filling: Filling, experiment: Experiment, table: Table, pairs: int
) -> Mapping[tuple[str, str], tuple[float, ...]]:
    """How far every sample is from that of its reference arm; measured where the store does not know it."""
    store, rows = filling.store, filling.rows
    wanted = list(dict.fromkeys(hash_pairs(experiment, table, rows, pairs)))
    known = dict(distances_of(store, filling.measures, wanted))
    files = {row.sha256: store.files / row.file for row in rows.values()}

    def jobs() -> Iterator[tuple[tuple[str, str], Job[tuple[float, ...]]]]:
        for without, with_arm in wanted:
            if (without, with_arm) not in known:
                yield (
                    (without, with_arm),
                    Measuring(_content(files[without]), _content(files[with_arm]), filling.modality),
                )

    def keep(pair: tuple[str, str], numbers: tuple[float, ...]) -> None:
        add_distance(store, *pair, filling.measures, numbers)
        known[pair] = numbers

    carry_out(jobs(), filling.crew, keep, _Heart(store, filling.owner))
    return known


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise FileError(
            "a file of the store cannot be read",
            where=str(path),
            why=problem.strerror or str(problem),
            hint="the same command makes it again",
        ) from problem


@dataclass(eq=False)
class _Heart:
    """Renews the claims of a run at work, now and then."""

    store: Store
    owner: str
    beaten: float = field(default_factory=time.monotonic)

    def __call__(self) -> None:
        if time.monotonic() - self.beaten > RENEW_SECONDS:
            renew(self.store, self.owner)
            self.beaten = time.monotonic()
