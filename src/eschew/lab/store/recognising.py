"""Whose database a SQLite file is: found out soon, whoever holds it, so that only a store of ours is waited for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from eschew.errors import FileError

__all__ = ["holds_experiments"]

GLANCE_SECONDS = 1.0
OURS = frozenset({"about", "experiments", "samples", "distances", "claims"})
"""The tables that `tables` lays out, all in one transaction; named here again because reading that file takes SQLAlchemy."""
NAMED = 3
"""Tables of somebody else's that an error names."""


def holds_experiments(path: Path) -> bool:
    """Whether experiments are in this file; False where it is not there, or nothing is in it yet.

    FileError for a file that is no database, or somebody else's.
    """
    try:
        if not path.exists():
            return False
    except OSError as problem:
        raise _unreadable(path, problem.strerror or str(problem)) from problem
    held = ""
    try:
        found = _tables(path, "mode=ro")
    except sqlite3.Error as problem:
        kind = _kind(problem)
        if kind == sqlite3.SQLITE_NOTADB:
            raise _no_store(path, "it is no SQLite database") from problem
        try:
            # Past the lock, and past a change that is left half-way: what was there before it.
            found = _tables(path, "mode=ro&immutable=1")
        except sqlite3.Error:
            if kind != sqlite3.SQLITE_BUSY:
                raise _unreadable(path, str(problem)) from problem
            # Read in the middle of a change: it cannot be made out, so it is worth waiting for.
            found = frozenset()
        held = ", and another program holds it" if kind == sqlite3.SQLITE_BUSY else ""
    if found and not found >= OURS:
        named = ", ".join(sorted(found)[:NAMED]) + (", …" if len(found) > NAMED else "")
        raise _no_store(path, f"it is a database with other tables ({named}){held}")
    return bool(found)


def _tables(path: Path, how: str) -> frozenset[str]:
    # By SQLite alone: closing a file that was opened beside it would drop the locks that this process holds on it.
    with closing(sqlite3.connect(f"{path.as_uri()}?{how}", uri=True, timeout=GLANCE_SECONDS)) as base:
        rows = base.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    return frozenset(name for (name,) in rows if not name.startswith("sqlite_"))


def _kind(problem: sqlite3.Error) -> int:
    """SQLite's code without its particulars: busy is busy, whatever with."""
    return getattr(problem, "sqlite_errorcode", 0) & 0xFF


def _no_store(path: Path, why: str) -> FileError:
    return FileError("this is no store of experiments", where=str(path), why=why, hint="another --store")


def _unreadable(path: Path, why: str) -> FileError:
    return FileError("cannot read this store", where=str(path), why=why)
