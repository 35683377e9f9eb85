"""A store is told from other people's databases, soon, and is waited for when somebody is at work on it."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from eschew.errors import FileError
from eschew.lab.store import listing, open_store, place_of
from eschew.lab.store.recognising import OURS, holds_experiments
from eschew.lab.store.tables import metadata

AT_WORK = 1.5
"""Seconds; longer than the glance that a stranger's database gets."""
SOON = 10.0
"""Far less than a store is waited for, with room for a machine that has other things to do."""

LOCKING = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE"
"""Keeps readers out, also of a database whose readers do not wait for writers."""


@contextmanager
def held(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as base:
        base.executescript(LOCKING)
        yield base


@contextmanager
def held_for_a_while(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as base:
        base.executescript(LOCKING)
        thread = threading.Timer(AT_WORK, base.close)
        thread.start()
        yield
        thread.join()


def opened(path: Path) -> None:
    open_store(place_of(path)).close()


def listed(path: Path) -> None:
    listing(place_of(path))


@pytest.fixture(params=["CREATE TABLE invoices (n)", "CREATE TABLE experiments (mlflow)"])
def stranger(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Somebody else's database."""
    path = tmp_path / "accounts.db"
    with closing(sqlite3.connect(path)) as base:
        base.execute(request.param)
    return path


@pytest.mark.parametrize("ask", [opened, listed])
def test_a_strangers_database_is_refused_and_left_as_it_is(stranger: Path, ask: Callable) -> None:
    before = stranger.read_bytes()
    with pytest.raises(FileError, match="no store of experiments") as error:
        ask(stranger)

    assert "other tables" in error.value.why
    assert stranger.read_bytes() == before
    assert [path.name for path in stranger.parent.iterdir()] == [stranger.name]


@pytest.mark.parametrize("ask", [opened, listed])
def test_a_strangers_database_that_is_locked_is_refused_soon(stranger: Path, ask: Callable) -> None:
    with held(stranger):
        began = time.monotonic()
        with pytest.raises(FileError, match="no store of experiments") as error:
            ask(stranger)

    assert time.monotonic() - began < SOON
    assert "another program holds it" in error.value.why


@pytest.mark.parametrize("ask", [opened, listed])
def test_a_store_that_somebody_holds_is_waited_for(tmp_path: Path, ask: Callable) -> None:
    path = tmp_path / "lab.db"
    opened(path)
    began = time.monotonic()
    with held_for_a_while(path):
        ask(path)

        assert time.monotonic() - began >= AT_WORK


def test_a_store_that_somebody_is_making_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "lab.db"
    path.touch()
    with held_for_a_while(path):
        opened(path)

    assert holds_experiments(path)


def test_a_database_with_nothing_in_it_is_an_empty_store(tmp_path: Path) -> None:
    (tmp_path / "lab.db").touch()

    assert listing(place_of(tmp_path / "lab.db")) == ()


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot read this store"):
        holds_experiments(tmp_path)


def test_a_store_is_known_by_all_of_its_tables() -> None:
    assert set(metadata.tables) == OURS
