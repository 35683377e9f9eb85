"""What a row of a comparison holds, a clip or a picture: how it is written, read back, judged, and set beside another."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from eschew.backends import Picture, Sample
from eschew.backends.clips import read_clip_file, write_clip
from eschew.backends.pictures import ENDING, read_picture_file, write_picture
from eschew.lab import moved, pictures_moved
from eschew.lab.detectors import read_clip
from eschew.lab.detectors.image import read_picture
from eschew.lab.listen import heard_as
from eschew.lab.measures import Measure, averaged
from eschew.lab.values import Moved, Reading
from eschew.plan import Plan

Modality = Literal["music", "image"]


class Content(Protocol):
    """One clip or picture, as it lies in its file."""

    def readings(self) -> tuple[Reading, ...]:
        """What the detectors make of it."""
        ...

    def apart(self, other: Content) -> tuple[float, ...]:
        """How far `other`, made with the negative, is from this one, made without: one number a measure."""
        ...


@dataclass(frozen=True, eq=False)
class Clip:
    """`audio` float32 (samples,) or (samples, channels) in −1…1."""

    audio: NDArray[np.float32]
    sample_rate: int

    def readings(self) -> tuple[Reading, ...]:
        """What the listeners hear."""
        return read_clip(self.audio, self.sample_rate)

    def apart(self, other: Content) -> tuple[float, ...]:
        """The measures of `moved`."""
        if not isinstance(other, Clip):
            raise TypeError("a clip is set beside a clip")
        return moved.differences(
            heard_as(self.audio, self.sample_rate), heard_as(other.audio, other.sample_rate)
        )


@dataclass(frozen=True, eq=False)
class Seen:
    """`pixels` uint8 (height, width, 3)."""

    pixels: NDArray[np.uint8]

    def readings(self) -> tuple[Reading, ...]:
        """What the detectors see."""
        return read_picture(self.pixels)

    def apart(self, other: Content) -> tuple[float, ...]:
        """The measures of `pictures_moved`."""
        if not isinstance(other, Seen):
            raise TypeError("a picture is set beside a picture")
        return pictures_moved.differences(self.pixels, other.pixels)


def write(made: Sample | Picture, plan: Plan, folder: Path, stem: str) -> str:
    """Write what was made as `folder`/clips/`stem` with its ending; its name within `folder`."""
    if isinstance(made, Picture):
        name = f"clips/{stem}{ENDING}"
        write_picture(folder / name, made, plan)
        return name
    name = f"clips/{stem}.flac"
    write_clip(folder / name, made, plan)
    return name


def load(path: Path) -> Content:
    """What lies in this file: a picture if its name ends like one. FileError if it cannot be read."""
    return Seen(read_picture_file(path)) if path.suffix == ENDING else Clip(*read_clip_file(path))


def measures_of(modality: str) -> tuple[Measure[Any], ...]:
    """The distances between two samples of a modality."""
    return pictures_moved.MEASURES if modality == "image" else moved.MEASURES


def measures(file: str) -> tuple[str, ...]:
    """Names of what `apart` measures between two files of this kind, in its order."""
    return tuple(measure.name for measure in measures_of("image" if file.endswith(ENDING) else "music"))


def sha256(made: Sample | Picture) -> str:
    """A hash of the samples or pixels, without the file's tags."""
    values = made.pixels if isinstance(made, Picture) else made.audio
    return hashlib.sha256(values.tobytes()).hexdigest()


def summary(modality: Modality, rows: Sequence[tuple[float, ...]]) -> tuple[Moved, ...]:
    """Mean and 95 % bootstrap interval of each measure over all pairs."""
    return averaged(measures_of(modality), rows)
