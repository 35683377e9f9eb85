"""Two Ray workers on this machine against one process, on the same sweep: how much faster, and are the rows equal?

    .venv/bin/python -m benchmarks.ray_sweep --pairs 12

Three runs, each into a store of its own: one process with one worker; a Ray cluster of two; and such a cluster with a
worker killed (−9) midway. Start-up is told apart: the ratio is that of the runs themselves, with the weights open and
the cluster up, as a sweep of hours would have it. Exit code 1 if rows differ or two workers are less than 1.6 × as fast.
Needs two cores that nothing else uses.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from eschew.backends.nano.backend import NanoBackend
from eschew.catalog.model_facts import model
from eschew.lab.experiments.arms import plans
from eschew.lab.experiments.crew import Crew, threads
from eschew.lab.experiments.experiment import Arm, Experiment, Results, Subject
from eschew.lab.experiments.identity import engine_identity
from eschew.lab.experiments.jobs import Making
from eschew.lab.experiments.ray_runner import cluster
from eschew.lab.experiments.runner import run
from eschew.lab.experiments.settling import settled
from eschew.lab.store import open_store, place_of
from eschew.request import ANY_ENGINE

BOUND = 1.6
WORKERS = 2
WORKER_NAME = b"ray::_do"

SWEEP = Experiment(
    name="sweep",
    question="How strong must a negative be?",
    model="nano-music",
    subjects=(Subject("lo-fi hip-hop with piano", "vinyl crackle, tape hiss"),),
    arms=(
        Arm("none", negative_prompt=""),
        *(Arm(f"scale {scale:g}", negative_scale=scale) for scale in (1.0, 2.0, 4.0, 8.0)),
        Arm("nag", method="nag"),
    ),
    baseline="none",
    pairs=12,
)


@dataclass(frozen=True)
class Run:
    """One run: its results, without the place where they lie, and how long it took once everything was open."""

    results: Results
    seconds: float


def timed(crew: Crew, path: Path, sweep: Experiment) -> Run:
    """The sweep with these hands, after each has made a sample that is not counted."""
    warm_up(crew, sweep)
    store = open_store(place_of(path))
    began = time.perf_counter()
    results = run(sweep, store, crew, told)
    seconds = time.perf_counter() - began
    store.close()
    return Run(replace(results, folder=""), seconds)


def told(done: int, total: int) -> None:
    """Progress on one line of standard error."""
    sys.stderr.write(f"\r{done} of {total} samples ")
    sys.stderr.flush()


def warm_up(crew: Crew, sweep: Experiment) -> None:
    """Every worker opens its graphs and detectors before the clock starts; no seed of the sweep is used."""
    plan = plans(settled(sweep))[0][0]
    waiting = [crew.submit(Making(plan, 10_000 + n)) for n in range(2 * crew.places)]
    while waiting:
        done = crew.done(waiting, 1.0)
        waiting = [ticket for ticket in waiting if ticket not in done]


def workers_here() -> list[int]:
    """Process ids of this user's Ray workers with a job in hand, among the descendants of this process."""
    mine = descendants(os.getpid())
    return [pid for pid in mine if _command(pid).startswith(WORKER_NAME)]


def descendants(pid: int) -> set[int]:
    """All processes below `pid`."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                stat = (folder / "stat").read_text()
            except OSError:
                continue
            parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    found: set[int] = set()
    for child in parents:
        line = [child]
        while line[-1] in parents and parents[line[-1]] != pid:
            line.append(parents[line[-1]])
        if parents.get(line[-1]) == pid:
            found.add(child)
    return found


def _command(pid: int) -> bytes:
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""


def kill_one_midway(seconds: float, killed: list[int]) -> None:
    """After `seconds`, the first worker found at work."""
    time.sleep(seconds)
    while not killed:
        for pid in workers_here()[:1]:
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)
        time.sleep(0.02)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", type=int, default=SWEEP.pairs)
    asked = parser.parse_args()
    sweep = replace(SWEEP, pairs=asked.pairs)
    with TemporaryDirectory() as place:
        folder = Path(place)
        backend = NanoBackend()
        with threads(backend, engine_identity(model("nano-music"), backend), 1) as crew:
            here = timed(crew, folder / "here.db", sweep)
        began = time.perf_counter()
        with cluster("local", "nano-music", ANY_ENGINE, WORKERS) as crew:
            start = time.perf_counter() - began
            there = timed(crew, folder / "there.db", sweep)
            killed: list[int] = []
            killer = threading.Thread(target=kill_one_midway, args=(there.seconds / 2, killed))
            killer.start()
            hurt = timed(crew, folder / "hurt.db", sweep)
            killer.join()
    ratio = here.seconds / there.seconds
    equal, equal_hurt = here.results == there.results, here.results == hurt.results
    found = {
        "samples": len(here.results.outcomes),
        "one_process_seconds": round(here.seconds, 2),
        "two_ray_workers_seconds": round(there.seconds, 2),
        "ratio": round(ratio, 2),
        "bound": BOUND,
        "cluster_start_seconds": round(start, 2),
        "equal_rows": equal,
        "worker_killed_seconds": round(hurt.seconds, 2),
        "workers_killed": len(killed),
        "equal_rows_after_kill": equal_hurt,
    }
    sys.stderr.write("\n")
    print(json.dumps(found, indent=1))
    return 0 if ratio >= BOUND and equal and equal_hurt else 1


if __name__ == "__main__":
    raise SystemExit(main())
