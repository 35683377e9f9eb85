"""What negatives were measured to do on the embedded turbos: `evidence/turbo.json`, written by `benchmarks/turbo.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from eschew.catalog.method_evidence import Rate
from eschew.errors import FileError

__all__ = ["TurboEvidence", "turbo_evidence"]

FILE = Path(__file__).parent / "evidence" / "turbo.json"


@dataclass(frozen=True, kw_only=True)
class TurboEvidence:
    """One way to make a negative act on a turbo, against the same seeds without it, and the same way with a placebo.

    `removed` and `kept` are rates among the pairs that had the concept. `moved` is the mean distance of a pair, in dB of the
    log-mel spectrogram or as the lab measures pictures. `burnt` is the share of samples with more contrast than any without
    a negative, and than any of the base model's without and with it. `passes` and `seconds` are multiples of the unguided run's.
    """

    model: str
    arm: str
    prompt: str
    negative_prompt: str
    placebo: str
    method: str
    negative_scale: float
    window: tuple[float, float]
    knobs: Mapping[str, float]
    pairs: int
    present: Mapping[str, float]
    """How often the unguided samples have what the negative names."""
    removed: Mapping[str, Rate]
    removed_by_placebo: Mapping[str, Rate]
    kept: Mapping[str, Rate]
    moved: float
    moved_by_placebo: float
    burnt: float
    passes: float
    seconds: float


@cache  # the file is part of the package: reading it twice can give nothing new
def turbo_evidence(file: Path = FILE) -> tuple[TurboEvidence, ...]:
    """All that was measured; nothing where nothing was. FileError if the file is damaged."""
    if not file.is_file():
        return ()
    try:
        return msgspec.json.decode(file.read_bytes(), type=tuple[TurboEvidence, ...])
    except msgspec.MsgspecError as problem:
        raise FileError("these are no measurements of turbos", where=str(file), why=str(problem)) from problem
