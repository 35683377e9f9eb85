"""A picture on disk is whole and says how it was made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from eschew.backends import Picture, Receipt
from eschew.backends.pictures import infotext, write_picture
from eschew.errors import FileError
from eschew.plan import Plan

PLAN = Plan("sdxl", "a cat", "", "none", 5.0, 0.0, (0.0, 1.0), 8)
PICTURE = Picture(
    np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3), Receipt(PLAN.digest, 7, 0, 16, 8, 0.1, ())
)


def test_pixels_come_back_as_they_were(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png", PICTURE, PLAN)
    with Image.open(tmp_path / "a.png") as image:
        assert np.array_equal(np.asarray(image), PICTURE.pixels)


def test_without_a_negative_the_infotext_has_no_line_for_one() -> None:
    assert infotext(PICTURE, PLAN).splitlines()[0] == "a cat"
    assert "Negative prompt" not in infotext(PICTURE, PLAN)
    assert "Size: 6x4" in infotext(PICTURE, PLAN)


def test_other_endings_are_refused_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"\.jpg"):
        write_picture(tmp_path / "a.jpg", PICTURE, PLAN)
    (tmp_path / "taken.png").mkdir()
    with pytest.raises(FileError, match="cannot write the picture"):
        write_picture(tmp_path / "taken.png", PICTURE, PLAN)

    assert [path.name for path in tmp_path.iterdir()] == ["taken.png"]
