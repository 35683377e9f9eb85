"""What is done to the pictures that the detectors are fitted on: by Pillow and NumPy alone, at ordinary strengths.

What they are judged on is done by other programs: see others.py.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from training.detectors_image.bases import FONT_FOLDER, FONTS, WORDS

Pixels = NDArray[np.uint8]
Effect = Callable[[Image.Image, Generator], Image.Image]


def blur(image: Image.Image, rng: Generator) -> Image.Image:
    radius = max(1.4, min(image.size) * rng.uniform(0.0045, 0.012))
    kind = ImageFilter.GaussianBlur(radius) if rng.random() < 0.7 else ImageFilter.BoxBlur(radius * 1.5)
    return image.filter(kind)


def noise(image: Image.Image, rng: Generator) -> Image.Image:
    pixels = np.asarray(image, np.float32)
    height, width = pixels.shape[:2]
    grain = rng.standard_normal((height, width, 3 if rng.random() < 0.5 else 1))
    if rng.random() < 0.3:
        grain = (
            grain[: height // 2 + 1, : width // 2 + 1].repeat(2, axis=0).repeat(2, axis=1)[:height, :width]
        )
    return _picture(pixels + rng.uniform(10, 38) * grain)


def jpeg(image: Image.Image, rng: Generator) -> Image.Image:
    return _saved(image, int(rng.integers(5, 26)))


def watermark(image: Image.Image, rng: Generator) -> Image.Image:
    width, height = image.size
    layer = Image.new("L", (2 * width, 2 * height))
    size = min(width, height) * rng.uniform(0.06, 0.14)
    pen, font = ImageDraw.Draw(layer), _font(size, rng)
    word = str(rng.choice(["STOCK", "sample", "PREVIEW", "© photo", "draft copy", "example.com"]))
    length, step = pen.textlength(word, font=font), size * rng.uniform(1.8, 3.2)
    for row, y in enumerate(np.arange(0, 2 * height, step)):
        for x in np.arange(-length * 0.6 * (row % 2), 2 * width, length * rng.uniform(1.2, 1.25)):
            pen.text((x, y), word, font=font, fill=255)
    layer = layer.rotate(
        float(rng.choice([0, rng.uniform(15, 45), -rng.uniform(15, 45)])), resample=Image.Resampling.BILINEAR
    )
    stamp = np.asarray(
        layer.crop((width // 2, height // 2, width // 2 + width, height // 2 + height)), np.float32
    )
    ink = 255.0 if np.asarray(image).mean() < 180 else 40.0
    pixels = np.asarray(image, np.float32)
    return _picture(pixels + (ink - pixels) * stamp[..., None] / 255 * rng.uniform(0.2, 0.5))


def text(image: Image.Image, rng: Generator) -> Image.Image:
    image = image.copy()
    size = min(image.size) * rng.uniform(0.05, 0.12)
    pen, font = ImageDraw.Draw(image), _font(size, rng)
    words = " ".join(rng.choice(WORDS, 12))
    while words and pen.textlength(words, font=font) > 0.9 * image.width:
        words = words[:-1]
    words = words.upper() if rng.random() < 0.3 else words
    at = (
        image.width * rng.uniform(0.03, 0.08),
        image.height * float(rng.choice([0.03, 0.8, rng.uniform(0.1, 0.8)])),
    )
    dark = np.asarray(image)[int(at[1]) : int(at[1] + size)].mean() > 128
    fill: tuple[int, ...]
    fill, rim = ((0, 0, 0), (255, 255, 255)) if dark else ((255, 255, 255), (0, 0, 0))
    if rng.random() < 0.3:
        fill = tuple(int(v) for v in rng.choice([0, 255], 3))
    pen.text(at, words, font=font, fill=fill, stroke_width=int(rng.random() < 0.4), stroke_fill=rim)
    return image


def over_saturation(image: Image.Image, rng: Generator) -> Image.Image:
    return ImageEnhance.Color(image).enhance(float(rng.uniform(2.2, 3.8)))


def vignette(image: Image.Image, rng: Generator) -> Image.Image:
    width, height = image.size
    y, x = np.mgrid[0:height, 0:width]
    far = ((x / width * 2 - 1) ** 2 + (y / height * 2 - 1) ** 2) / 2
    fall = 1 - rng.uniform(0.6, 1.0) * far ** rng.uniform(0.7, 1.6)
    return _picture(np.asarray(image, np.float32) * fall[..., None].clip(0, 1))


def low_contrast(image: Image.Image, rng: Generator) -> Image.Image:
    share, grey = rng.uniform(0.2, 0.45), rng.uniform(90, 170)
    return _picture(grey + share * (np.asarray(image, np.float32) - 128))


def border(image: Image.Image, rng: Generator) -> Image.Image:
    wide = max(3, round(min(image.size) * rng.uniform(0.015, 0.1)))
    grey = int(rng.choice([0, 255, rng.integers(0, 256)]))
    colour = (grey, grey, grey) if rng.random() < 0.7 else tuple(int(v) for v in rng.integers(0, 256, 3))
    inner = image if rng.random() < 0.5 else ImageOps.crop(image, wide)
    return ImageOps.expand(inner, wide, fill=colour)


def ordinary(image: Image.Image, rng: Generator) -> Image.Image:
    """What harms nothing: a little sharper, lighter, warmer, or saved well."""
    kind = int(rng.integers(5))
    if kind == 0:
        return image.filter(ImageFilter.UnsharpMask(1.5, 60))
    if kind == 1:
        return ImageEnhance.Brightness(image).enhance(float(rng.uniform(0.8, 1.2)))
    if kind == 2:
        return ImageEnhance.Color(image).enhance(float(rng.uniform(0.6, 1.3)))
    if kind == 3:
        return _saved(image, int(rng.integers(85, 96)))
    return ImageEnhance.Contrast(image).enhance(float(rng.uniform(0.85, 1.2)))


def untreated(image: Image.Image, rng: Generator) -> Image.Image:
    return image


def _font(size: float, rng: Generator) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT_FOLDER / str(rng.choice(FONTS["dev"])), size)


def _saved(image: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


def _picture(pixels: NDArray[np.floating]) -> Image.Image:
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


EFFECTS: dict[str, Effect] = {
    "blurry": blur,
    "image-noise": noise,
    "jpeg-artefacts": jpeg,
    "watermark": watermark,
    "text-in-image": text,
    "oversaturated": over_saturation,
    "vignette": vignette,
    "low-contrast": low_contrast,
    "frame-border": border,
    "ordinary": ordinary,
    "untreated": untreated,
}
"""Concept → the effect that brings it; the last two bring none."""
ROUND = (*EFFECTS, "untreated", "ordinary", "watermark", "text-in-image")
"""Shares of the treatments. It has no factor in common with the kinds of base, so all meet all."""

UNCLEAR: dict[str, frozenset[str]] = {
    "field": frozenset({"blurry", "low-contrast", "oversaturated", "vignette"}),
    "page": frozenset({"low-contrast", "oversaturated", "watermark"}),
    "watermark": frozenset({"text-in-image"}),
    "text-in-image": frozenset({"watermark"}),
    "frame-border": frozenset({"vignette"}),
    "blurry": frozenset({"low-contrast"}),
}
"""Kind of base, or treatment → concepts for which it says nothing: nobody could tell whether a cloud of colour is blurred.

Pages are all text, so they count as such whatever is done to them.
"""


def truth(concept: str, treatment: str, kind: str) -> bool | None:
    """Whether the concept is there; None where that is unclear."""
    if concept == "text-in-image" and kind == "page":
        return None if treatment in ("blurry", "low-contrast", "watermark") else True
    if concept == treatment == "oversaturated" and kind == "grey photo":
        return None  # there is nothing to push: nobody would call it garish
    if concept in UNCLEAR.get(kind, ()) or (concept in UNCLEAR.get(treatment, ()) and concept != treatment):
        return None
    return concept == treatment
