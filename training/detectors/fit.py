"""Fit the few numbers of each measured detector of sound: `weights.json`. Deterministic.

    python -m training.detectors.fit --cache FILE.npz [--clips 1200]

Logistic regression with a small ridge over the features that each detector names, Platt's calibration, and a threshold
that lets few clips without the concept seem to have it. Features are kept in the cache: a second run takes seconds.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eschew.backends.nano.codec import Codec
from eschew.lab.detectors.music import SOUND_DETECTORS
from eschew.lab.detectors.music.detector import WEIGHTS
from eschew.lab.detectors.music.sound import windows_of
from training.detectors.tuning import example
from training.detectors_image.fit import area, logistic
from training.music.data import load_codec
from training.music.render import Player

FALSE_ALARMS = 0.03
Numbers = NDArray[np.float64]
FITTED = tuple(d for d in SOUND_DETECTORS if d.features)
"""The detectors that measure."""


def features(clips: range, codec: Codec) -> dict[str, Numbers]:
    """Concept → rows (clips, features), and "true CONCEPT" → 1, 0, or −1 where it is unclear."""
    player = Player()
    rows: dict[str, list[list[float]]] = {d.concept: [] for d in FITTED}
    true: dict[str, list[int]] = {d.concept: [] for d in FITTED}
    for index in clips:
        clip = example(index, player, lambda audio: codec.decode(codec.encode(audio)))
        window = windows_of(clip.audio, clip.rate)[0]
        for d in FITTED:
            assert d.features is not None
            rows[d.concept].append(list(d.features(window).values()))
            true[d.concept].append(int(clip.true[d.concept]) if d.concept in clip.true else -1)
        if (index + 1) % 50 == 0:
            print(f"{index + 1} of {clips.stop} clips", flush=True)
    found = {c: np.array(r) for c, r in rows.items()}
    return found | {f"true {c}": np.array(t, np.float64) for c, t in true.items()}


def platt(score: Numbers, y: Numbers) -> tuple[float, float]:
    """Slope and offset that make a score a probability (Platt 1999), by Newton's method with short steps."""
    x = np.c_[score, np.ones(len(score))]
    prior = np.array([1.0, 0.0])
    w = prior.copy()
    for _ in range(200):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + 0.1 * np.eye(2)
        step = np.linalg.solve(hessian, x.T @ (p - y) + 0.1 * (w - prior))
        w -= step * min(1.0, 0.3 / float(np.abs(step).max() + 1e-12))
    return float(w[0]), float(w[1])


def fitted(names: list[str], x: Numbers, y: Numbers) -> dict[str, object]:
    """One detector's entry in weights.json."""
    centre, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = ((x - centre) / spread).clip(-4, 4)
    w = logistic(z, y)[:-1]
    score = z @ w
    slope, offset = platt(score, y)
    # What is said to be present is at least as likely there as not.
    threshold = max(float(np.quantile(score[y == 0], 1 - FALSE_ALARMS)), -offset / slope)
    print(f"  area {area(score, y):.3f}, missed {np.mean(score[y > 0] <= threshold):.3f}")
    entry = {n: (float(c), float(s), float(v)) for n, c, s, v in zip(names, centre, spread, w, strict=True)}
    for name, (_, _, v) in sorted(entry.items(), key=lambda kv: -abs(kv[1][2])):
        print(f"    {name:28} {v:+.2f}")
    return {
        "features": entry,
        "head": {"index": 0, "slope": slope, "offset": offset, "threshold": threshold},
    }


def main() -> None:
    """Make the features or read them, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--clips", type=int, default=1200)
    parser.add_argument("--data", type=Path, default=Path("training/music/work"), help="where the codec lies")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    if not args.cache.exists():
        np.savez(args.cache, **features(range(args.clips), load_codec(args.data)))
    kept = np.load(args.cache)
    noise = np.random.default_rng(0).standard_normal(48_000).astype(np.float32) * 0.1
    window = windows_of(noise, 24_000)[0]
    out = {}
    for d in FITTED:
        assert d.features is not None
        told = kept[f"true {d.concept}"] >= 0
        y = kept[f"true {d.concept}"][told]
        print(f"{d.concept}: {int(y.sum())} with, of {len(y)}")
        out[d.concept] = fitted(list(d.features(window)), kept[d.concept][told], y)
    args.out.write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
