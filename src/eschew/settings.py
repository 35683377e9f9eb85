"""The only reader of the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass

from eschew.errors import KnobError


@dataclass(frozen=True)
class Settings:
    """`workers`: how many clips are made at once (ESCHEW_WORKERS; by default the number of usable cores)."""

    workers: int


def settings() -> Settings:
    """Settings from the environment. KnobError names the variable that makes no sense."""
    raw = os.environ.get("ESCHEW_WORKERS", "")
    if not raw:
        return Settings(workers=usable_cores())
    if not raw.isdecimal() or not 1 <= int(raw) <= 256:
        raise KnobError(
            f"ESCHEW_WORKERS must be a whole number from 1 to 256, not {raw!r}", where="environment"
        )
    return Settings(workers=int(raw))


def usable_cores() -> int:
    """Cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
