"""Run paired seeds: the same noise twice, once without the negative and once with it. Resumes where it stopped.

Everything a comparison needs is kept in its folder as it is made: `clips/` holds the sound or the pictures, `rows/`
one JSON file for each, named by plan digest and seed, `apart/` how far the two of a pair are from each other. So nothing
is computed twice, no file is read twice, and a stopped run goes on.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import msgspec

from eschew.backends import Backend
from eschew.backends.clips import check_folder
from eschew.catalog.model_facts import model
from eschew.errors import InterruptedRunError
from eschew.lab import contents
from eschew.lab.contents import Content
from eschew.lab.values import Reading
from eschew.plan import Plan

Progress = Callable[[int, int], None]
"""Called with (clips done, clips in all)."""


@dataclass(frozen=True)
class Row:
    """One clip or picture of one arm: where it lies, a hash of its samples or pixels, what was read in it, what it cost."""

    digest: str
    seed: int
    file: str
    sha256: str
    passes: int
    steps: int
    seconds: float
    readings: tuple[Reading, ...]


def run(
    arms: Sequence[Plan],
    seeds: Sequence[int],
    backend: Backend,
    folder: Path,
    workers: int,
    progress: Progress,
) -> tuple[list[list[Row]], float]:
    """Rows by arm and seed, and the seconds that took. InterruptedRunError on Ctrl-C, with all finished clips kept.

    Every arm is set beside the first one on the same seed as soon as both are there.
    """
    for part in ("clips", "rows", "apart"):
        check_folder(folder / part)
    began = time.perf_counter()
    jobs = [(plan, seed) for seed in seeds for plan in arms]
    done: dict[tuple[str, int], Row] = {}
    for row in _kept(jobs, folder):
        done[row.digest, row.seed] = row
    progress(len(done), len(jobs))
    left = [(plan, seed) for plan, seed in jobs if (plan.digest, seed) not in done]
    fresh: dict[int, dict[str, Content]] = {}
    pool = ThreadPoolExecutor(workers)
    waiting: set[Future[tuple[Row, Content]]] = set()
    try:
        waiting = {pool.submit(_make, plan, seed, backend, folder) for plan, seed in left}
        while waiting:
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for job in finished:
                row, content = job.result()
                done[row.digest, row.seed] = row
                fresh.setdefault(row.seed, {})[row.digest] = content
                if all((plan.digest, row.seed) in done for plan in arms):
                    _set_beside([done[plan.digest, row.seed] for plan in arms], fresh.pop(row.seed), folder)
            progress(len(done), len(jobs))
    except KeyboardInterrupt as stop:
        things = "pictures" if model(arms[0].model).modality == "image" else "clips"
        raise InterruptedRunError(
            f"stopped after {len(done)} of {len(jobs)} {things}",
            where=str(folder),
            hint="the same command goes on from here",
        ) from stop
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    table = [[done[plan.digest, seed] for seed in seeds] for plan in arms]
    return table, time.perf_counter() - began


def apart(
    without: Row, with_negative: Row, folder: Path, known: dict[str, Content] | None = None
) -> tuple[float, ...]:
    """How far the two of a pair are from each other, measure by measure; measured once, then kept in `folder`.

    `known` are contents that are at hand, by plan digest; others are read from their files.
    """
    marks = (row.digest.removeprefix("p1:")[:16] for row in (without, with_negative))
    names = contents.measures(without.file)
    path = folder / "apart" / f"{'-'.join(marks)}-{without.seed}.json"
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=_Apart)
        if kept.sha256 == (without.sha256, with_negative.sha256) and tuple(kept.measures) == names:
            return tuple(kept.measures.values())
    except (OSError, msgspec.MsgspecError):
        pass  # not there, or not whole: measure it
    at_hand = known or {}
    first, second = (
        at_hand.get(row.digest) or contents.load(folder / row.file) for row in (without, with_negative)
    )
    measures = first.apart(second)
    path.parent.mkdir(exist_ok=True)
    of_two = without.sha256, with_negative.sha256
    _write(path, _Apart(of_two, dict(zip(names, measures, strict=True))))
    return measures


@dataclass(frozen=True)
class _Apart:
    """Measures, and of which two they are."""

    sha256: tuple[str, str]
    measures: dict[str, float]


def _set_beside(rows: Sequence[Row], known: dict[str, Content], folder: Path) -> None:
    for row in rows[1:]:
        apart(rows[0], row, folder, known)


def _make(plan: Plan, seed: int, backend: Backend, folder: Path) -> tuple[Row, Content]:
    made = backend.sample(plan, seed)
    name = contents.write(made, plan, folder, f"{seed:04d}-{plan.digest.removeprefix('p1:')[:12]}")
    # What is judged is the file, as a person meets it: read it back.
    content = contents.load(folder / name)
    row = Row(
        digest=plan.digest,
        seed=seed,
        file=name,
        sha256=contents.sha256(made),
        passes=made.receipt.passes,
        steps=made.receipt.steps,
        seconds=made.receipt.seconds,
        readings=content.readings(),
    )
    _write(_row_path(folder, plan.digest, seed), row)
    return row, content


def _write(path: Path, value: Row | _Apart) -> None:
    """Whole or not at all."""
    temporary = path.with_suffix(f".{os.getpid()}.part")
    temporary.write_bytes(msgspec.json.encode(value))
    temporary.replace(path)


def _kept(jobs: Sequence[tuple[Plan, int]], folder: Path) -> Iterator[Row]:
    """Rows of an earlier run that are whole and whose clip or picture is still there."""
    for plan, seed in jobs:
        try:
            row = msgspec.json.decode(_row_path(folder, plan.digest, seed).read_bytes(), type=Row)
        except (OSError, msgspec.MsgspecError):
            continue
        if (folder / row.file).exists():
            yield row


def _row_path(folder: Path, digest: str, seed: int) -> Path:
    return folder / "rows" / f"{digest.replace(':', '-')}-{seed}.json"
