"""The files of a store, named by what they hold, so that a name can be checked and equal files are one."""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from eschew.errors import FileError

__all__ = ["keep_file", "sweep"]

STALE_SECONDS = 24 * 3600


def keep_file(folder: Path, content: bytes, ending: str) -> str:
    """Write `content` under its own hash, whole or not at all; its path relative to `folder`. FileError if it cannot."""
    name = hashlib.sha256(content).hexdigest()
    relative = f"{name[:2]}/{name}{ending}"
    path = folder / relative
    if path.is_file() and path.stat().st_size == len(content):
        return relative
    temporary = path.with_name(f".{name[:16]}.{uuid4().hex[:12]}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            # The row that names this file is committed after it: it must be there even if the power goes.
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        raise FileError(
            "cannot write to the store", where=str(path), why=problem.strerror or str(problem)
        ) from problem
    return relative


def sweep(folder: Path) -> None:
    """Remove what killed processes left unfinished a day ago or longer."""
    oldest = time.time() - STALE_SECONDS
    for path in folder.glob("*/.*.part"):
        with suppress(OSError):
            if path.stat().st_mtime < oldest:
                path.unlink()
