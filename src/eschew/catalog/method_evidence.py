"""What methods were measured to do on the embedded models: `evidence/methods.json`, written by `benchmarks/methods.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from eschew.errors import FileError

__all__ = ["MethodEvidence", "method_evidence"]

FILE = Path(__file__).parent / "evidence" / "methods.json"

Rate = tuple[float, float, float]
"""A rate in 0..1 and its 95 % Wilson interval."""


@dataclass(frozen=True, kw_only=True)
class MethodEvidence:
    """One method on one model, against the same seeds without the negative.

    `removed` is the rate among the pairs that had the concept; `kept` likewise, of what was asked for. `moved` is the
    mean difference of the log-mel spectrograms in dB, `passes` forward passes per step (1 = the prompt alone).
    """

    model: str
    method: str
    prompt: str = ""
    negative_prompt: str = ""
    knobs: Mapping[str, float]
    pairs: int
    removed: Mapping[str, Rate]
    kept: Mapping[str, Rate]
    moved: float
    passes: float


def method_evidence(method: str, file: Path = FILE) -> tuple[MethodEvidence, ...]:
    """All that was measured of a method; nothing where nothing was. FileError if the file is damaged."""
    return tuple(row for row in _read(file) if row.method == method)


@cache  # the file is part of the package: reading it twice can give nothing new
def _read(file: Path) -> tuple[MethodEvidence, ...]:
    if not file.is_file():
        return ()
    try:
        return msgspec.json.decode(file.read_bytes(), type=tuple[MethodEvidence, ...])
    except msgspec.MsgspecError as problem:
        raise FileError(
            "these are no measurements of methods", where=str(file), why=str(problem)
        ) from problem
