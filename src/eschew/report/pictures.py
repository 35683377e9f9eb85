"""The pairs to look at: both pictures side by side, a map of where they differ, and the detectors' calls; as a grid."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from eschew.backends.pictures import read_picture_file
from eschew.lab.values import Comparison, Pair
from eschew.report import words
from eschew.report.markup import Markup, tag, void
from eschew.report.pairs import OF_A_NEGATIVE, Sides, dot, head_of, name_of
from eschew.report.spectrogram import LEVELS, palette

OPEN_PAIRS = 24
"""How many pairs lie open; the others wait behind one click."""
CRISP = 160
"""Pictures up to so many pixels a side are scaled up in squares, not smoothed."""
LARGEST = 640
"""Pixels a side: larger pictures are made smaller for the page."""
BRIGHTEST = 128
"""A difference of so many of 256 steps, in any channel, is drawn lightest."""

Pixels = NDArray[np.uint8]


def pictures_section(comparison: Comparison, folder: Path, number: int) -> Markup:
    """All pairs of a comparison of pictures. FileError if one is missing."""
    shown = looks(comparison, folder, number)
    parts = [tag("h3", "Look"), looking(), gallery(shown[:OPEN_PAIRS])]
    if rest := shown[OPEN_PAIRS:]:
        parts.append(tag("details", tag("summary", words.plural(len(rest), "more pair")), gallery(rest)))
    return tag("div", *parts, attributes={"class": "looks"})


def looks(comparison: Comparison, folder: Path, number: int, sides: Sides = OF_A_NEGATIVE) -> list[Markup]:
    """Each pair with its map of difference. FileError if a picture is missing."""
    return [_pair(comparison, pair, folder, number, sides) for pair in comparison.pairs]


def gallery(pairs: list[Markup]) -> Markup:
    """Pairs as a grid."""
    return tag("div", *pairs, attributes={"class": "gallery"})


def looking() -> Markup:
    """What the marks and the map mean."""
    return tag(
        "div",
        tag(
            "p",
            "Each pair began from the same noise. The map shows where the two differ: black is equal, the lighter the "
            "more. The detectors’ calls, before → after: ",
            dot("present"),
            " present, ",
            dot("absent"),
            " absent.",
        ),
        attributes={"class": "looking"},
    )


def _pair(comparison: Comparison, pair: Pair, folder: Path, number: int, sides: Sides) -> Markup:
    without, with_ = (read_picture_file(folder / file) for file in (pair.file_without, pair.file_with))
    crisp = max(without.shape[:2]) <= CRISP
    return tag(
        "article",
        head_of(comparison, pair, number),
        tag(
            "div",
            *(
                _figure(label, f"Seed {pair.seed} {spoken}", _shown(pixels), pixels.shape)
                for label, spoken, pixels in zip(sides.labels, sides.spoken, (without, with_), strict=True)
            ),
            _figure(
                "Difference", f"Where the two of seed {pair.seed} differ", _map(without, with_), without.shape
            ),
            attributes={"class": "triple crisp" if crisp else "triple"},
        ),
        attributes={"class": "pair", "aria-labelledby": name_of(pair, number)},
    )


def _figure(label: str, spoken: str, source: str, shape: tuple[int, ...]) -> Markup:
    picture = void(
        "img",
        {"src": source, "width": str(shape[1]), "height": str(shape[0]), "alt": spoken, "decoding": "async"},
    )
    return tag("figure", tag("figcaption", label), picture)


def _shown(pixels: Pixels) -> str:
    """A picture as a data URI: exact if small."""
    image, file = _fitting(Image.fromarray(pixels)), BytesIO()
    if max(image.size) <= CRISP:
        image.save(file, "PNG", optimize=True)
        return _data_uri("image/png", file.getvalue())
    image.save(file, "JPEG", quality=92, subsampling=0)
    return _data_uri("image/jpeg", file.getvalue())


def _map(without: Pixels, with_negative: Pixels) -> str:
    """The largest difference of the three channels at each pixel, in the colours of the spectrograms."""
    if without.shape != with_negative.shape:
        with_negative = np.asarray(Image.fromarray(with_negative).resize(without.shape[1::-1]))
    apart = np.abs(without.astype(np.int16) - with_negative).max(axis=2)
    level = np.minimum(apart * (LEVELS - 1) // BRIGHTEST, LEVELS - 1).astype(np.uint8)
    image, file = _fitting(Image.fromarray(level)), BytesIO()
    image.putpalette(palette())
    image.save(file, "PNG", optimize=True)
    return _data_uri("image/png", file.getvalue())


def _fitting(image: Image.Image) -> Image.Image:
    image.thumbnail((LARGEST, LARGEST), Image.Resampling.BOX)
    return image


def _data_uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{b64encode(content).decode('ascii')}"
