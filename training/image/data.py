"""Make the pictures once, into shards that are memory-mapped: training never waits for a renderer.

    python -m training.image.fetch
    python -m training.image.data --pictures 60000 --workers 2

Picture i is a function of (SEED, i): any machine and any number of workers make the same set. Shards that exist are
kept, so an interrupted run resumes. A shard is `pictures-KKKK.npy`, (1000, 64, 64, 3) uint8, and `facts-KKKK.jsonl`.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.image import icons
from training.image.world import SIZE, Scene, Thing, compose, invent

SEED = 20264
SHARD = 1000
WORK = Path("training/image/work")


def picture(index: int, folder: Path) -> tuple[Scene, NDArray[np.uint8]]:
    """Picture `index` of the set, and what is true of it."""
    rng = np.random.default_rng([SEED, index])
    scene = invent(rng)
    return scene, (compose(scene, rng, folder) * 255).round().astype(np.uint8)


def make_shard(folder: Path, shard: int) -> int:
    """Shard `shard`, whole or not at all: the facts are written last."""
    facts = folder / f"facts-{shard:04d}.jsonl"
    if facts.exists():
        return shard
    pictures = np.empty((SHARD, SIZE, SIZE, 3), np.uint8)
    lines = []
    for i in range(SHARD):
        scene, pictures[i] = picture(shard * SHARD + i, folder)
        lines.append(json.dumps(asdict(scene)))
    np.save(folder / f"pictures-{shard:04d}.npy", pictures)
    temporary = facts.with_suffix(".tmp")
    temporary.write_text("\n".join(lines) + "\n")
    temporary.replace(facts)
    return shard


class Shards:
    """Rows of equal arrays in many .npy files, read through the page cache: `shards[indices]` gives one array."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.files = [np.load(p, mmap_mode="r") for p in sorted(folder.glob(f"{kind}-*.npy"))]
        if not self.files:
            raise SystemExit(
                f"there are no {kind} in {folder}: see training/image/README.md for the order of steps"
            )

    def __len__(self) -> int:
        return SHARD * len(self.files)

    def __getitem__(self, indices: NDArray[np.integer]) -> NDArray[Any]:
        return np.stack([self.files[i // SHARD][i % SHARD] for i in indices])


def load_facts(folder: Path) -> list[Scene]:
    """What is true of every picture."""
    lines = [line for p in sorted(folder.glob("facts-*.jsonl")) for line in p.read_text().splitlines()]
    return [fact(line) for line in lines]


def fact(line: str) -> Scene:
    """A scene back from JSON."""
    raw = json.loads(line)
    raw["things"] = tuple(Thing(**thing) for thing in raw["things"])
    raw["artefacts"] = tuple(raw["artefacts"])
    return Scene(**raw)


def main() -> None:
    """Draw the cut-outs, then make the shards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=WORK)
    parser.add_argument("--pictures", type=int, default=60_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    if not (args.out / "cutouts.npz").exists():
        icons.make(args.out)
    began, fresh = time.monotonic(), 0
    with ProcessPoolExecutor(args.workers) as pool:
        shards = [
            s for s in range(-(-args.pictures // SHARD)) if not (args.out / f"facts-{s:04d}.jsonl").exists()
        ]
        for job in [pool.submit(make_shard, args.out, s) for s in shards]:
            job.result()
            fresh += SHARD
            spent = time.monotonic() - began
            print(f"{fresh} of {SHARD * len(shards)} pictures, {fresh / spent:.0f} a second", flush=True)


if __name__ == "__main__":
    main()
