"""Open a store: the database with its tables, and the folder of files beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, OperationalError, SQLAlchemyError

from eschew.backends.clips import check_folder
from eschew.errors import FileError, MissingExtraError, UsageError
from eschew.lab.store.place import Place
from eschew.lab.store.recognising import holds_experiments
from eschew.lab.store.tables import VERSION, about, metadata

__all__ = ["Store", "open_store"]

BUSY_SECONDS = 60
"""How long a writer waits for another; a row is written in under a millisecond."""


@dataclass(frozen=True, eq=False)
class Store:
    """An open store. Several processes may hold the same one."""

    place: Place
    engine: Engine

    @property
    def files(self) -> Path:
        """The folder in which `file` of every row is found."""
        return self.place.files

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the store. FileError where the database fails."""
        with _in_words(self.place), self.engine.connect() as connection:
            yield connection.execution_options(eschew_reads=True)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it or nothing. FileError where the database fails."""
        with _in_words(self.place), self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close its connections; it opens them again when it is used."""
        self.engine.dispose()

    def add(self, statement: Any) -> bool:
        """Run one insert in a transaction of its own; False if the row was there already."""
        try:
            with self.writing() as connection:
                connection.execute(statement)
        except IntegrityError:
            return False
        return True


def open_store(place: Place) -> Store:
    """The store at `place`, made if it is not there. FileError, UsageError, or MissingExtraError for a driver."""
    if place.sqlite_file is not None:
        check_folder(place.sqlite_file.parent)
        holds_experiments(place.sqlite_file)  # nobody else's database is written to, nor waited for
    check_folder(place.files)
    store = Store(place, _engine(place))
    _lay_out(store)
    return store


def _engine(place: Place) -> Engine:
    try:
        engine = create_engine(place.url)
    except NoSuchModuleError as problem:
        raise UsageError(
            "no such kind of database", where=f"--store {place}", why=str(problem), hint="sqlite:///FILE"
        ) from problem
    except ArgumentError as problem:
        raise UsageError(
            "this is no database URL", where=f"--store {place}", hint="sqlite:///FILE"
        ) from problem
    except ImportError as problem:
        raise MissingExtraError(str(problem.name or "the database's driver"), "lab") from problem
    if place.sqlite_file is not None:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver would begin transactions on its own, and too late: SQLAlchemy's own BEGIN does it.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    # Readers do not wait for the writer, and a process that dies in the middle leaves nothing half-done.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin_sqlite(connection: Connection) -> None:
    # A writer that begins as a reader cannot wait for another writer: it would be refused at once.
    reads = connection.get_execution_options().get("eschew_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _lay_out(store: Store) -> None:
    """Make the tables where there are none; UsageError where they are of another version."""
    with store.writing() as connection:
        # Inside one transaction: of two processes that open a new store, one waits for the other.
        if not inspect(connection).has_table(about.name):
            metadata.create_all(connection)
            connection.execute(insert(about).values(name="version", value=str(VERSION)))
    with store.reading() as connection:
        found = connection.execute(select(about.c.value).where(about.c.name == "version")).scalar()
    if found != str(VERSION):
        raise UsageError(
            f"this store has layout {found}, and this eschew knows {VERSION}",
            where=str(store.place),
            why="it was made by a newer eschew",
            hint="pip install --upgrade eschew, or another --store",
        )


@contextmanager
def _in_words(place: Place) -> Iterator[None]:
    """Database errors as sentences; IntegrityError is for the caller, who knows what it means."""
    try:
        yield
    except IntegrityError:
        raise
    except OperationalError as problem:
        raise FileError("the store cannot be used", where=str(place), why=str(problem.orig)) from problem
    except SQLAlchemyError as problem:
        raise FileError("the store failed", where=str(place), why=str(problem).split("\n")[0]) from problem
