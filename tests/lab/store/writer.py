"""Writes an experiment into a store, in processes that a test may kill. Run as a script: `writer.py STORE LOG PAIRS`.

Reads commands from standard input: `start` forks a writer and prints its process id, `reap PID` waits for it. A writer
runs the real runner with hands that make a sample at once. It logs, a line each, `made KEY` when a sample is made and
`kept N` when the store has said that N samples are there.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eschew.lab.experiments.experiment import Arm, Experiment, Results, Subject
from eschew.lab.experiments.jobs import Job, Made, Making
from eschew.lab.experiments.runner import run
from eschew.lab.store.opening import open_store
from eschew.lab.store.place import place_of
from eschew.lab.values import Reading

EXPERIMENT = Experiment(
    name="killed",
    question="Is anything lost?",
    model="nano-music",
    subjects=(
        Subject("lo-fi hip-hop with piano", "vinyl crackle"),
        Subject("jazz with drums", "vinyl crackle"),
    ),
    arms=(Arm("none", negative_prompt=""), Arm("negative"), Arm("placebo", placebo=True)),
    baseline="none",
    pairs=40,
)


@dataclass(frozen=True, eq=False)
class Done:
    """A ticket for what is finished already."""

    result: Any


@dataclass(frozen=True)
class InstantHands:
    """A crew that needs no model: what it makes is a function of plan and seed."""

    log: int
    engine: str = "instant/1"
    places: int = 1
    most_under_way: int = 2

    def submit(self, job: Job[Any]) -> Any:
        if not isinstance(job, Making):
            return Done((0.5, 0.0, 0.0, 1.0))
        content = hashlib.sha256(f"{job.plan.digest} {job.seed}".encode()).digest() * 100
        os.write(self.log, f"made {job.plan.digest} {job.seed}\n".encode())
        reading = Reading("vinyl-crackle", "instant-1/vinyl-crackle", 1.0, 0.9, content[0] % 2 == 0)
        digest = hashlib.sha256(content).hexdigest()
        return Done(Made(job.plan.digest, job.seed, job.item, content, digest, 48, 24, 0.0, (reading,)))

    def done(self, tickets: Collection[Any], seconds: float) -> Collection[Any]:
        return tickets

    def result(self, ticket: Done) -> Any:
        return ticket.result

    def stop(self, tickets: Collection[Any]) -> Collection[Any]:
        return tickets


def write(store: Path, log: Path, pairs: int = EXPERIMENT.pairs) -> Results:
    """Run the experiment, from where the store stands."""
    asked = replace(EXPERIMENT, pairs=pairs)
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    opened = open_store(place_of(store))

    def kept(done: int, _total: int) -> None:
        os.write(descriptor, f"kept {done}\n".encode())

    try:
        return run(asked, opened, InstantHands(descriptor), kept)
    finally:
        opened.close()
        os.close(descriptor)


def main(store: Path, log: Path, pairs: int) -> None:
    os.fsync = lambda _descriptor: None  # processes die here, and the power stays on
    for line in sys.stdin:
        command, _, number = line.strip().partition(" ")
        if command == "reap":
            os.waitpid(int(number), 0)
            sys.stdout.write("reaped\n")
            sys.stdout.flush()
            continue
        child = os.fork()
        if child == 0:
            write(store, log, pairs)
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
