"""CLIP as a judge of pictures (Radford et al. 2021): does "a photo with X" fit better than "a photo"?"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eschew.lab.detectors.image.view import view_of
from eschew.lab.detectors.judge.weights import loaded
from eschew.lab.detectors.judge.wording import Frame, questions, readings, sentences
from eschew.lab.values import Reading

FRAMES = (
    Frame("a photo with {}", "a photo"),
    Frame("a picture with {}", "a picture"),
    Frame("an image showing {}", "an image"),
)


def judge_picture(pixels: NDArray[np.uint8], concepts: Collection[str], folder: Path) -> tuple[Reading, ...]:
    """One reading a concept (an id of the catalogue, or any wording), by the CLIP model in `folder`.

    `pixels` uint8 (height, width, 3). PromptError for a negated wording, FileError for a folder that is no CLIP,
    MissingExtraError without transformers.
    """
    asked, pixels = questions(concepts), view_of(pixels).pixels
    model, processor = loaded(folder, "clip")
    import torch

    inputs = processor(
        text=sentences(asked, FRAMES), images=[pixels], return_tensors="pt", padding=True, truncation=True
    )
    with torch.inference_mode():
        logits = model(**inputs).logits_per_image[0].float().numpy()
    return readings(asked, FRAMES, logits, f"clip/{folder.name}")
