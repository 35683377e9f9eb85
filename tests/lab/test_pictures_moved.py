"""What else moved in pictures: nothing between equal ones, and each measure answers to its own kind of change."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter

from eschew.errors import UsageError
from eschew.lab.measures import averaged
from eschew.lab.pictures_moved import (
    MEASURES,
    colours,
    differences,
    lightness,
    perceptual,
    structure,
)


def picture(seed: int = 0, shape: tuple[int, int] = (64, 64)) -> np.ndarray:
    coarse = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), np.uint8)
    return np.asarray(Image.fromarray(coarse).resize(shape[::-1], Image.Resampling.BICUBIC))


@pytest.mark.parametrize("shape", [(64, 64), (48, 200), (300, 220)])
def test_equal_pictures_are_nowhere_apart(shape: tuple[int, int]) -> None:
    given = picture(shape=shape)

    assert differences(given, given) == (0, 0, pytest.approx(1), 0)


def test_a_turned_picture_keeps_its_colours_and_loses_its_structure() -> None:
    given = picture()
    turned = np.ascontiguousarray(given[::-1, ::-1])

    assert colours(given, turned) == 0
    assert structure(given, turned) < 0.5
    assert perceptual(given, turned) > 0.02


def test_other_colours_leave_the_structure() -> None:
    grey = np.repeat(picture()[..., :1], 3, axis=2)
    tinted = grey.copy()
    tinted[..., 2] = 255 - tinted[..., 2]

    assert colours(grey, tinted) > 0.5
    assert lightness(grey, np.minimum(grey.astype(int) + 20, 255).astype(np.uint8)) == pytest.approx(
        100 * 20 / 255, abs=1
    )


def test_more_blur_is_further_away() -> None:
    given = Image.fromarray(picture(3))
    further = [
        perceptual(np.asarray(given), np.asarray(given.filter(ImageFilter.GaussianBlur(r))))
        for r in (0.5, 1, 2, 4)
    ]

    assert further == sorted(further)
    assert further[0] > 0


def test_structure_is_the_ssim_of_scikit_image() -> None:
    from skimage.metrics import structural_similarity

    a, b = picture(1), picture(2)
    light = [p.astype(float) @ np.array([0.299, 0.587, 0.114]) / 255 for p in (a, b)]
    # Theirs averages over windows that lie within the picture, as ours does.
    assert structure(a, b) == pytest.approx(structural_similarity(*light, data_range=1.0), abs=1e-9)


def test_the_mean_comes_with_an_interval() -> None:
    rows = [differences(picture(seed), picture(seed + 50)) for seed in range(6)]
    found = averaged(MEASURES, rows)

    assert [moved.measure for moved in found] == [measure.name for measure in MEASURES]
    assert all(moved.ci95[0] <= moved.mean <= moved.ci95[1] for moved in found)
    assert averaged(MEASURES, []) == ()


def test_two_sizes_are_no_pair() -> None:
    with pytest.raises(UsageError, match="differ in size"):
        differences(picture(), picture(shape=(64, 80)))
