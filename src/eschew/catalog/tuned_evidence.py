"""Searches that were run and proven on fresh seeds: `evidence/tuned.json`, from `eschew tune --json`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from eschew.errors import FileError

__all__ = ["TUNED_FILE", "Proven", "TunedEvidence", "TunedSide", "tuned_evidence"]

TUNED_FILE = Path(__file__).parent / "evidence" / "tuned.json"

Interval = tuple[float, float]


@dataclass(frozen=True)
class TunedScore:
    """Shares of probability that went (0..1), and passes per step."""

    removed: float
    harm: float
    passes: float


@dataclass(frozen=True)
class TunedSide:
    """One plan of a proof: counts with Wilson's intervals, and the score that the search goes by."""

    removed: float | None
    removed_ci95: Interval
    had: int
    lost: float | None
    lost_ci95: Interval
    kept_had: int
    score: TunedScore


@dataclass(frozen=True)
class Proven:
    """The chosen plan beside the default one, on seeds that the search never saw."""

    pairs: int
    default: TunedSide
    chosen: TunedSide
    removed_difference: float
    removed_difference_ci95: Interval
    harm_ratio: float | None
    passes_ratio: float
    as_good: bool


@dataclass(frozen=True)
class TunedPlan:
    """What the search chose."""

    negative_prompt: str
    method: str
    guidance_scale: float
    negative_scale: float | None
    window: Interval


@dataclass(frozen=True)
class TunedEvidence:
    """One search: what was to go from what, what it took, what it chose, and the proof."""

    model: str
    prompt: str
    passes: int
    budget: int
    seed: int
    chosen: TunedPlan
    proof: Proven


def tuned_evidence(file: Path = TUNED_FILE) -> tuple[TunedEvidence, ...]:
    """All searches that are kept; nothing where none was. FileError if the file is damaged."""
    return _read(file)


@cache  # the file is part of the package: reading it twice can give nothing new
def _read(file: Path) -> tuple[TunedEvidence, ...]:
    if not file.is_file():
        return ()
    try:
        return msgspec.json.decode(file.read_bytes(), type=tuple[TunedEvidence, ...])
    except msgspec.MsgspecError as problem:
        raise FileError("these are no proven searches", where=str(file), why=str(problem)) from problem
