"""Pictures before anything is done to them: photographs, drawings, pages of text, and fields of colour.

Photographs are not in this repository. `--photos DIR` names a folder with `dev/` and `test/` below it; `photos.py` fills
it from packages. Picture i of a part is a function of (SEED, part, i): those of one part are never seen in the other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from eschew.catalog.wording import words_of
from training.image.backgrounds import COLOURS, PATTERNS, SCENES, paint
from training.image.data import WORK
from training.image.icons import draw, svg
from training.image.objects import SETS, THINGS

SEED = 990003
PARTS = ("dev", "test")
KINDS = ("photo", "photo", "photo", "photo", "drawing", "drawing", "page", "field")
SIDES = (192, 448)
GREY = 24
"""Mean difference of the strongest and the weakest channel, of 255, below which a photograph has hardly any colour."""
FONTS = {
    "dev": ("dejavu/DejaVuSans.ttf", "dejavu/DejaVuSans-Bold.ttf", "dejavu/DejaVuSerif.ttf"),
    "test": ("liberation/LiberationSans-Regular.ttf", "liberation/LiberationSans-Bold.ttf",
             "liberation/LiberationSerif-Regular.ttf", "liberation/LiberationMono-Regular.ttf"),
}  # fmt: skip
FONT_FOLDER = Path("/usr/share/fonts/truetype")
WORDS = words_of(
    "the of and to in is was for on with as by at from it that are this have be an or not were which their had but one "
    "river mountain letter window morning paper silver garden number quiet market station winter table north harbour"
)

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Base:
    """One picture and what sort it is."""

    pixels: Pixels
    kind: str


def base(part: str, index: int, photos: Path) -> Base:
    """Picture `index` of `part`."""
    rng = np.random.default_rng([SEED, PARTS.index(part), index])
    kind = KINDS[index % len(KINDS)]
    width, height = (int(n) for n in rng.integers(*SIDES, 2))
    make = {"photo": _photo, "drawing": _drawing, "page": _page, "field": _field}[kind]
    pixels = make(part, width, height, rng, photos)
    if kind == "photo" and np.ptp(pixels, axis=2).mean() < GREY:
        kind = "grey photo"
    return Base(pixels, kind)


@cache
def _files(photos: Path, part: str) -> tuple[Path, ...]:
    found = tuple(
        sorted(p for p in (photos / part).iterdir() if p.suffix in (".png", ".jpg", ".jpeg", ".webp"))
    )
    if not found:
        raise SystemExit(
            f"there are no photographs in {photos / part}: see training/detectors_image/photos.py"
        )
    return found


@cache
def _opened(path: Path) -> Image.Image:
    image = Image.open(path).convert("RGB")
    # Large ones are held small: what is cut from them is made smaller again.
    image.thumbnail((1400, 1400), Image.Resampling.LANCZOS)
    return image


def _photo(part: str, width: int, height: int, rng: Generator, photos: Path) -> Pixels:
    """Most of a photograph, made smaller so that it is sharp: a small cut-out might hold its blurred ground alone."""
    files = _files(photos, part)
    image = _opened(files[int(rng.integers(len(files)))])
    most = min(image.width / width, image.height / height)
    scale = max(1.0, most * rng.uniform(0.75, 1.0))
    box = width * min(scale, most), height * min(scale, most)
    left, top = rng.uniform(0, image.width - box[0]), rng.uniform(0, image.height - box[1])
    cut = image.resize(
        (width, height), Image.Resampling.LANCZOS, (left, top, left + box[0], top + box[1]), reducing_gap=None
    )
    if rng.random() < 0.5:
        cut = cut.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return np.asarray(cut)


@cache
def _icons() -> dict[str, dict[str, Any]]:
    return {name: json.loads((WORK / "icons" / f"{name}.json").read_text()) for name in SETS}


def _drawing(part: str, width: int, height: int, rng: Generator, photos: Path) -> Pixels:
    """One to three icons on a ground, as clip art is; even things in one part, odd ones in the other."""
    kind = "plain" if rng.random() < 0.5 else str(rng.choice([*PATTERNS, *SCENES, "gradient"]))
    side = max(width, height)
    ground = paint(kind, str(rng.choice(list(COLOURS))), side, rng)[:height, :width]
    image = Image.fromarray((ground * 255).astype(np.uint8))
    mine = THINGS[PARTS.index(part) :: 2]
    for _ in range(int(rng.integers(1, 4))):
        thing, name = mine[int(rng.integers(len(mine)))], SETS[int(rng.integers(3))]
        size = round(min(width, height) * rng.uniform(0.4, 0.85))
        cut = Image.fromarray((draw(svg(_icons()[name], thing.icon), size) * 255).astype(np.uint8))
        at = (
            int(rng.integers(-size // 8, width - size + size // 8 + 1)),
            int(rng.integers(-size // 8, height - size + size // 8 + 1)),
        )
        image.paste(cut, at, cut)
    return np.asarray(image)


def _page(part: str, width: int, height: int, rng: Generator, photos: Path) -> Pixels:
    """Lines of words on paper."""
    paper = int(rng.integers(225, 256))
    image = Image.new("RGB", (width, height), (paper, paper, int(paper * rng.uniform(0.9, 1))))
    pen, size = ImageDraw.Draw(image), int(rng.integers(14, 34))
    font = ImageFont.truetype(FONT_FOLDER / str(rng.choice(FONTS[part])), size)
    ink = int(rng.integers(0, 60))
    for y in range(size, height - size, round(size * rng.uniform(1.25, 1.6))):
        line = " ".join(rng.choice(WORDS, 14))
        pen.text((size, y), line, font=font, fill=(ink, ink, ink))
    return np.asarray(image)


def _field(part: str, width: int, height: int, rng: Generator, photos: Path) -> Pixels:
    """Soft clouds of colour, or dead leaves: discs of all sizes one over another, as edges lie in nature."""
    if rng.random() < 0.3:
        small = rng.random((5, 5, 3)) * 255
        return np.asarray(
            Image.fromarray(small.astype(np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
        )
    image = Image.new("RGB", (2 * width, 2 * height))
    pen = ImageDraw.Draw(image)
    side = min(width, height)
    tint = rng.uniform(0.2, 0.9, 3)
    for _ in range(900):
        radius = side * 0.02 / np.sqrt(rng.uniform(0.002, 1))
        x, y = rng.uniform(0, 2 * width), rng.uniform(0, 2 * height)
        fill = (rng.uniform(0.05, 0.95) * (0.6 * tint + 0.4 * rng.random(3)) * 255 / tint.max()).clip(0, 255)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=tuple(int(v) for v in fill))
    return np.asarray(image.resize((width, height), Image.Resampling.BOX))
