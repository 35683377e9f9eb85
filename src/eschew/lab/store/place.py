"""Where a store lies: a SQLite file, or any database that SQLAlchemy reaches; and the folder of its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eschew.errors import UsageError
from eschew.settings import settings

__all__ = ["Place", "place_of"]

SQLITE = "sqlite:///"


@dataclass(frozen=True)
class Place:
    """The database's URL as SQLAlchemy takes it, and the folder in which clips and pictures lie."""

    url: str
    files: Path

    @property
    def sqlite_file(self) -> Path | None:
        """The database itself, where it is a SQLite file."""
        return Path(self.url.removeprefix(SQLITE)) if self.url.startswith(SQLITE) else None

    def __str__(self) -> str:
        if self.sqlite_file is not None:
            return str(self.sqlite_file)
        # A URL may hold a password, and this goes to screens and logs.
        scheme, _, rest = self.url.partition("://")
        return f"{scheme}://{rest.rpartition('@')[2]}"


def place_of(store: str | Path | None, files: Path | None = None) -> Place:
    """A path, a URL, or None for the user's own store. Touches nothing. UsageError for a database in memory."""
    text = str(store) if store is not None else settings().store
    if text.startswith(SQLITE):
        text = text.removeprefix(SQLITE)
    elif "://" in text:
        return Place(text, files or settings().data / "files")
    if not text or ":memory:" in text:
        raise UsageError("a store must outlive the process", where="--store", hint="a path to a file")
    path = Path(text).expanduser().absolute()
    return Place(SQLITE + str(path), files or path.with_name(f"{path.stem}-files"))
