"""Experiments in the store: what was asked, by which engine, and how far it came."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

import msgspec
from sqlalchemy import ColumnElement, insert, or_, select, update

from eschew.catalog.facts import unknown_name
from eschew.errors import UsageError
from eschew.lab.experiments.experiment import Experiment
from eschew.lab.store.opening import Store
from eschew.lab.store.tables import experiments
from eschew.plan import Plan, from_json

__all__ = ["DIGEST_TAG", "Kept", "begin", "digest_of", "find", "finish"]

DIGEST_TAG = "e1:"
"""BLAKE2b-128 of the experiment's canonical JSON, its plans' digests and the engine's name."""

Table = tuple[tuple[Plan, ...], ...]
"""Plans by subject and arm."""


@dataclass(frozen=True)
class Kept:
    """An experiment as the store has it. `pairs_run` is 0 until it is finished."""

    digest: str
    experiment: Experiment
    plans: Table
    engine: str
    pairs_run: int
    looks: tuple[int, ...]
    seconds: float
    begun: float
    finished: float | None


def digest_of(experiment: Experiment, table: Table, engine: str) -> str:
    """What names an experiment in a store: all that was asked, what runs for it, and what runs it."""
    digests = ",".join(plan.digest for row in table for plan in row)
    content = msgspec.json.encode(experiment, order="sorted") + f"\0{digests}\0{engine}".encode()
    return DIGEST_TAG + hashlib.blake2b(content, digest_size=16).hexdigest()


def begin(store: Store, experiment: Experiment, table: Table, engine: str) -> Kept:
    """Note that the experiment is under way. One that is there already stays as it is."""
    digest, now = digest_of(experiment, table, engine), time.time()
    store.add(
        insert(experiments).values(
            digest=digest,
            name=experiment.name,
            question=experiment.question,
            model=experiment.model,
            engine=engine,
            subjects=len(experiment.subjects),
            arms=len(experiment.arms),
            pairs=experiment.pairs,
            pairs_run=0,
            begun=now,
            finished=None,
            seconds=0.0,
            looks="[]",
            content=msgspec.json.encode(experiment),
            plans=msgspec.json.encode(table),
        )
    )
    return Kept(digest, experiment, table, engine, 0, (), 0.0, now, None)


def finish(store: Store, digest: str, pairs_run: int, looks: tuple[int, ...], seconds: float) -> None:
    """Note that all pairs are there. The first time counts: what only reads the rows again takes no time."""
    with store.writing() as connection:
        connection.execute(
            update(experiments)
            .where(experiments.c.digest == digest, experiments.c.finished.is_(None))
            .values(
                pairs_run=pairs_run,
                looks=msgspec.json.encode(looks).decode(),
                seconds=seconds,
                finished=time.time(),
            )
        )


def find(store: Store, name: str) -> Kept:
    """The experiment of that name, the latest if several have it, or of that digest, or of its first letters.

    UnknownNameError if there is none, UsageError if the letters fit several.
    """
    with store.reading() as connection:
        found = connection.execute(select(experiments).where(_named(name))).all()
        if not found:
            known = connection.execute(select(experiments.c.name).distinct()).scalars().all()
            error = unknown_name("experiment in this store", name, known, listing="eschew experiments")
            error.where = str(store.place)
            raise error
    by_name = [row for row in found if row.name == name]
    if not by_name and len(found) > 1:
        raise UsageError(
            f"{name!r} begins {len(found)} digests", where=str(store.place), hint="more of its letters"
        )
    row = max(by_name or found, key=lambda r: r.begun)
    return Kept(
        digest=row.digest,
        experiment=msgspec.json.decode(row.content, type=Experiment),
        plans=_tables(row.plans),
        engine=row.engine,
        pairs_run=row.pairs_run,
        looks=msgspec.json.decode(row.looks, type=tuple[int, ...]),
        seconds=row.seconds,
        begun=row.begun,
        finished=row.finished,
    )


def _tables(text: bytes) -> Table:
    rows = msgspec.json.decode(text)
    return tuple(tuple(from_json(msgspec.json.encode(plan)) for plan in row) for row in rows)


def _named(name: str) -> ColumnElement[bool]:
    digest = name if name.startswith(DIGEST_TAG) else DIGEST_TAG + name
    return or_(experiments.c.name == name, experiments.c.digest.startswith(digest, autoescape=True))
