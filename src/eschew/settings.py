"""The only reader of the environment."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from eschew.errors import KnobError


@dataclass(frozen=True)
class Settings:
    """`workers`: how many clips are made at once (ESCHEW_WORKERS; by default the number of usable cores).

    `store`: where experiments are kept, a path or a URL (ESCHEW_STORE; by default a file in `data`). `data`: this user's
    folder for what eschew makes and keeps.
    """

    workers: int
    store: str
    data: Path


def settings() -> Settings:
    """Settings from the environment. KnobError names the variable that makes no sense."""
    raw = os.environ.get("ESCHEW_WORKERS", "")
    if raw and (not raw.isdecimal() or not 1 <= int(raw) <= 256):
        raise KnobError(
            f"ESCHEW_WORKERS must be a whole number from 1 to 256, not {raw!r}", where="environment"
        )
    data = _data_folder()
    return Settings(
        workers=int(raw) if raw else usable_cores(),
        store=os.environ.get("ESCHEW_STORE", "") or str(data / "experiments.db"),
        data=data,
    )


def _data_folder() -> Path:
    """Where this user's programs keep what they make, by the custom of the system."""
    home = Path.home()
    if sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    elif sys.platform == "win32":
        base = home / "AppData" / "Local"
    else:
        base = home / ".local" / "share"
    return Path(os.environ.get("XDG_DATA_HOME") or base) / "eschew"


def usable_cores() -> int:
    """Cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
