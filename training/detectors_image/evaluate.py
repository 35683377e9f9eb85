"""Judge the detectors of pictures.

    python -m training.detectors_image.evaluate others --material DIR     # signal detectors, on what others.py made
    python -m training.detectors_image.evaluate viewer --pictures 1500    # the viewer, on fresh renders of its world

Each writes one JSON object beside what it judges, of the shape of lab/listeners/evaluation.json: concept → detector, and
the counts, areas under the ROC curve and error rates at the shipped threshold, with 95 % intervals.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from eschew.backends.pictures import read_picture_file
from eschew.errors import EschewError, FileError
from eschew.lab.detectors.image import PICTURE_DETECTORS, viewer
from eschew.lab.detectors.image.detector import WEIGHTS
from eschew.lab.detectors.image.labels import VIEWED, label_of
from eschew.lab.detectors.image.view import view_of
from training.detectors.evaluate import Trial, judge
from training.image.data import WORK
from training.image.world import compose, invent

Json = dict[str, Any]
SEED = 990004


def other_trials(material: Path) -> Iterable[Trial]:
    """Pictures made with other people's effects, as far as `labels.jsonl` has a line for them; FileError without it."""
    try:
        rows = [json.loads(line) for line in (material / "labels.jsonl").read_text("utf-8").splitlines()]
    except (OSError, ValueError) as error:
        hint = "make it with: python -m training.detectors_image.others --out DIR"
        raise FileError("there are no labels here", where=str(material), why=str(error), hint=hint) from error
    labels: dict[str, dict[str, Json]] = {}
    for row in rows:
        labels.setdefault(row["file"], {})[row["concept"]] = row
    for file, concepts in sorted(labels.items()):
        view = view_of(read_picture_file(material / file))
        for detector in PICTURE_DETECTORS:
            if (told := concepts.get(detector.concept)) is not None:
                yield Trial(detector.read(view), bool(told["present"]), str(told["tool"]))


def fresh_trials(pictures: int, folder: Path) -> Iterable[Trial]:
    """Fresh renders of nano-image's world; what is true of them is what was drawn."""
    for index in range(pictures):
        rng = np.random.default_rng([SEED, index])
        scene = invent(rng)
        pixels = (compose(scene, rng, folder) * 255).round().astype(np.uint8)
        true = {*(thing.name for thing in scene.things), scene.style, *scene.artefacts}
        for reading in viewer.read(pixels):
            yield Trial(reading, label_of(reading.concept) in true, "")


def results(trials: list[Trial], kind: str, concepts: Iterable[str]) -> dict[str, Json]:
    """Concept → its detector, and how it does on this kind of picture; the other kind is null."""
    out: dict[str, Json] = {}
    for concept in concepts:
        mine = [t for t in trials if t.reading.concept == concept]
        empty: Json = {"heldout": None, "others": None}
        out[concept] = {"detector": mine[0].reading.detector, **empty, kind: judge(mine)}
    return out


def main() -> None:
    """Evaluate, write the JSON, and say the areas."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("which", choices=("others", "viewer"))
    parser.add_argument("--material", type=Path, help="what others.py made")
    parser.add_argument("--pictures", type=int, default=1500)
    parser.add_argument("--data", type=Path, default=WORK, help="where the cut-outs of the world lie")
    parser.add_argument("--out", type=Path, help="default: beside what is judged")
    args = parser.parse_args()
    try:
        if args.which == "others":
            if args.material is None:
                parser.error("--material DIR is needed")
            found = results(
                list(other_trials(args.material)), "others", [d.concept for d in PICTURE_DETECTORS]
            )
        else:
            found = results(list(fresh_trials(args.pictures, args.data)), "heldout", VIEWED)
    except EschewError as error:
        raise SystemExit(str(error)) from None
    folder = WEIGHTS.parent if args.which == "others" else viewer.FOLDER
    out = args.out or folder / "evaluation.json"
    temporary = out.with_name(out.name + ".tmp")
    temporary.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    temporary.replace(out)
    for concept, row in found.items():
        kind = row["others"] or row["heldout"]
        if kind:
            print(
                f"{concept:22} {kind['auc']:.3f} {kind['auc_ci95']} missed {kind['missed']['rate']:.3f} false {kind['false_alarms']['rate']:.3f}"
            )


if __name__ == "__main__":
    main()
