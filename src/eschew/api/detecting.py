"""What is in clips and pictures that exist already, whoever made them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eschew.errors import UsageError

if TYPE_CHECKING:
    from eschew.lab.values import Reading


@dataclass(frozen=True)
class Detection:
    """A file and its readings; `problem` says why there are none."""

    file: str
    readings: tuple[Reading, ...]
    problem: UsageError | None = None


@dataclass(frozen=True)
class Judge:
    """Somebody else's model that is asked for `concepts`: "clip" for pictures, "clap" for clips, weights in `folder`."""

    name: str
    folder: str | Path
    concepts: tuple[str, ...]


def detect(paths: Sequence[str | Path], judge: Judge | None = None) -> Iterator[Detection]:
    """Read each file in turn: vinyl crackle, hum, vocals …, or blur, borders, text …; by `judge` instead, if given.

    A file that cannot be read gives a `Detection` with a `problem`, and the next one is read. Runs as it is iterated over.
    """
    from eschew.lab.files import read_file

    for path in paths:
        try:
            yield Detection(str(path), _judged(Path(path), judge) if judge else read_file(Path(path)))
        except UsageError as problem:
            yield Detection(str(path), (), problem)


def _judged(path: Path, judge: Judge) -> tuple[Reading, ...]:
    from eschew.lab.detectors.judge import judge_file

    return judge_file(path, judge.name, judge.concepts, Path(judge.folder))


def detections_json(found: Sequence[Detection]) -> list[dict[str, Any]]:
    """As `eschew detect --json` prints it: what could be read."""
    return [{"file": d.file, "readings": [asdict(r) for r in d.readings]} for d in found if d.problem is None]
