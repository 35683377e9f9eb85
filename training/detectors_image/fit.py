"""Fit the few numbers of each signal detector: `weights.json`. Deterministic, minutes.

    python -m training.detectors_image.fit --photos DIR [--pictures 600]

Logistic regression with a small ridge over the features that each detector names, both kinds of picture weighing alike;
then Platt's calibration, and a threshold that lets few pictures without the concept seem to have it.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from eschew.lab.detectors.image import PICTURE_DETECTORS
from eschew.lab.detectors.image.detector import WEIGHTS
from eschew.lab.detectors.image.view import view_of
from training.detectors.train import platt
from training.detectors_image.bases import SEED, base
from training.detectors_image.effects import EFFECTS, ROUND, truth

FALSE_ALARMS = 0.03
RIDGE = 3.0
Numbers = NDArray[np.float64]


def material(pictures: int, photos: Path) -> tuple[dict[str, Numbers], dict[str, NDArray[np.int8]]]:
    """Concept → features (pictures, features), and what is true: 1, 0, or −1 where unclear."""
    rows: dict[str, list[list[float]]] = {d.concept: [] for d in PICTURE_DETECTORS}
    true: dict[str, list[int]] = {d.concept: [] for d in PICTURE_DETECTORS}
    for index in range(pictures):
        rng = np.random.default_rng([SEED, 7, index])
        treatment, picture = ROUND[index % len(ROUND)], base("dev", index // 2, photos)
        image = EFFECTS[treatment](Image.fromarray(picture.pixels), rng)
        view = view_of(np.asarray(image))
        for detector in PICTURE_DETECTORS:
            rows[detector.concept].append(list(detector.features(view).values()))
            said = truth(detector.concept, treatment, picture.kind)
            true[detector.concept].append(-1 if said is None else int(said))
        if (index + 1) % 100 == 0:
            print(f"{index + 1} of {pictures} pictures", flush=True)
    return {c: np.array(r) for c, r in rows.items()}, {c: np.array(t, np.int8) for c, t in true.items()}


def logistic(x: Numbers, y: Numbers) -> Numbers:
    """Weights of the features and, last, of a constant; by Newton's method, classes weighing alike."""
    x = np.c_[x, np.ones(len(x))]
    each = np.where(y > 0, len(y) / (2 * y.sum()), len(y) / (2 * (1 - y).sum()))
    ridge = np.diag([RIDGE] * (x.shape[1] - 1) + [1e-6])
    w = np.zeros(x.shape[1])
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        step = np.linalg.solve(
            (x * (each * p * (1 - p))[:, None]).T @ x + ridge, x.T @ (each * (p - y)) + ridge @ w
        )
        w -= step * min(1.0, 5.0 / (np.abs(step).max() + 1e-9))
    return w


def area(score: Numbers, y: Numbers) -> float:
    """Area under the ROC curve."""
    order = np.argsort(np.argsort(score)) + 1
    n1, n0 = int(y.sum()), int((1 - y).sum())
    return float((order[y > 0].sum() - n1 * (n1 + 1) / 2) / (n1 * n0))


def fitted(names: list[str], x: Numbers, y: Numbers) -> dict[str, object]:
    """One detector's entry in weights.json."""
    centre, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = ((x - centre) / spread).clip(-4, 4)
    w = logistic(z, y)[:-1]
    score = z @ w
    slope, offset = platt(score, y)
    offset += float(np.log((1 - y).sum() / y.sum()))  # one in fifteen has it here; even odds elsewhere
    without, with_ = (
        float(np.quantile(score[y == 0], 1 - FALSE_ALARMS)),
        float(np.quantile(score[y > 0], 0.05)),
    )
    if with_ > without:
        # The two hardly touch, and Platt's slope is a guess: from one in twenty to nineteen in twenty across the gap.
        slope = 2 * np.log(19) / (with_ - without)
        offset = -slope * (with_ + without) / 2
    threshold = max(without, -offset / slope)
    features = {
        n: (float(c), float(s), float(v)) for n, c, s, v in zip(names, centre, spread, w, strict=True)
    }
    print(f"  area {area(score, y):.3f}, missed {np.mean(score[y > 0] <= threshold):.3f}")
    return {
        "features": features,
        "head": {"index": 0, "slope": slope, "offset": offset, "threshold": threshold},
    }


def main() -> None:
    """Make the material, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--pictures", type=int, default=600)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    found, true = material(args.pictures, args.photos)
    blank = view_of(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8))
    out = {}
    for detector in PICTURE_DETECTORS:
        told = true[detector.concept] >= 0
        print(f"{detector.concept}: {int((true[detector.concept] == 1).sum())} with, of {int(told.sum())}")
        names = list(detector.features(blank))
        out[detector.concept] = fitted(
            names, found[detector.concept][told], true[detector.concept][told].astype(float)
        )
    args.out.write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
