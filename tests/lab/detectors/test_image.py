"""Detectors of pictures: each finds its fault where it was put, on any size, and the viewer names what it was trained on."""

from __future__ import annotations

import io
import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps
from training.image.artefacts import ARTEFACTS, COMPANIONS
from training.image.objects import THINGS

from eschew.catalog.placing import place
from eschew.catalog.taxonomy import by_id
from eschew.errors import UnknownNameError, UsageError
from eschew.lab.detectors import image
from eschew.lab.detectors.image import CONCEPTS, PICTURE_DETECTORS, WORLD, labels, read_picture, viewer
from eschew.lab.detectors.image.detector import WEIGHTS
from eschew.lab.detectors.image.view import View, view_of
from eschew.lab.detectors.weights import weights

FOLDER = Path(image.__file__).parent
SHARED = {"__init__", "detector", "labels", "strokes", "view", "viewer"}
"""Files of the folder that are no detector."""


def scene(seed: int = 0, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Sharp things of many sizes and colours on a sky, without any fault."""
    rng = np.random.default_rng(seed)
    sky = np.linspace(235, 150, 2 * size[1])[:, None, None] * np.array([0.86, 0.93, 1.0])
    picture = Image.fromarray(np.broadcast_to(sky, (2 * size[1], 2 * size[0], 3)).astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    for _ in range(40):
        x, y, r = rng.uniform(0, 2 * size[0]), rng.uniform(0.3, 2) * size[1], rng.uniform(8, 90)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=tuple(int(v) for v in rng.integers(20, 215, 3)))
    return picture.resize(size, Image.Resampling.BOX)


def noisy(picture: Image.Image) -> Image.Image:
    pixels = np.asarray(picture, np.float32) + np.random.default_rng(5).normal(
        0, 25, (*picture.size[::-1], 3)
    )
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def saved(picture: Image.Image) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=8)
    return Image.open(file).convert("RGB")


def stamped(picture: Image.Image) -> Image.Image:
    layer = picture.copy()
    pen, font = ImageDraw.Draw(layer), ImageFont.load_default(26)
    for row, y in enumerate(range(0, picture.height, 48)):
        for x in range(-40 * (row % 2), picture.width, 110):
            pen.text((x, y), "SAMPLE", font=font, fill="white")
    return Image.blend(picture, layer, 0.45)


def captioned(picture: Image.Image) -> Image.Image:
    out = picture.copy()
    font = ImageFont.load_default(24)
    ImageDraw.Draw(out).text(
        (12, picture.height - 34),
        "one quiet morning in",
        font=font,
        fill="white",
        stroke_width=1,
        stroke_fill="black",
    )
    return out


def darkened(picture: Image.Image) -> Image.Image:
    y, x = (np.mgrid[0 : picture.height, 0 : picture.width].T / np.array(picture.size) * 2 - 1).T
    fall = 1 - 0.9 * (x**2 + y**2) / 2
    return Image.fromarray((np.asarray(picture) * fall[..., None].clip(0, 1)).astype(np.uint8))


FAULTS = {
    "blurry": lambda picture: picture.filter(ImageFilter.GaussianBlur(3.5)),
    "frame-border": lambda picture: ImageOps.expand(picture, 14, "black"),
    "image-noise": noisy,
    "jpeg-artefacts": saved,
    "low-contrast": lambda picture: ImageEnhance.Contrast(picture).enhance(0.25),
    "oversaturated": lambda picture: ImageEnhance.Color(picture).enhance(3.5),
    "text-in-image": captioned,
    "vignette": darkened,
    "watermark": stamped,
}


def pixels(picture: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(picture)


def scores(picture: Image.Image) -> dict[str, float]:
    return {reading.concept: reading.score for reading in read_picture(pixels(picture))}


@pytest.mark.parametrize("concept", FAULTS)
def test_a_fault_raises_the_score_of_its_own_detector(concept: str) -> None:
    for seed in range(3):
        clean = scene(seed)

        assert scores(FAULTS[concept](clean))[concept] > scores(clean)[concept]


def test_every_fault_has_a_detector_and_every_detector_a_file_of_its_own() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - SHARED
    names = {detector.title.replace("-", "_") for detector in PICTURE_DETECTORS}

    assert files == names
    assert {detector.concept for detector in PICTURE_DETECTORS} == set(FAULTS) == set(weights(WEIGHTS))


@pytest.mark.parametrize("detector", PICTURE_DETECTORS, ids=lambda d: d.title)
def test_a_detector_says_what_it_sees_and_where_it_errs_and_its_weights_are_its_features(
    detector: image.PictureDetector,
) -> None:
    assert detector.card.sees.endswith(".")
    assert detector.card.errs.endswith(".")
    assert list(detector.features(view_of(pixels(scene())))) == list(
        weights(WEIGHTS)[detector.concept].features
    )


@pytest.mark.parametrize("size", [(16, 16), (17, 61), (200, 40), (64, 65), (700, 500)])
@pytest.mark.parametrize("fill", ["noise", "black", "white", "grey"])
def test_any_size_and_any_plain_picture_is_read(size: tuple[int, int], fill: str) -> None:
    plain = {"black": 0, "white": 255, "grey": 128}.get(fill, 0)
    given = np.full((*size, 3), plain, np.uint8)
    if fill == "noise":
        given = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
    readings = read_picture(given)

    assert {reading.concept for reading in readings} == set(FAULTS)
    assert np.isfinite([reading.score for reading in readings]).all()
    assert all(0 <= reading.probability <= 1 for reading in readings)


def test_a_picture_of_the_embedded_size_is_read_by_the_viewer_each_concept_once() -> None:
    readings = read_picture(pixels(scene(size=(64, 64))))
    detectors = {reading.concept: reading.detector for reading in readings}

    assert len(readings) == len(detectors) == len(CONCEPTS)
    assert detectors["low-contrast"] == "low-contrast-1"
    assert all(detectors[concept] == f"viewer-1/{concept}" for concept in labels.VIEWED)


def test_things_are_read_from_larger_pictures_only_when_asked_for() -> None:
    given = pixels(scene())

    assert WORLD.isdisjoint(reading.concept for reading in read_picture(given))
    assert [(r.concept, r.detector) for r in read_picture(given, ["cat", "blurry"])] == [
        ("blurry", "blur-1"),
        ("cat", "viewer-1/cat"),
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (np.zeros((64, 64), np.uint8), "height × width × 3"),
        (np.zeros((64, 64, 4), np.uint8), "64 × 64 × 4"),
        (np.zeros((64, 64, 3), np.float32), "float32"),
        (np.zeros((8, 64, 3), np.uint8), "too small: 64 × 8"),
    ],
)
def test_what_is_no_picture_is_refused(given: np.ndarray, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_picture(given)

    assert said in str(caught.value)


def test_an_unknown_concept_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="nothing here sees 'unicorn'"):
        read_picture(pixels(scene()), ["unicorn"])


def test_the_tables_of_labels_are_those_of_the_world_the_viewer_was_trained_on() -> None:
    style = {label: concept for concept, (label, _) in labels.STYLES.items()}
    artefact = {label: concept for concept, label in labels.ARTEFACTS.items()}

    assert [words[0] for words in labels.THINGS.values()] == [thing.name for thing in THINGS]
    assert all(set(thing.words) <= set(labels.THINGS[thing.name.replace(" ", "-")]) for thing in THINGS)
    assert set(style) == set(COMPANIONS)
    assert set(artefact) == set(ARTEFACTS)
    assert {style[s]: artefact[a] for s, brought in COMPANIONS.items() for a in brought} == labels.BRINGS
    assert set(viewer.heads()) == set(labels.VIEWED)


@pytest.mark.parametrize(
    ("wording", "concept"),
    [
        ("watermark", "watermark"), ("blurry", "blurry"), ("blur", "blurry"), ("noise", "image-noise"),
        ("grainy", "image-noise"), ("jpeg artifacts", "jpeg-artefacts"), ("sketch", "sketch"), ("cartoon", "cartoon"),
        ("text", "text-in-image"), ("vignette", "vignette"), ("oversaturated", "oversaturated"),
        ("border", "frame-border"), ("low contrast", "low-contrast"), ("illustration", "illustration"),
        ("flat design", "vector-art"), ("glossy", "glare"),
    ],
)  # fmt: skip
def test_the_fields_wordings_lie_on_the_concepts_that_are_read(wording: str, concept: str) -> None:
    (placed,) = place(wording, "image")

    assert placed.concept == concept
    assert concept in CONCEPTS


def test_every_concept_but_things_is_one_of_the_taxonomy() -> None:
    assert {concept for concept in CONCEPTS if concept not in labels.THINGS} <= set(by_id())
    assert set(labels.COVERS) <= set(by_id())
    assert {c for covered in labels.COVERS.values() for c in covered} <= set(CONCEPTS)


@pytest.mark.parametrize(
    ("path", "kind", "concepts"),
    [
        (FOLDER / "evaluation.json", "others", sorted(FAULTS)),
        (viewer.FOLDER / "evaluation.json", "heldout", sorted(labels.VIEWED)),
    ],
    ids=["signal", "viewer"],
)
def test_every_detector_was_judged_as_shipped(path: Path, kind: str, concepts: list[str]) -> None:
    judged = json.loads(path.read_text("utf-8"))

    assert sorted(judged) == concepts
    for concept, row in judged.items():
        assert row["detector"] == image.detector_name(concept, viewer.SIDE if kind == "heldout" else 512)
        assert row[kind]["positives"] > 0
        assert row[kind]["auc"] > 0.85


def test_a_view_makes_each_thing_once() -> None:
    view: View = view_of(pixels(scene()))

    assert view.luma is view.luma
    assert view.side == 240


def test_the_shipped_numbers_are_plain_json() -> None:
    raw = msgspec.json.decode((FOLDER / "weights.json").read_bytes())

    assert all(len(feature) == 3 for entry in raw.values() for feature in entry["features"].values())
