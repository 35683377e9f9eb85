"""The three things that take time: make a sample, read one again, measure how far two are apart.

A job is a value, and what it gives is a function of it and the model: it may run in a thread or on another machine.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, TypeVar

import numpy as np

from eschew.backends import Backend, Picture, Sample
from eschew.backends.clips import write_clip
from eschew.backends.pictures import write_picture
from eschew.lab import contents
from eschew.lab.contents import Content
from eschew.lab.experiments.experiment import MeasureInfo
from eschew.lab.values import Reading
from eschew.plan import Plan

__all__ = ["ENDINGS", "Job", "Made", "Making", "Measuring", "Opened", "Rereading", "measures"]

Opened = Callable[[], Backend]
"""Gives the backend; opened the first time."""
T_co = TypeVar("T_co", covariant=True)


class Job(Protocol[T_co]):
    """Something to be done once, anywhere."""

    def run(self, opened: Opened) -> T_co:
        """Do it."""
        ...


ENDINGS = {"music": ".flac", "image": ".png"}


@dataclass(frozen=True)
class Made:
    """A sample as it leaves the one who made it: the file's bytes, and what was read from these bytes."""

    digest: str
    seed: int
    item: int
    content: bytes
    sha256: str
    """Of samples or pixels as the model gave them, before the file's rounding."""
    passes: int
    steps: int
    seconds: float
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class Making:
    """Make one sample."""

    plan: Plan
    seed: int
    item: int = 0

    def run(self, opened: Opened) -> Made:
        """Run the plan and judge the result as its file holds it, as a person meets it. What the backend raises."""
        sample = opened().sample(self.plan, self.seed, self.item)
        modality = "image" if isinstance(sample, Picture) else "music"
        content = _encoded(sample, self.plan)
        return Made(
            digest=self.plan.digest,
            seed=self.seed,
            item=self.item,
            content=content,
            sha256=contents.sha256(sample),
            passes=sample.receipt.passes,
            steps=sample.receipt.steps,
            seconds=sample.receipt.seconds,
            readings=_decoded(content, modality).readings(),
        )


@dataclass(frozen=True)
class Rereading:
    """Let the detectors of today read a file that others have read before."""

    content: bytes
    modality: str

    def run(self, _opened: Opened) -> tuple[Reading, ...]:
        """Every detector's reading."""
        return _decoded(self.content, self.modality).readings()


@dataclass(frozen=True)
class Measuring:
    """Measure how far two files are apart."""

    without: bytes
    with_arm: bytes
    modality: str

    def run(self, _opened: Opened) -> tuple[float, ...]:
        """One number for each of `measures(modality)`."""
        return _decoded(self.without, self.modality).apart(_decoded(self.with_arm, self.modality))


def measures(modality: str) -> tuple[MeasureInfo, ...]:
    """Names, units and meanings of the distances."""
    return tuple(MeasureInfo(m.name, m.unit, m.meaning) for m in contents.measures_of(modality))


def _encoded(sample: Sample | Picture, plan: Plan) -> bytes:
    """FLAC or PNG, with the plan in its tags."""
    with TemporaryDirectory(prefix="eschew-") as folder:
        if isinstance(sample, Picture):
            path = Path(folder) / f"sample{ENDINGS['image']}"
            write_picture(path, sample, plan)
        else:
            path = Path(folder) / f"sample{ENDINGS['music']}"
            write_clip(path, sample, plan)
        return path.read_bytes()


def _decoded(content: bytes, modality: str) -> Content:
    if modality == "image":
        from PIL import Image

        with Image.open(io.BytesIO(content)) as picture:
            return contents.Seen(np.asarray(picture.convert("RGB"), np.uint8))
    import soundfile

    audio, rate = soundfile.read(io.BytesIO(content), dtype="float32")
    return contents.Clip(np.asarray(audio, np.float32), int(rate))
