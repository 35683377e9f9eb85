"""What a forecast says."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Forecast"]


@dataclass(frozen=True)
class Forecast:
    """What will probably become of one clause of a negative."""

    clause: str
    concept: str | None
    probability: float | None
    """That of the samples which would have the thing at least half lose it; None where nothing can be said."""
    why_not: str = ""
