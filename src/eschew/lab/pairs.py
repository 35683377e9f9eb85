"""Run paired seeds: the same noise twice, once without the negative and once with it. Resumes where it stopped.

Everything a comparison needs is kept in its folder as it is made: `clips/` holds the sound, `rows/` one JSON file a
clip, named by plan digest and seed, so that nothing is computed twice and a stopped run goes on.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import msgspec

from eschew.backends import Backend, Sample
from eschew.backends.clips import check_folder, read_clip_file, write_clip
from eschew.errors import InterruptedRunError, RefusalError
from eschew.lab.detectors import read_clip
from eschew.lab.values import Reading
from eschew.plan import Plan

Progress = Callable[[int, int], None]
"""Called with (clips done, clips in all)."""


@dataclass(frozen=True)
class Row:
    """One clip of one arm: where its sound lies, a hash of its samples, what was heard, what it cost."""

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
    """Rows by arm and seed, and the seconds that took. InterruptedRunError on Ctrl-C, with all finished clips kept."""
    check_folder(folder / "clips")
    check_folder(folder / "rows")
    began = time.perf_counter()
    jobs = [(plan, seed) for seed in seeds for plan in arms]
    done: dict[tuple[str, int], Row] = {}
    for row in _kept(jobs, folder):
        done[row.digest, row.seed] = row
    progress(len(done), len(jobs))
    left = [(plan, seed) for plan, seed in jobs if (plan.digest, seed) not in done]
    pool = ThreadPoolExecutor(workers)
    waiting: set[Future[Row]] = set()
    try:
        waiting = {pool.submit(_make, plan, seed, backend, folder) for plan, seed in left}
        while waiting:
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for job in finished:
                row = job.result()
                done[row.digest, row.seed] = row
            progress(len(done), len(jobs))
    except KeyboardInterrupt as stop:
        raise InterruptedRunError(
            f"stopped after {len(done)} of {len(jobs)} clips",
            where=str(folder),
            hint="the same command goes on from here",
        ) from stop
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    table = [[done[plan.digest, seed] for seed in seeds] for plan in arms]
    return table, time.perf_counter() - began


def _make(plan: Plan, seed: int, backend: Backend, folder: Path) -> Row:
    sample = backend.sample(plan, seed)
    if not isinstance(sample, Sample):
        raise RefusalError(
            "nothing here can see yet what is in a picture",
            where="--model",
            why="pairs are counted by detectors, and those for pictures are missing",
            hint="eschew doctor, which counts bytes and how far pictures moved",
        )
    name = f"clips/{seed:04d}-{plan.digest.removeprefix('p1:')[:12]}.flac"
    write_clip(folder / name, sample, plan)
    # What is heard is the file, as a person hears it: read it back.
    row = Row(
        digest=plan.digest,
        seed=seed,
        file=name,
        sha256=hashlib.sha256(sample.audio.tobytes()).hexdigest(),
        passes=sample.receipt.passes,
        steps=sample.receipt.steps,
        seconds=sample.receipt.seconds,
        readings=read_clip(*read_clip_file(folder / name)),
    )
    path = _row_path(folder, plan.digest, seed)
    temporary = path.with_suffix(f".{os.getpid()}.part")
    temporary.write_bytes(msgspec.json.encode(row))
    temporary.replace(path)
    return row


def _kept(jobs: Sequence[tuple[Plan, int]], folder: Path) -> Iterator[Row]:
    """Rows of an earlier run that are whole and whose sound is still there."""
    for plan, seed in jobs:
        try:
            row = msgspec.json.decode(_row_path(folder, plan.digest, seed).read_bytes(), type=Row)
        except (OSError, msgspec.MsgspecError):
            continue
        if (folder / row.file).exists():
            yield row


def _row_path(folder: Path, digest: str, seed: int) -> Path:
    return folder / "rows" / f"{digest.replace(':', '-')}-{seed}.json"
