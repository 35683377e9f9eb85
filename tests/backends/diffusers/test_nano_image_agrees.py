"""nano-image through diffusers in PyTorch and through the ONNX graphs: one plan, one noise, the same picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import DDIMScheduler, StableDiffusionImg2ImgPipeline, StableDiffusionPipeline
from diffusers.pipelines.stable_diffusion import pipeline_stable_diffusion_img2img
from PIL import Image

from eschew import api
from eschew.backends import Backend, Picture
from eschew.backends.engine import open_backend
from eschew.backends.nano.folder import model_folder
from eschew.backends.nano.image.runtime import LATENTS
from eschew.backends.nano.image.schedule import levels
from eschew.backends.seam import noise_seed
from eschew.catalog.model_facts import model
from eschew.plan import Plan, without_negative
from eschew.request import Engine, Request

FACTS = model("nano-image")
GRAPHS = open_backend(FACTS, Engine(), 1)
APPLE = "a stock illustration of a red apple"
ONE_LEVEL = 1
"""Of 255: where two sums round to different sides."""


@pytest.fixture(scope="module")
def torched() -> Backend:
    return open_backend(FACTS, Engine("diffusers", device="cpu"), 1)


@pytest.fixture(scope="module")
def pipe() -> Any:
    """The folder as anybody loads it, without eschew."""
    loaded = StableDiffusionPipeline.from_pretrained(model_folder("nano-image").path)
    loaded.set_progress_bar_config(disable=True)
    return loaded


def plan_of(**wishes: Any) -> Plan:
    return api.plan(
        Request(APPLE, model="nano-image", **{"num_inference_steps": 5, "negative_prompt": "watermark", **wishes})
    )  # fmt: skip


def pixels(backend: Backend, plan: Plan, seed: int = 3) -> np.ndarray[Any, Any]:
    made = backend.sample(plan, seed)
    assert isinstance(made, Picture)
    return made.pixels.astype(np.int16)


def noise(seed: int = 3) -> torch.Tensor:
    return torch.from_numpy(noise_seed(seed, 0).standard_normal(LATENTS, dtype=np.float32))


@pytest.mark.parametrize("steps", [4, 7])
def test_the_pipelines_own_negative_prompt_and_our_substitution_are_the_same_picture(
    pipe: Any, steps: int
) -> None:
    plan = plan_of(method="cfg-substitution", guidance_scale=3.0, num_inference_steps=steps)
    theirs = pipe(
        APPLE, negative_prompt="watermark", guidance_scale=3.0, num_inference_steps=steps, latents=noise()
    ).images[0]

    assert plan.negative_scale == 2.0
    assert np.abs(pixels(GRAPHS, plan) - np.asarray(theirs)).max() <= ONE_LEVEL
    assert np.abs(pixels(GRAPHS, plan) - pixels(GRAPHS, without_negative(plan))).max() > 10 * ONE_LEVEL


@pytest.mark.parametrize("negative", ["watermark", "(watermark:1.5), blur"])
@pytest.mark.parametrize(
    "method", ["three-branch", "perp-neg", "apg", "dng", "nag", "contrast", "vsf", "nasa"]
)
def test_both_engines_agree_in_every_method(torched: Backend, method: str, negative: str) -> None:
    plan = plan_of(method=method, negative_prompt=negative, num_inference_steps=3)
    one, other = GRAPHS.sample(plan, 3), torched.sample(plan, 3)
    assert isinstance(one, Picture)
    assert isinstance(other, Picture)

    assert np.abs(one.pixels.astype(np.int16) - other.pixels).max() <= ONE_LEVEL
    assert (one.receipt.passes, one.receipt.steps) == (other.receipt.passes, other.receipt.steps)


def test_image_to_image_is_the_pipelines_own_on_the_same_noise(
    pipe: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8))
    image.save(tmp_path / "source.png")
    plan = plan_of(
        method="cfg-substitution", guidance_scale=3.0, source=str(tmp_path / "source.png"), strength=0.6
    )
    own = StableDiffusionImg2ImgPipeline(**pipe.components, requires_safety_checker=False)
    own.set_progress_bar_config(disable=True)
    monkeypatch.setattr(pipeline_stable_diffusion_img2img, "randn_tensor", lambda *_, **__: noise())
    theirs = own(
        APPLE, image=image, strength=0.6, negative_prompt="watermark", guidance_scale=3.0, num_inference_steps=5
    ).images[0]  # fmt: skip

    assert np.abs(pixels(GRAPHS, plan) - np.asarray(theirs)).max() <= ONE_LEVEL


@pytest.mark.parametrize("steps", [1, 7, 25, 200])
def test_levels_are_those_of_the_scheduler_in_the_folder(steps: int) -> None:
    scheduler = DDIMScheduler.from_pretrained(model_folder("nano-image").path / "scheduler")
    scheduler.set_timesteps(steps)
    ours = levels(steps)

    assert [now.timestep for now, _ in ours] == scheduler.timesteps.tolist()
    products = scheduler.alphas_cumprod[scheduler.timesteps].numpy()
    np.testing.assert_allclose([now.alpha**2 for now, _ in ours], products, atol=1e-5)
