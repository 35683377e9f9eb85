"""Verdicts and forecast → the files of the catalogue. Written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from eschew.catalog.claim_evidence import ClaimVerdict
from eschew.catalog.forecast_evidence import ForecastEvidence
from eschew.errors import FileError

__all__ = ["merged", "write_json"]

DIGITS = 6
"""Figures kept of a number: more would differ between machines."""


def merged(old: Sequence[ClaimVerdict], new: Sequence[ClaimVerdict]) -> tuple[ClaimVerdict, ...]:
    """The old verdicts with the new ones in their places, by model and letter."""
    found = {(v.model, v.letter): v for v in (*old, *new)}
    return tuple(found[key] for key in sorted(found))


def write_json(path: Path, values: Sequence[ClaimVerdict] | Sequence[ForecastEvidence]) -> None:
    """Pretty JSON under `path`. FileError if it cannot be written."""
    content = msgspec.json.encode(_rounded(msgspec.to_builtins(values)))
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(msgspec.json.format(content, indent=1) + b"\n")
        temporary.replace(path)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        raise FileError(
            "cannot write this file", where=str(path), why=problem.strerror or str(problem)
        ) from problem


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
