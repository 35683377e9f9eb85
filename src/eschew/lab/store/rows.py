"""Samples in the store, one row each, by plan digest, seed, item and engine; and distances between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import insert, select, update

from eschew.lab.store.opening import Store
from eschew.lab.store.tables import distances, samples
from eschew.lab.values import Reading

__all__ = ["Key", "SampleRow", "add_distance", "add_sample", "distances_of", "replace_sample", "samples_of"]

MOST_AT_ONCE = 400
"""Values in one IN (…): every database takes so many."""


class Key(NamedTuple):
    """What names a sample, together with the engine."""

    digest: str
    seed: int
    item: int = 0


@dataclass(frozen=True)
class SampleRow:
    """A sample as it is kept. `file` is relative to the store's folder of files."""

    key: Key
    engine: str
    file: str
    sha256: str
    passes: int
    steps: int
    seconds: float
    detectors: str
    readings: tuple[Reading, ...]


def add_sample(store: Store, row: SampleRow) -> bool:
    """Keep a sample. When this returns the row is there for good; False if it was there before."""
    return store.add(insert(samples).values(**_named(row), **_told(row)))


def replace_sample(store: Store, row: SampleRow) -> None:
    """Replace what is kept of a sample: its detectors have changed since, or its file was lost."""
    here = [samples.c[name] == value for name, value in _named(row).items()]
    with store.writing() as connection:
        connection.execute(update(samples).where(*here).values(**_told(row)))


def _named(row: SampleRow) -> dict[str, Any]:
    return {**row.key._asdict(), "engine": row.engine}


def _told(row: SampleRow) -> dict[str, Any]:
    return {
        "file": row.file,
        "sha256": row.sha256,
        "passes": row.passes,
        "steps": row.steps,
        "seconds": row.seconds,
        "detectors": row.detectors,
        "readings": msgspec.json.encode(row.readings),
    }


def samples_of(store: Store, engine: str, digests: Iterable[str], seeds: range) -> dict[Key, SampleRow]:
    """All samples of these plans that this engine made with seeds in `seeds`."""
    found: dict[Key, SampleRow] = {}
    if not seeds:
        return found
    with store.reading() as connection:
        for some in _portions(sorted(set(digests))):
            rows = connection.execute(
                select(samples).where(
                    samples.c.engine == engine,
                    samples.c.digest.in_(some),
                    samples.c.seed.between(seeds[0], seeds[-1]),
                )
            )
            for r in rows:
                key = Key(r.digest, r.seed, r.item)
                readings = msgspec.json.decode(r.readings, type=tuple[Reading, ...])
                found[key] = SampleRow(
                    key, r.engine, r.file, r.sha256, r.passes, r.steps, r.seconds, r.detectors, readings
                )
    return found


def add_distance(store: Store, without: str, with_arm: str, measures: str, numbers: Sequence[float]) -> bool:
    """Keep how far two samples are apart, named by their hashes."""
    return store.add(
        insert(distances).values(
            without=without, with_arm=with_arm, measures=measures, numbers=msgspec.json.encode(tuple(numbers))
        )
    )


def distances_of(
    store: Store, measures: str, pairs: Iterable[tuple[str, str]]
) -> Mapping[tuple[str, str], tuple[float, ...]]:
    """The distances that are kept of these pairs of hashes."""
    wanted = set(pairs)
    found: dict[tuple[str, str], tuple[float, ...]] = {}
    with store.reading() as connection:
        for some in _portions(sorted({without for without, _ in wanted})):
            rows = connection.execute(
                select(distances).where(distances.c.measures == measures, distances.c.without.in_(some))
            )
            for r in rows:
                if (r.without, r.with_arm) in wanted:
                    found[r.without, r.with_arm] = msgspec.json.decode(r.numbers, type=tuple[float, ...])
    return found


def _portions(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[at : at + MOST_AT_ONCE] for at in range(0, len(values), MOST_AT_ONCE))
