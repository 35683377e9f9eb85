"""Over-saturation: colours pushed until channels run into their ends."""

from __future__ import annotations

import numpy as np

from eschew.lab.detectors.image import viewer
from eschew.lab.detectors.image.detector import Card, PictureDetector
from eschew.lab.detectors.image.view import View


def features(view: View) -> dict[str, float]:
    """How strong colours are, how many have a channel at its lower or upper end, and what the viewer says."""
    strongest, weakest, chroma = view.rgb.max(axis=2), view.rgb.min(axis=2), view.chroma
    coloured = chroma > 0.12
    share = float(coloured.mean())
    empty = (weakest < 0.01) & coloured
    full = (strongest > 0.99) & coloured
    some = chroma[coloured] if coloured.any() else np.zeros(1, np.float32)
    return {
        "mean": float(chroma.mean()),
        "strong": float(np.percentile(chroma, 90)),
        "coloured": share,
        "among coloured": float(some.mean()),
        "empty channel": float(empty.mean()),
        "empty among coloured": float(empty.sum() / max(1, coloured.sum())),
        "full channel": float(full.mean()),
        "garish": float((chroma > 0.75).mean()),
        "viewer": float(
            viewer.look(viewer.small(view.pixels)[None]).logits[0, viewer.heads()["oversaturated"].index]
        ),
    }


OVER_SATURATION = PictureDetector(
    "oversaturated",
    "over-saturation",
    Card(
        sees="Garish colour: hues pushed so far that a channel is empty or full in much of what is coloured.",
        errs="Flat graphics in pure colours are saturated by design, and it says so; a grey picture has nothing to push.",
    ),
    features,
)
