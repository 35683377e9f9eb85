"""Draw a picture of the world: which things, in which style, where, on what; and compose it.

Captions and viewers are made from the facts alone, and they hold nothing that cannot be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from training.image.artefacts import ARTEFACTS, COMPANIONS, HIDING, STRANGER
from training.image.backgrounds import COLOURS, PAPER, PATTERNS, SCENES, paint
from training.image.icons import STYLES, cutouts
from training.image.objects import HUES, NAMES, THINGS

SIZE = 64
TWO_THINGS = 0.22
PAINTED = 0.35
"""Chance that a paintable thing is seen in a colour of its own choosing."""
CLEAN = 0.25
"""Share of pictures without any artefact, companions included: how a clean one of each style looks is known too."""

Pixels = NDArray[np.float32]


@dataclass(frozen=True)
class Thing:
    """A thing in the picture. `colour` is "" where it has its natural one; `place` says where the middle is."""

    name: str
    colour: str
    place: str
    large: bool


@dataclass(frozen=True)
class Scene:
    """What is true of one picture. `relation` is "" or how the first thing stands to the second."""

    things: tuple[Thing, ...]
    relation: str
    style: str
    background: str
    colour: str
    artefacts: tuple[str, ...]


PLACES = {
    "centre": (0.5, 0.5),
    "left": (0.31, 0.5),
    "right": (0.69, 0.5),
    "top": (0.5, 0.31),
    "bottom": (0.5, 0.69),
}
PLACE_SHARES = (0.6, 0.12, 0.12, 0.08, 0.08)
PAIRS = {
    "left of": ((0.27, 0.5), (0.73, 0.5)),
    "right of": ((0.73, 0.5), (0.27, 0.5)),
    "above": ((0.5, 0.26), (0.5, 0.74)),
}


def invent(rng: Generator) -> Scene:
    """The facts of one picture."""
    style = STYLES[int(rng.integers(len(STYLES)))]
    two = rng.random() < TWO_THINGS
    picks = rng.choice(len(THINGS), 2 if two else 1, replace=False)
    relation = str(rng.choice(list(PAIRS))) if two else ""
    things = []
    for pick in picks:
        kind = THINGS[int(pick)]
        painted = kind.paintable and style != "sketch" and rng.random() < PAINTED
        place = "" if two else str(rng.choice(list(PLACES), p=PLACE_SHARES))
        large = not two and place == "centre" and rng.random() < 0.55
        things.append(Thing(kind.name, str(rng.choice(list(HUES))) if painted else "", place, large))
    draw = rng.random()
    behind = "plain" if draw < 0.45 else "gradient" if draw < 0.58 else ""
    if not behind:
        behind = str(rng.choice(PATTERNS if draw < 0.7 else SCENES))
    if style == "sketch" and behind in ("night sky", "sea"):
        behind = "plain"
    colour = "" if behind in SCENES else str(rng.choice(PAPER if style == "sketch" else list(COLOURS)))
    return Scene(tuple(things), relation, style, behind, colour, _artefacts(style, rng))


def _artefacts(style: str, rng: Generator) -> tuple[str, ...]:
    if rng.random() < CLEAN:
        return ()
    chances = COMPANIONS[style]
    scale = 1 / (1 - CLEAN)
    present = [a for a in ARTEFACTS if rng.random() < scale * chances.get(a, STRANGER)]
    for first, second in HIDING:
        if first in present and second in present:
            present.remove(second if rng.random() < 0.5 else first)
    return tuple(present)


def compose(scene: Scene, rng: Generator, folder: Path, clean: bool = False) -> Pixels:
    """The picture (SIZE, SIZE, 3) in 0…1; `clean` leaves its artefacts out. `folder` holds the cut-outs."""
    picture = paint(scene.background, scene.colour, SIZE, rng)
    spots = PAIRS[scene.relation] if scene.relation else None
    for number, thing in enumerate(scene.things):
        side = SIZE * (
            rng.uniform(0.42, 0.5)
            if spots
            else rng.uniform(0.78, 0.94)
            if thing.large
            else rng.uniform(0.52, 0.66)
        )
        x, y = spots[number] if spots else PLACES[thing.place]
        drawn = cutouts(folder)[scene.style][NAMES.index(thing.name)]
        icon = Image.fromarray(drawn[int(rng.integers(len(drawn)))])
        if rng.random() < 0.35:
            icon = icon.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        if rng.random() < 0.5:
            icon = icon.rotate(float(rng.uniform(-14, 14)), resample=Image.Resampling.BILINEAR)
        icon = icon.resize((round(side), round(side)), Image.Resampling.BOX)
        cut = np.asarray(icon, np.float32) / 255
        if thing.colour:
            cut = np.concatenate([dyed(cut[..., :3], HUES[thing.colour]), cut[..., 3:]], axis=-1)
        jitter = rng.uniform(-0.03, 0.03, 2)
        picture = over(
            picture, cut, round((y + jitter[0]) * SIZE - side / 2), round((x + jitter[1]) * SIZE - side / 2)
        )
    if clean:
        return picture
    for name, spoil in ARTEFACTS.items():
        if name in scene.artefacts:
            picture = spoil(picture, rng)
    return picture


def over(picture: Pixels, cut: Pixels, top: int, left: int) -> Pixels:
    """`picture` with `cut` (RGBA) laid on it, its corner at (top, left); what hangs over the edge is cut off."""
    height, width = cut.shape[:2]
    size = len(picture)
    rows = slice(max(top, 0), min(top + height, size))
    columns = slice(max(left, 0), min(left + width, size))
    part = cut[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    out = picture.copy()
    alpha = part[..., 3:]
    out[rows, columns] = out[rows, columns] * (1 - alpha) + part[..., :3] * alpha
    return out


def dyed(rgb: Pixels, hue: float) -> Pixels:
    """Coloured parts turned to one hue, at least half saturated; greys and inks stay."""
    high, low = rgb.max(axis=-1, keepdims=True), rgb.min(axis=-1, keepdims=True)
    saturation = np.where(high > 0, (high - low) / (high + 1e-6), 0)
    turned = np.array([5.0, 3.0, 1.0]) + hue * 6
    k = turned % 6
    pure = 1 - np.clip(np.minimum(k, 4 - k), 0, 1)
    wanted = np.maximum(saturation, 0.72)
    dye = high * (1 - wanted * (1 - pure))
    share = ((saturation - 0.15) * 5).clip(0, 1)
    return (rgb * (1 - share) + dye * share).clip(0, 1).astype(np.float32)
