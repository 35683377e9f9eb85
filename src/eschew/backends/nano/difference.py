"""Weights that are shipped as what they differ by from another model's: a turbo as its base and a difference.

    merged(base / "transformer" / "….safetensors", turbo / "difference.safetensors")

A difference is a safetensors file with tensors by the names of the base's. One of 8-bit codes k, with `NAME.step` beside
it, stands for base + k·step; one of float16 takes the place of the base's. What a difference does not name is the base's.
Codes of about four bits' worth of chance compress well, and so does the wheel.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eschew.errors import FileError

STEP = ".step"
TYPES: Mapping[str, type[np.generic]] = {"F16": np.float16, "F32": np.float32, "I8": np.int8}


@dataclass(frozen=True)
class Entry:
    """Where a tensor lies in a safetensors file: its type's name, its shape, and its bytes, `low` to before `high`."""

    dtype: str
    shape: tuple[int, ...]
    low: int
    high: int

    def of(self, raw: bytes | bytearray) -> NDArray[Any]:
        """The tensor, without a copy: writable where `raw` is."""
        count = (self.high - self.low) // np.dtype(TYPES[self.dtype]).itemsize
        return np.frombuffer(raw, TYPES[self.dtype], count, self.low).reshape(self.shape)


def entries(raw: bytes | bytearray, where: str) -> dict[str, Entry]:
    """The tensors of a safetensors file (its format: an 8-byte length, a JSON header, the data). FileError if it is none."""
    try:
        (size,) = struct.unpack_from("<Q", raw)
        header = json.loads(raw[8 : 8 + size])
        start = 8 + size
        found = {
            name: Entry(e["dtype"], tuple(e["shape"]), *(start + at for at in e["data_offsets"]))
            for name, e in header.items()
            if name != "__metadata__"
        }
    except (struct.error, ValueError, TypeError, KeyError, AttributeError) as problem:
        raise FileError("these are no weights", where=where, why="not a safetensors file") from problem
    if any(e.dtype not in TYPES or e.high > len(raw) for e in found.values()):
        raise FileError("these weights cannot be read", where=where, why="cut off, or of another type")
    return found


def merged(base: Path, difference: Path) -> bytearray:
    """The base's file with the difference in it, float16 like the base. FileError where the two do not belong together."""
    raw, changes = bytearray(base.read_bytes()), difference.read_bytes()
    known, changed = entries(raw, str(base)), entries(changes, str(difference))
    for name, entry in changed.items():
        if name.endswith(STEP):
            continue
        if name not in known or known[name].shape != entry.shape or known[name].dtype != "F16":
            raise FileError(
                "this difference is not one to these weights",
                where=str(difference),
                why=f"{name} does not fit",
            )
        target, value = known[name].of(raw), entry.of(changes)
        if entry.dtype == "I8":
            target[...] = target + value * changed[name + STEP].of(changes)
        else:
            target[...] = value
    return raw
