"""A comparison of pictures counts what it sees, on pictures whose truth is known; and each file is read once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from eschew.backends import Picture, Receipt, noise_seed
from eschew.backends.seam import Step
from eschew.catalog.capabilities import capabilities
from eschew.catalog.model_facts import model
from eschew.lab import contents, pictures_moved
from eschew.lab.compare import compare
from eschew.lab.concepts import watch
from eschew.lab.values import Comparison
from eschew.plan import Plan, decide
from eschew.request import Request

PLAN = decide(Request("a disc on a wall", "noise", "sd-1.5"), capabilities(model("sd-1.5")))
SIDE = 96


@dataclass(frozen=True)
class Painter:
    """Draws a disc on a ground, and noise over it in most seeds unless the negative says so."""

    noisy: float = 0.7
    blind: bool = False

    def sample(self, plan: Plan, seed: int, item: int = 0, on_step: Step | None = None) -> Picture:
        noise = noise_seed(seed, item)
        y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
        disc = (x - noise.uniform(0.3, 0.7)) ** 2 + (y - noise.uniform(0.3, 0.7)) ** 2 < noise.uniform(
            0.03, 0.08
        )
        pixels = np.where(disc[..., None], noise.uniform(30, 110, 3), noise.uniform(140, 220, 3))
        heeded = not self.blind and plan.method != "none" and "noise" in plan.negative_prompt
        if noise.random() < self.noisy and not heeded:
            pixels = pixels + 28 * noise.standard_normal((SIDE, SIDE, 3))
        receipt = Receipt(plan.digest, seed, item, 20, 10, 0.0, ())
        return Picture(pixels.clip(0, 255).astype(np.uint8), receipt)


def silent(_done: int, _total: int) -> None:
    pass


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return compare(PLAN, range(12), Painter(), tmp_path_factory.mktemp("pictures"), 2, silent)


def test_a_negative_that_works_is_called_so(seen: Comparison) -> None:
    (noise,) = seen.targets

    assert noise.concept == "image-noise"
    assert noise.present_without >= 0.4
    assert noise.removed == 1.0
    assert noise.verdict == "removed"
    assert noise.detector == "noise-1"


def test_the_rows_are_png_files_and_the_measures_are_those_of_pictures(seen: Comparison) -> None:
    assert seen.modality == "image"
    assert all(pair.file_with.endswith(".png") for pair in seen.pairs)
    assert [moved.measure for moved in seen.moved] == [m.name for m in pictures_moved.MEASURES]


def test_a_negative_that_is_ignored_moves_nothing(tmp_path: Path) -> None:
    result = compare(PLAN, range(4), Painter(blind=True), tmp_path, 1, silent)
    moved = {m.measure: m.mean for m in result.moved}

    assert result.identical_outputs == 4
    assert moved == {"look": 0, "colours": 0, "structure kept": pytest.approx(1), "lightness": 0}


def test_each_file_is_read_once_and_none_when_all_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    real = contents.load

    def counted(path: Path) -> contents.Content:
        read.append(path.name)
        return real(path)

    monkeypatch.setattr(contents, "load", counted)
    first = compare(PLAN, range(3), Painter(), tmp_path, 2, silent)
    assert sorted(read) == sorted(path.name for path in (tmp_path / "clips").iterdir())
    assert len(read) == 6

    read.clear()
    again = compare(PLAN, range(3), Painter(), tmp_path, 2, silent)

    assert read == []
    assert again.moved == first.moved


def test_what_is_watched_in_pictures_of_the_embedded_world() -> None:
    found = watch(
        "a glossy 3d icon of a panda bear next to two slices of pizza", "cartoon, watermark, a lion", "image"
    )

    assert found.targets == ("cartoon", "watermark", "lion")
    assert found.asked == ("glare", "panda", "slice-of-pizza")
    assert found.companions == ("oversaturated",)
    assert found.unheard == ()


def test_a_word_for_many_faults_watches_them_all() -> None:
    found = watch("a cat", "low quality, artifacts, noise", "image")

    assert set(found.targets) == {"blurry", "image-noise", "jpeg-artefacts"}


def test_elsewhere_the_viewers_things_say_nothing() -> None:
    found = watch("a photo of a cat in a garden", "blurry, dog", "image", embedded=False)

    assert found.targets == ("blurry",)
    assert found.asked == ()
    assert found.unheard == ("dog",)
