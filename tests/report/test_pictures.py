"""The grid of a comparison of pictures: exact pixels, a map of what differs, and no word about sound."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from eschew.errors import FileError
from eschew.lab.values import Comparison, Pair
from eschew.report.page import page


def two(seed: int, side: int, folder: Path, comparison: Comparison) -> Pair:
    """A picture, and the same with one white square on it."""
    pixels = np.random.default_rng(seed).integers(0, 100, (side, side, 3), np.uint8)
    Image.fromarray(pixels).save(folder / f"{seed}-without.png")
    pixels[: side // 4, : side // 4] = 255
    Image.fromarray(pixels).save(folder / f"{seed}-with.png")
    return replace(
        comparison.pairs[seed],
        file_without=f"{seed}-without.png",
        file_with=f"{seed}-with.png",
        identical=False,
    )


@pytest.fixture
def pictures(comparison: Comparison, tmp_path: Path) -> Comparison:
    pairs = tuple(two(seed, side, tmp_path, comparison) for seed, side in ((0, 64), (1, 800)))
    return replace(comparison, pairs=pairs, modality="image", remarks=())


def embedded(html: str, alt: str) -> Image.Image:
    (source,) = re.findall(rf'<img src="data:image/\w+;base64,([^"]+)"[^>]*alt="{alt}"', html)
    return Image.open(BytesIO(b64decode(source)))


def test_small_pictures_are_shown_pixel_by_pixel(pictures: Comparison, tmp_path: Path) -> None:
    html = page([pictures], tmp_path, "Noise")
    shown = np.asarray(embedded(html, "Seed 0 with the negative").convert("RGB"))

    assert np.array_equal(shown, np.asarray(Image.open(tmp_path / "0-with.png")))
    assert html.count('class="triple crisp"') == 1
    assert ".crisp img { image-rendering: pixelated" in html


def test_large_pictures_are_made_smaller(pictures: Comparison, tmp_path: Path) -> None:
    html = page([pictures], tmp_path, "Noise")

    assert embedded(html, "Seed 1 without the negative").size == (640, 640)


def test_the_map_is_black_where_nothing_changed_and_light_where_much_did(
    pictures: Comparison, tmp_path: Path
) -> None:
    grey = np.asarray(
        embedded(page([pictures], tmp_path, "Noise"), "Where the two of seed 0 differ").convert("L")
    )

    assert grey[:16, :16].min() > 200
    assert grey[16:].max() < 20


def test_the_page_speaks_of_pictures(pictures: Comparison, tmp_path: Path) -> None:
    html = page([pictures], tmp_path, "Noise")
    text = re.sub(r"<style>.*?</style>|<script>.*?</script>", "", html, flags=re.DOTALL)

    assert "in 2 of 2 pictures without the negative" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "look for yourself" in text
    assert "<audio" not in text
    assert not re.search(r"\bclips?\b|Vorbis|listen for", text)


def test_a_picture_that_is_missing_is_named(pictures: Comparison, tmp_path: Path) -> None:
    (tmp_path / "1-with.png").unlink()

    with pytest.raises(FileError, match=r"cannot read this as a picture"):
        page([pictures], tmp_path, "Noise")
