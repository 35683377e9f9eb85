"""nano-music through AceStepPipeline in PyTorch and through the ONNX graphs: one plan, one noise, the same latents."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import AceStepPipeline

from eschew import api
from eschew.backends.diffusers import attach
from eschew.backends.nano.backend import WEIGHTS, NanoBackend
from eschew.backends.nano.runtime import FRAMES
from eschew.backends.nano.sampling import sample_latents
from eschew.backends.seam import noise_seed
from eschew.plan import Plan
from eschew.request import Request

BACKEND = NanoBackend("nano-music")
SECONDS = FRAMES / 25
SHIFT = BACKEND.runtime.folder.facts.shift
STEPS = 24
"""Of nano's own default; the further cases take a quarter of them."""
PLAN = replace(
    api.plan(Request("Lo-fi hip-hop, electric piano, drums", "vinyl crackle, tape hiss", num_inference_steps=STEPS)),
    method="cfg-substitution", guidance_scale=3.0, negative_scale=2.0, window=(0.0, 1.0), knobs={},
)  # fmt: skip
WEIGHTED = "(vinyl crackle:1.5), tape hiss"
SCALED = ("cfg-substitution", "three-branch", "perp-neg")


@pytest.fixture(scope="module")
def pipe() -> Any:
    loaded = AceStepPipeline.from_pretrained(WEIGHTS / "nano-music", vae=None, dtype=torch.float32)
    loaded.set_progress_bar_config(disable=True)
    return loaded


def through_onnx(plan: Plan) -> np.ndarray[Any, Any]:
    return sample_latents(BACKEND.runtime, plan, 7, 0, None).latents


def through_torch(pipe: Any, plan: Plan) -> np.ndarray[Any, Any]:
    noise = torch.from_numpy(noise_seed(7, 0).standard_normal((1, FRAMES, 64), dtype=np.float32))
    steered = attach(
        pipe,
        plan.negative_prompt,
        method=plan.method,
        negative_scale=plan.negative_scale if plan.method in SCALED else None,
        window=plan.window,
        knobs=plan.knobs,
        prompt_guidance="cfg",
    )
    with steered:
        clip = steered(
            prompt=plan.prompt, audio_duration=SECONDS, num_inference_steps=plan.num_inference_steps, shift=SHIFT,
            guidance_scale=plan.guidance_scale, latents=noise, output_type="latent",
        )  # fmt: skip
    latents: np.ndarray[Any, Any] = clip.audios[0].numpy()
    return latents


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"window": (0.25, 0.75)},
        {"method": "three-branch", "negative_scale": 1.0},
        {"method": "perp-neg", "negative_scale": 1.0},
        {
            "method": "three-branch",
            "negative_scale": 1.0,
            "negative_prompt": WEIGHTED,
        },
        {"method": "apg", "knobs": {"momentum": -0.75, "eta": 0.0, "norm_threshold": 2.5}},
        {"method": "nag", "knobs": {"phi": 4.0, "tau": 2.5, "alpha": 0.25}},
        {"method": "nag", "knobs": {"phi": 4.0, "tau": 2.5, "alpha": 0.25}, "negative_prompt": WEIGHTED},
        {"method": "ong", "knobs": {"strength": 1.0}, "negative_prompt": WEIGHTED},
        {"method": "vsf", "knobs": {"scale": 1.0, "beta": 0.1}},
        {"method": "vsf", "knobs": {"scale": 1.0, "beta": 0.1}, "negative_prompt": WEIGHTED},
    ],
    ids=[
        "substitution",
        "window",
        "three-branch",
        "perp-neg",
        "weights",
        "apg",
        "nag",
        "weighted nag",
        "weighted ong",
        "vsf",
        "weighted vsf",
    ],
)
def test_both_paths_agree(pipe: Any, changes: dict[str, Any]) -> None:
    plan = replace(PLAN, num_inference_steps=STEPS // 4 if changes else STEPS, **changes)

    np.testing.assert_allclose(through_torch(pipe, plan), through_onnx(plan), atol=1e-3)


def test_and_the_negative_acts_in_both(pipe: Any) -> None:
    without = through_onnx(replace(PLAN, method="none", knobs={}))

    assert np.abs(through_torch(pipe, PLAN) - without).max() > 0.1
