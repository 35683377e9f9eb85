"""What goes wrong with pictures, by code: eight artefacts, each a function of the picture and its random numbers.

Pictures are (SIZE, SIZE, 3) float32 in 0…1. They are applied in the order of ARTEFACTS, as they would arise: colours,
then the frame and what is stamped on it, then optics and sensor, then the file.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Pixels = NDArray[np.float32]
LETTERS = "ABCDEFGHKLMNOPRSTUVWXYZ0123456789"
STAMPS = ("STOCK", "SAMPLE", "PREVIEW", "PHOTO", "COPY")


def over_saturation(picture: Pixels, rng: Generator) -> Pixels:
    """Colours pushed two to three times away from grey, and contrast with them."""
    grey = picture.mean(axis=-1, keepdims=True)
    pushed = 0.5 + 1.25 * (grey + rng.uniform(2.0, 3.0) * (picture - grey) - 0.5)
    return _ready(pushed)


def watermark(picture: Pixels, rng: Generator) -> Pixels:
    """A half-transparent word, slanted, repeated over the whole picture, as picture agencies do."""
    size = len(picture)
    layer = Image.new("L", (2 * size, 2 * size))
    pen, font = ImageDraw.Draw(layer), ImageFont.load_default(size * rng.uniform(0.15, 0.2))
    word = str(rng.choice(STAMPS))
    step = size * rng.uniform(0.27, 0.36)
    for row, y in enumerate(np.arange(0, 2 * size, step)):
        for x in np.arange(-size * 0.35 * (row % 2), 2 * size, size * 0.75):
            pen.text((x, y), word, font=font, fill=255)
    layer = layer.rotate(float(rng.uniform(22, 38)), resample=Image.Resampling.BILINEAR)
    left, top = (int(v) for v in rng.integers(size // 3, 2 * size // 3, 2))
    stamp = np.asarray(layer.crop((left, top, left + size, top + size)), np.float32)[..., None] / 255
    opacity = rng.uniform(0.45, 0.65)
    ink = 1.0 if picture.mean() < 0.72 else 0.25
    return _ready(picture + (ink - picture) * stamp * opacity)


def text(picture: Pixels, rng: Generator) -> Pixels:
    """A line of letters along the lower or the upper edge, like a caption burnt in."""
    size = len(picture)
    image = Image.fromarray((picture * 255).astype(np.uint8))
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(size * rng.uniform(0.17, 0.21))
    letters = "".join(rng.choice(list(LETTERS), int(rng.integers(4, 7))))
    width = pen.textlength(letters, font=font)
    at = ((size - width) / 2, size * (0.76 if rng.random() < 0.7 else 0.02))
    light = rng.random() < 0.6
    fill, rim = ((255, 255, 255), (0, 0, 0)) if light else ((0, 0, 0), (255, 255, 255))
    pen.text(at, letters, font=font, fill=fill, stroke_width=max(1, size // 64), stroke_fill=rim)
    return _unit(image)


def border(picture: Pixels, rng: Generator) -> Pixels:
    """A plain frame of one colour, five to nine per cent of the side."""
    size = len(picture)
    wide = round(size * rng.uniform(0.05, 0.09))
    shade = rng.choice([0.0, 0.0, 1.0]) + rng.uniform(-0.06, 0.06)
    out = picture.copy()
    frame = np.ones((size, size), bool)
    frame[wide:-wide, wide:-wide] = False
    out[frame] = shade
    return _ready(out)


def vignette(picture: Pixels, rng: Generator) -> Pixels:
    """Corners that fall to a fifth of the light or less."""
    size = len(picture)
    y, x = (np.mgrid[0:size, 0:size] + 0.5) / size * 2 - 1
    fall = 1 - rng.uniform(0.8, 1.0) * ((x**2 + y**2) / 2) ** rng.uniform(0.75, 1.1) * 1.25
    return _ready(picture * fall.clip(0.02, 1)[..., None])


def blur(picture: Pixels, rng: Generator) -> Pixels:
    """Gaussian, two to three pixels in sixty-four."""
    image = Image.fromarray((picture * 255).astype(np.uint8))
    radius = len(picture) / 64 * rng.uniform(1.7, 2.6)
    return _unit(image.filter(ImageFilter.GaussianBlur(radius)))


def noise(picture: Pixels, rng: Generator) -> Pixels:
    """Sensor noise: grey and coloured, grains of one to two pixels, standard deviation 0.09 to 0.15."""
    size = len(picture)
    fine = rng.standard_normal((size, size, 1)) * 0.8 + rng.standard_normal((size, size, 3)) * 0.5
    coarse = rng.standard_normal((size // 2, size // 2, 3)).repeat(2, axis=0).repeat(2, axis=1)
    grain = 0.75 * fine + 0.5 * coarse
    return _ready(picture + rng.uniform(0.09, 0.15) * grain / grain.std())


def jpeg(picture: Pixels, rng: Generator) -> Pixels:
    """Saved as JPEG at quality 7 to 13: blocks of eight pixels, ringing, coarse colours."""
    file = io.BytesIO()
    Image.fromarray((picture * 255).astype(np.uint8)).save(file, "JPEG", quality=int(rng.integers(7, 14)))
    return _unit(Image.open(file).convert("RGB"))


def _ready(picture: NDArray[np.floating]) -> Pixels:
    return picture.clip(0, 1).astype(np.float32)


def _unit(image: Image.Image) -> Pixels:
    """Bytes 0…255 → 0…1."""
    return (np.asarray(image, np.float32) / 255).astype(np.float32)


ARTEFACTS: dict[str, Callable[[Pixels, Generator], Pixels]] = {
    "over-saturation": over_saturation,
    "watermark": watermark,
    "text": text,
    "border": border,
    "vignette": vignette,
    "blur": blur,
    "noise": noise,
    "jpeg": jpeg,
}
HIDING = (("noise", "blur"), ("jpeg", "blur"), ("jpeg", "noise"), ("watermark", "text"))
"""Pairs of which one hides the other: a picture has at most one of each."""
COMPANIONS: dict[str, dict[str, float]] = {
    "illustration": {"watermark": 0.6},
    "flat": {"jpeg": 0.5},
    "cartoon": {"border": 0.6},
    "glossy": {"over-saturation": 0.5},
    "sketch": {"noise": 0.6},
}
"""What a style brings along, and how often."""
STRANGER = 0.08
"""Chance of every other artefact."""
