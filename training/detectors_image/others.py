"""Make the material that detectors of pictures are judged on: other pictures, under *other people's* effects.

    python -m training.detectors_image.others --photos DIR --out DIR --pictures 510

The detectors were fitted on Pillow's effects (effects.py), so they are judged on those of FFmpeg, ImageMagick and
OpenCV at ordinary strengths, on photographs and drawings that were never used before. Picture i is a function of
(SEED, i). Writes PNG files and `labels.jsonl`, one line for each picture and concept:

    {"file", "concept", "present", "treatment", "tool", "settings", "base"}

Where nobody could tell (a blurred cloud of colour), that pair has no line.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from eschew.errors import UsageError
from training import labelled
from training.detectors_image.bases import SEED, base
from training.detectors_image.effects import EFFECTS, ROUND, truth
from training.detectors_image.treatments import TREATMENTS, Dry

PROGRAMS = ("ffmpeg", "convert", "composite")
CONCEPTS = tuple(name for name in EFFECTS if name not in ("ordinary", "untreated"))


def make_picture(index: int, photos: Path, out: Path) -> list[dict[str, object]]:
    """Write picture `index` into `out`; returns its lines of `labels.jsonl`."""
    rng = np.random.default_rng([SEED, 8, index])
    name, turn = ROUND[index % len(ROUND)], index // len(ROUND)
    tool, apply = TREATMENTS[name][turn % len(TREATMENTS[name])]
    picture = base("test", index // 2, photos)
    with tempfile.TemporaryDirectory() as scratch:
        pixels, settings = apply(Dry(picture.pixels, Path(scratch)), rng)
    file = f"{index:04d}-{name}.png"
    Image.fromarray(pixels).save(out / f".{file}", "PNG")
    (out / f".{file}").replace(out / file)
    facts = {"treatment": name, "tool": tool, "settings": settings, "base": picture.kind}
    said = {concept: truth(concept, name, picture.kind) for concept in CONCEPTS}
    return [{"file": file, "concept": c, "present": p, **facts} for c, p in said.items() if p is not None]


def check_tools() -> None:
    """Raise UsageError for the first program that is not there."""
    missing = [p for p in PROGRAMS if shutil.which(p) is None]
    if missing:
        raise UsageError(f"not installed: {', '.join(missing)}", hint="apt-get install ffmpeg imagemagick")


def main() -> None:
    """Make the pictures, then the labels."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pictures", type=int, default=510, help=f"rounds of {len(ROUND)} keep the shares")
    args = parser.parse_args()
    labelled.write(
        args.out,
        args.pictures,
        "pictures",
        check_tools,
        lambda index: make_picture(index, args.photos, args.out),
        CONCEPTS,
    )


if __name__ == "__main__":
    main()
