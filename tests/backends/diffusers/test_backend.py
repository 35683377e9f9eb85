"""Plans through diffusers: the embedded model as its graphs run it, pictures from a folder on disk, wishes that fail."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.backends.diffusers.tiny_ace_step import FRAMES, RATE, tiny_ace_step
from tests.backends.diffusers.tiny_unet import SIZE, stable_diffusion

from eschew import api
from eschew.backends import Backend, Picture, Sample
from eschew.backends.clips import read_clip_file, write_clip
from eschew.backends.diffusers import attach
from eschew.backends.diffusers.backend import DiffusersBackend
from eschew.backends.diffusers.loading import Loaded, briefest
from eschew.backends.engine import open_backend
from eschew.catalog.model_facts import model
from eschew.errors import EschewError, FileError, KnobError, RefusalError
from eschew.plan import Plan, without_negative
from eschew.request import Engine, Request

LOFI = Request("Lo-fi hip-hop with drums", "vinyl crackle", num_inference_steps=3, guidance_scale=2.0)
CPU = Engine("diffusers", device="cpu")
TOLERANCE = 0.01
"""Of samples in −1..1: latents agree to 1e-4, and the codec's phase search makes more of that."""


@pytest.fixture(scope="module")
def nano() -> Backend:
    return open_backend(model("nano-music"), CPU, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tiny-sd")
    stable_diffusion().save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def pictures(folder: Path) -> Backend:
    return open_backend(model("sd-1.5"), Engine(model_path=str(folder), device="cpu"), 1)


def picture_plan(**wishes: Any) -> Plan:
    return api.plan(
        Request("a red cat", "a dog", "sd-1.5", num_inference_steps=3, guidance_scale=5.0, **wishes)
    )


def audio(backend: Backend, plan: Plan, seed: int = 0, item: int = 0) -> np.ndarray[Any, Any]:
    made = backend.sample(plan, seed, item)
    assert isinstance(made, Sample)
    return made.audio


def pixels(backend: Backend, plan: Plan, seed: int = 0, item: int = 0) -> np.ndarray[Any, Any]:
    made = backend.sample(plan, seed, item)
    assert isinstance(made, Picture)
    return made.pixels


@pytest.mark.parametrize("with_negative", [True, False])
def test_the_embedded_model_agrees_with_its_graphs(nano: Backend, with_negative: bool) -> None:
    plan = api.plan(LOFI)
    plan = plan if with_negative else without_negative(plan)
    graphs = open_backend(model("nano-music"), Engine(), 1)

    assert np.abs(audio(nano, plan) - audio(graphs, plan)).max() < TOLERANCE
    assert nano.sample(plan, 0).receipt.passes == graphs.sample(plan, 0).receipt.passes


def test_a_result_is_a_function_of_plan_seed_and_item(pictures: Backend) -> None:
    plan = picture_plan()

    assert np.array_equal(pixels(pictures, plan, 3), pixels(pictures, plan, 3))
    assert not np.array_equal(pixels(pictures, plan, 3), pixels(pictures, plan, 4))
    assert not np.array_equal(pixels(pictures, plan, 3), pixels(pictures, plan, 3, item=1))


@pytest.mark.parametrize("method", ["cfg-substitution", "three-branch", "nag"])
def test_every_field_of_the_plan_is_in_the_receipt_and_steps_are_reported(
    pictures: Backend, method: str
) -> None:
    seen: list[tuple[int, int]] = []
    plan = picture_plan(method=method)
    made = pictures.sample(plan, 0, on_step=lambda done, total: seen.append((done, total)))

    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert made.receipt.plan_digest == plan.digest
    assert {"prompt", "negative_prompt", "method", "guidance_scale", "window", *plan.knobs} <= {
        knob.field for knob in made.receipt.knobs
    }
    assert all(knob.honoured for knob in made.receipt.knobs)
    assert not np.array_equal(pixels(pictures, plan), pixels(pictures, without_negative(plan)))


def test_a_picture_is_written_with_its_making_in_it(folder: Path, tmp_path: Path) -> None:
    engine = Engine(model_path=str(folder), device="cpu")
    request = Request("a red cat — “café”", "a dog", "sd-1.5", num_inference_steps=2, guidance_scale=5.0)
    plan, _ = api.generate(request, tmp_path / "a.png", 7, engine=engine)
    with Image.open(tmp_path / "a.png") as image:
        text, size = dict(image.info), image.size

    assert size == (SIZE, SIZE)
    assert text["parameters"].splitlines()[:2] == ["a red cat — “café”", "Negative prompt: a dog"]
    assert f"Steps: 2, CFG scale: 5, Seed: 7, Size: {SIZE}x{SIZE}, Model: sd-1.5" in text["parameters"]
    assert json.loads(text["eschew"])["digest"] == plan.digest


def test_the_doctor_tries_every_method_of_a_folder_of_weights(folder: Path) -> None:
    _, trial = api.doctor("sd-1.5", Engine(model_path=str(folder), device="cpu"), num_inference_steps=2)

    assert trial is not None
    assert trial.acts
    assert {tried.method for tried in trial.methods} >= {"cfg-substitution", "three-branch", "nag"}
    assert [probe.step for probe in trial.probes] == [0, 1]
    assert all(-1.0 <= probe.cosine <= 1.0 and probe.reach > 0 for probe in trial.probes)
    assert trial.unit.startswith("%")
    assert (trial.engine, trial.device, trial.dtype) == ("diffusers", "cpu", "float32")


def test_pairs_of_pictures_are_counted_and_what_nobody_sees_is_said(folder: Path, tmp_path: Path) -> None:
    request = Request("a cat", "blurry, a dog", "sd-1.5", num_inference_steps=2)
    engine = Engine(model_path=str(folder), device="cpu")
    result = api.compare(request, tmp_path / "out", 2, engine=engine)

    assert [target.concept for target in result.targets] == ["blurry"]
    assert any("Nothing here can see: a dog" in remark for remark in result.remarks)
    assert (tmp_path / "out" / "report.html").read_text("utf-8").count('alt="Where the two of seed') == 2


@pytest.fixture(scope="module")
def turbo() -> Backend:
    pipe = tiny_ace_step("turbo", vae=True)
    always = {"audio_duration": FRAMES / 25}
    family = attach(pipe, "x").family
    return DiffusersBackend(
        Loaded(model("ace-step-v1.5-turbo"), pipe, family, "cpu", "float32", always, sample_rate=RATE)
    )


def test_a_distilled_model_makes_stereo_and_says_that_its_guidance_scale_scales_nothing(
    turbo: Backend,
) -> None:
    asked = Request("a slow jazz song", "vinyl crackle", "ace-step-v1.5-turbo", "nag", num_inference_steps=3)
    plan = api.plan(asked)
    made = turbo.sample(plan, 0)
    (guidance,) = [knob for knob in made.receipt.knobs if knob.field == "guidance_scale"]

    assert isinstance(made, Sample)
    assert (made.audio.ndim, made.audio.shape[1], made.sample_rate) == (2, 2, RATE)
    assert made.receipt.passes == 3
    assert not guidance.honoured
    assert "distilled" in guidance.because
    assert not np.array_equal(made.audio, audio(turbo, without_negative(plan)))


def test_the_doctor_makes_the_shortest_clips(turbo: Backend) -> None:
    assert isinstance(turbo, DiffusersBackend)
    free = replace(turbo.loaded, always={})

    assert briefest(free).always == {"audio_duration": 10}
    assert briefest(turbo.loaded).always == turbo.loaded.always


def test_a_stereo_clip_is_written_with_both_channels(turbo: Backend, tmp_path: Path) -> None:
    plan = api.plan(Request("jazz", model="ace-step-v1.5-turbo", num_inference_steps=1))
    made = turbo.sample(plan, 0)
    assert isinstance(made, Sample)
    write_clip(tmp_path / "a.flac", made, plan)

    assert read_clip_file(tmp_path / "a.flac")[0].shape == made.audio.shape


def test_a_plan_for_another_model_is_refused(pictures: Backend) -> None:
    with pytest.raises(RefusalError, match="nano-music"):
        pictures.sample(api.plan(LOFI), 0)


@pytest.mark.parametrize(
    ("model_id", "engine", "error", "says"),
    [
        ("sd-1.5", Engine(), KnobError, "where are the weights"),
        ("sd-1.5", Engine("onnx"), RefusalError, "no ONNX graphs"),
        ("sd-1.5", Engine(model_path="no/such/folder"), FileError, "no such folder"),
        ("nano-music", Engine("diffusers", device="gpu"), KnobError, "not 'gpu'"),
        ("nano-music", Engine("diffusers", device="cuda:99"), KnobError, "no cuda:99"),
        ("nano-music", Engine("diffusers", dtype="int8"), KnobError, "not 'int8'"),
        ("nano-music", Engine("jax"), KnobError, "not 'jax'"),
        ("nano-music", Engine(model_path="x"), KnobError, "take no --model-path"),
    ],
)
def test_a_wish_that_cannot_be_met_gets_a_sentence(
    model_id: str, engine: Engine, error: type[EschewError], says: str
) -> None:
    with pytest.raises(error, match=says):
        open_backend(model(model_id), engine, 1)


def test_weights_of_another_family_are_refused(folder: Path) -> None:
    with pytest.raises(RefusalError, match="not the weights of Stable Diffusion XL") as caught:
        open_backend(model("sdxl"), Engine(model_path=str(folder), device="cpu"), 1)
    assert "StableDiffusionPipeline" in caught.value.why


def test_damaged_weights_get_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "model_index.json").write_text("{]")
    with pytest.raises(FileError, match="cannot load these weights"):
        open_backend(model("sd-1.5"), Engine(model_path=str(tmp_path), device="cpu"), 1)
