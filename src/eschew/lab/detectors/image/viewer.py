"""The trained viewer: which things, which style and which artefacts a small picture shows, as nano-image draws them.

Card. Sees: 64 things, 5 styles and 8 artefacts of nano-image's world, in pictures of 64 × 64 pixels; others are cut to a
square and made small. It was trained on renders of that world alone (`training/image/viewer.py`): a photograph of a
cat is nothing that it knows, so pictures of other sizes are shown to it only where its concepts are asked for by name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eschew.lab.detectors.image.labels import VIEWED
from eschew.lab.listen import Head
from eschew.lab.values import Reading

FOLDER = Path(__file__).parents[2] / "viewers"
SIDE = 64
VERSION = "1"

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Seen:
    """What the viewer made of some pictures: logits (n, 77), and the features of its stages, fine to coarse."""

    logits: Floats
    stages: tuple[Floats, ...]


@cache
def heads() -> dict[str, Head]:
    """Concept → head."""
    raw = json.loads((FOLDER / "viewer.json").read_text("utf-8"))
    return {name: Head(**entry) for name, entry in raw.items()}


@cache
def _session() -> Any:
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(FOLDER / "viewer.onnx"), options, ["CPUExecutionProvider"])


def look(pictures: Floats) -> Seen:
    """Show the viewer pictures (n, 64, 64, 3) in 0…1."""
    logits, *stages = _session().run(None, {"pictures": np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))})
    return Seen(logits, tuple(stages))


def small(pixels: NDArray[np.uint8]) -> Floats:
    """(64, 64, 3) in 0…1: the middle square of a picture, made small by averaging."""
    from PIL import Image

    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = pixels[top : top + side, left : left + side]
    if side != SIDE:
        square = np.asarray(Image.fromarray(square).resize((SIDE, SIDE), Image.Resampling.BOX))
    return np.asarray(square, np.float32) / np.float32(255)


def name_of(concept: str) -> str:
    """The detector's name, as results quote it."""
    return f"viewer-{VERSION}/{concept}"


def read(pixels: NDArray[np.uint8], concepts: tuple[str, ...] = VIEWED) -> tuple[Reading, ...]:
    """Readings of `concepts`, all of VIEWED, in one pass."""
    if not concepts:
        return ()
    logits = look(small(pixels)[None]).logits[0]
    out = []
    for concept in concepts:
        head = heads()[concept]
        logit = float(logits[head.index])
        out.append(Reading(concept, name_of(concept), logit, head.probability(logit), logit > head.threshold))
    return tuple(out)
