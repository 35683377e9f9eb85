"""A store of a thousand experiments: how long `eschew experiments` takes, start to end, and what a row costs.

    .venv/bin/python -m benchmarks.store --experiments 1000

The whole process is timed, from the shell's point of view, and the median of `--times` runs is held against the bound of
0.3 s. Rows are written one transaction each, as the runner does. Exit code 1 if the bound is missed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from eschew.lab.experiments.arms import plans
from eschew.lab.experiments.experiment import Arm, Experiment, Subject
from eschew.lab.experiments.settling import settled
from eschew.lab.store import open_store, place_of
from eschew.lab.store.keeping import begin, finish
from eschew.lab.store.rows import Key, SampleRow, add_sample
from eschew.lab.values import Reading

BOUND_SECONDS = 0.3
ROWS = 1000

EXPERIMENT = Experiment(
    name="crackle",
    question="Does naming vinyl crackle take it off lo-fi, and is it the name that does it?",
    model="nano-music",
    subjects=(
        Subject("lo-fi hip-hop with piano", "vinyl crackle, tape hiss"),
        Subject("jazz trio with upright bass", "vinyl crackle"),
    ),
    arms=(
        Arm("none", negative_prompt=""),
        Arm("negative"),
        Arm("placebo", placebo=True),
        Arm("nag", method="nag"),
    ),
    baseline="none",
    pairs=64,
)


def filled(path: Path, count: int) -> float:
    """A store with `count` experiments and ROWS samples; seconds for one sample's row."""
    store = open_store(place_of(path))
    asked = settled(EXPERIMENT)
    table = plans(asked)
    for number in range(count):
        kept = begin(store, replace(asked, name=f"crackle-{number:04d}"), table, "onnx/1/w1:benchmark")
        finish(store, kept.digest, 64, (), 12.5)
    readings = tuple(Reading(f"concept-{n}", f"detector-1/concept-{n}", 0.5, 0.5, True) for n in range(40))
    row = SampleRow(Key("p1:" + "a" * 32, 0), "e", "ab/cd.flac", "c" * 64, 48, 24, 0.5, "d1", readings)
    began = time.perf_counter()
    for seed in range(ROWS):
        add_sample(store, replace(row, key=Key(row.key.digest, seed)))
    seconds = (time.perf_counter() - began) / ROWS
    store.close()
    return seconds


def listed(path: Path, *options: str) -> float:
    """Seconds of one `eschew experiments`, the interpreter's start and end included."""
    command = [str(Path(sys.executable).with_name("eschew")), "experiments", "--store", str(path), *options]
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--experiments", type=int, default=1000)
    parser.add_argument("--times", type=int, default=15)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "lab.db"
        row = filled(path, asked.experiments)
        plain = [listed(path) for _ in range(asked.times)]
        as_json = [listed(path, "--json") for _ in range(asked.times)]
    found = {
        "experiments": asked.experiments,
        "list_seconds_median": round(statistics.median(plain), 3),
        "list_seconds_worst": round(max(plain), 3),
        "list_json_seconds_median": round(statistics.median(as_json), 3),
        "row_milliseconds": round(1000 * row, 3),
        "bound_seconds": BOUND_SECONDS,
    }
    print(json.dumps(found, indent=1))
    return 0 if statistics.median(plain) < BOUND_SECONDS else 1


if __name__ == "__main__":
    raise SystemExit(main())
