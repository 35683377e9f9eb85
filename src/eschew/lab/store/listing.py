"""What a store holds, quickly: SQLite is asked by the standard library, because importing SQLAlchemy takes longer than
reading a thousand experiments.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from typing import Any

from eschew.errors import FileError
from eschew.lab.store.place import Place
from eschew.lab.store.recognising import holds_experiments

__all__ = ["Listed", "listing"]

BUSY_SECONDS = 30
"""How long a store is waited for that another process holds."""


@dataclass(frozen=True)
class Listed:
    """One experiment of a store. Times are seconds since 1970, UTC; `finished` is None while it is not."""

    name: str
    digest: str
    question: str
    model: str
    engine: str
    subjects: int
    arms: int
    pairs: int
    pairs_run: int
    begun: float
    finished: float | None
    seconds: float


def listing(place: Place) -> tuple[Listed, ...]:
    """All experiments, the latest first; none where there is no store yet. FileError for a file that is none."""
    if place.sqlite_file is None:
        return _of_any(place)
    if not holds_experiments(place.sqlite_file):
        return ()
    columns = ", ".join(f.name for f in fields(Listed))
    try:
        # A URI, so that it is opened for reading only and never made.
        uri = f"{place.sqlite_file.as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)) as base:
            rows = base.execute(f"SELECT {columns} FROM experiments ORDER BY begun DESC, digest").fetchall()
    except sqlite3.Error as problem:
        raise FileError("the store cannot be read", where=str(place), why=str(problem)) from problem
    return _listed(rows)


def _of_any(place: Place) -> tuple[Listed, ...]:
    from sqlalchemy import select

    from eschew.lab.store.opening import open_store
    from eschew.lab.store.tables import experiments

    wanted = [experiments.c[f.name] for f in fields(Listed)]
    with open_store(place).reading() as connection:
        rows = connection.execute(select(*wanted).order_by(experiments.c.begun.desc(), experiments.c.digest))
        return _listed([tuple(row) for row in rows])


def _listed(rows: Sequence[Any]) -> tuple[Listed, ...]:
    return tuple(Listed(*row) for row in rows)
