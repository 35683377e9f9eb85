"""Make the data set: clips of the world as latents, with the facts that captions are made from.

    python -m training.music.data --out data --clips 30000 --workers 2

Clip i is a function of (SEED, i): any machine and any number of workers make the same set. Shards that exist are kept,
so an interrupted run resumes. `--mels` first shards also keep log-mel spectrograms, for the listener.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import cache
from pathlib import Path

import numpy as np

from eschew.backends.nano.codec import BANDS, STACK, Codec, log_mel
from training.music.render import Player
from training.music.world import Clip, draw

SEED = 20261
SHARD = 500
PCA_CLIPS = 1500
COMPONENTS = 64
SCALE_POWER = 0.75
"""Latent component k keeps the spread std^(1 − 0.75): big directions stay a little bigger, small ones are lifted."""


@cache
def player() -> Player:
    """One sound font a process: loading it takes a second."""
    return Player()


def clip(index: int) -> tuple[Clip, np.ndarray]:
    """Clip `index` of the set: its facts, and its log-mel spectrogram (512, 100)."""
    facts, audio = draw(np.random.default_rng([SEED, index]), player())
    return facts, log_mel(audio)


def fit_codec(folder: Path, pool: ProcessPoolExecutor) -> Codec:
    """Principal components of the first PCA_CLIPS clips; kept in `codec.npz`."""
    path = folder / "codec.npz"
    if not path.exists():
        mels = [mel for _, mel in pool.map(clip, range(PCA_CLIPS), chunksize=25)]
        frames = np.concatenate([m.reshape(-1, STACK * BANDS) for m in mels]).astype(np.float64)
        mean = frames.mean(axis=0)
        variance, vectors = np.linalg.eigh(np.cov((frames - mean).T))
        order = np.argsort(variance)[::-1][:COMPONENTS]
        basis, spread = vectors[:, order], np.sqrt(variance[order])
        # Fix the sign of each component, so that two machines agree.
        basis *= np.sign(basis[np.abs(basis).argmax(axis=0), np.arange(COMPONENTS)])
        scale = spread**SCALE_POWER
        scale *= np.sqrt(np.mean((spread / scale) ** 2))  # latents have a mean square of one
        print(
            f"codec: {variance[order].sum() / variance.sum():.4f} of the variance in {COMPONENTS} components"
        )
        save(
            path, mean=mean.astype(np.float32), basis=basis.astype(np.float32), scale=scale.astype(np.float32)
        )
    return load_codec(folder)


def load_codec(folder: Path) -> Codec:
    """The codec that `fit_codec` kept."""
    with np.load(folder / "codec.npz") as kept:
        return Codec(kept["mean"], kept["basis"], kept["scale"])


def save(path: Path, **arrays: np.ndarray) -> None:
    """Write an .npz to a temporary name, then rename it: a shard is whole or absent."""
    temporary = path.with_suffix(".tmp.npz")
    np.savez(temporary, **arrays)
    temporary.replace(path)


def make_shard(folder: Path, shard: int, keep_mel: bool) -> int:
    """Shard `shard`: latents (500, 128, 64) float16, facts as JSON, and mels if asked."""
    path = folder / f"shard-{shard:04d}.npz"
    if path.exists():
        return shard
    codec = load_codec(folder)
    facts, latents, mels = [], [], []
    for index in range(shard * SHARD, (shard + 1) * SHARD):
        fact, mel = clip(index)
        facts.append(json.dumps(asdict(fact)))
        latents.append(codec.project(mel).astype(np.float16))
        if keep_mel:
            mels.append(mel.astype(np.float16))
    arrays = {"latents": np.stack(latents), "facts": np.array(facts)}
    if keep_mel:
        arrays["mels"] = np.stack(mels)
    save(path, **arrays)
    return shard


def main() -> None:
    """Fit the codec, then make the shards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("training/music/work"))
    parser.add_argument("--clips", type=int, default=30_000)
    parser.add_argument("--mels", type=int, default=16, help="how many shards keep their spectrograms")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with ProcessPoolExecutor(args.workers) as pool:
        fit_codec(args.out, pool)
        shards = range(-(-args.clips // SHARD))
        jobs = [pool.submit(make_shard, args.out, s, s < args.mels) for s in shards]
        for done, job in enumerate(jobs, 1):
            job.result()
            print(f"{done * SHARD} clips, {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
