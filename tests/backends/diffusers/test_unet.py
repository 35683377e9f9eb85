"""Stable Diffusion 1.5, 2 and XL: long negatives in chunks, sizes of the negative, image-to-image, LCM and turbo."""

from __future__ import annotations

import functools
from typing import Any

import pytest
import torch
from diffusers import (
    LatentConsistencyModelPipeline,
    LCMScheduler,
    StableDiffusionImg2ImgPipeline,
    StableDiffusionInpaintPipeline,
    StableDiffusionXLImg2ImgPipeline,
    StableDiffusionXLInpaintPipeline,
)
from tests.backends.diffusers.tiny_unet import SIZE, stable_diffusion, stable_diffusion_xl
from torch import Tensor

from eschew.backends.diffusers import attach
from eschew.backends.diffusers.chunks import chunked
from eschew.backends.diffusers.families.unet import STABLE_DIFFUSION, STABLE_DIFFUSION_XL
from eschew.errors import PromptError, RefusalError

NEGATIVE = "a dog"
LONG = ", ".join(["abcdefghij"] * 15)
"""165 tokens: three chunks."""

both = pytest.mark.parametrize("make", [stable_diffusion, stable_diffusion_xl])


@functools.cache
def pipeline(make: Any, **more: bool) -> Any:
    return make(**more)


def run(pipe: Any, **more: Any) -> Tensor:
    call = {"prompt": "a cat", "num_inference_steps": 3, "guidance_scale": 5.0, "output_type": "latent"}
    result: Tensor = pipe(generator=torch.Generator().manual_seed(1), **(call | more)).images
    return result


def square(pipe: Any, **more: Any) -> Tensor:
    return run(pipe, height=SIZE, width=SIZE, **more)


def substituted(pipe: Any) -> Any:
    return attach(pipe, NEGATIVE, method="cfg-substitution")


# ── long negatives ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_negative_that_fits_is_one_chunk() -> None:
    pipe = pipeline(stable_diffusion)
    assert chunked(pipe, [pipe.tokenizer], NEGATIVE) == [NEGATIVE]


@both
def test_a_long_negative_is_broken_behind_commas_and_loses_no_word(make: Any) -> None:
    pipe = pipeline(make)
    chunks = chunked(pipe, [pipe.tokenizer], LONG)
    assert len(chunks) == 3
    assert " ".join(chunks) == LONG
    assert all(len(pipe.tokenizer(chunk).input_ids) <= 77 for chunk in chunks)
    assert all(chunk.endswith(",") for chunk in chunks[:-1])


def test_chunks_stand_one_behind_the_other_each_as_it_is_alone() -> None:
    pipe = pipeline(stable_diffusion)
    with torch.no_grad():
        whole = STABLE_DIFFUSION.encode(pipe, LONG, {})["encoder_hidden_states"]
        alone = [
            STABLE_DIFFUSION.encode(pipe, chunk, {})["encoder_hidden_states"]
            for chunk in chunked(pipe, [pipe.tokenizer], LONG)
        ]
    assert whole.shape[1] == 3 * 77
    assert torch.equal(whole, torch.cat(alone, 1))


def test_pooled_is_the_first_chunk_of_sdxl() -> None:
    pipe = pipeline(stable_diffusion_xl)
    with torch.no_grad():
        whole = STABLE_DIFFUSION_XL.encode(pipe, LONG, {})
        first = STABLE_DIFFUSION_XL.encode(pipe, chunked(pipe, [pipe.tokenizer], LONG)[0], {})
    assert whole["encoder_hidden_states"].shape[1] == 3 * 77
    assert torch.equal(whole["added_cond_kwargs"]["text_embeds"], first["added_cond_kwargs"]["text_embeds"])


@both
@pytest.mark.parametrize("method", ["nag", "vsf", "cfg-substitution"])
def test_the_last_clause_of_a_long_negative_still_acts(make: Any, method: str) -> None:
    pipe = pipeline(make)
    one = square(attach(pipe, f"{LONG}, wolf", method=method))
    other = square(attach(pipe, f"{LONG}, bird", method=method))
    assert not torch.equal(one, other)


def test_a_word_longer_than_the_encoder_is_refused_with_a_caret() -> None:
    text = "dog, " + "x" * 90
    with pytest.raises(PromptError, match="longer than this text encoder reads") as refused:
        square(attach(pipeline(stable_diffusion), text))
    assert refused.value.span == (4, len(text))


# ── what the pipeline is called with ───────────────────────────────────────────────────────────────────────────────


@both
def test_guidance_rescale_is_honoured(make: Any) -> None:
    pipe = pipeline(make)
    own = square(pipe, negative_prompt=NEGATIVE, guidance_rescale=0.7)
    assert torch.allclose(square(substituted(pipe), guidance_rescale=0.7), own, atol=1e-5)
    assert not torch.allclose(own, square(pipe, negative_prompt=NEGATIVE), atol=1e-3)


def test_clip_skip_is_the_prompts_alone_as_in_the_pipeline() -> None:
    pipe = pipeline(stable_diffusion_xl)
    own = square(pipe, negative_prompt=NEGATIVE, clip_skip=1)
    assert torch.allclose(square(substituted(pipe), clip_skip=1), own, atol=1e-5)


def test_sizes_of_the_negative_are_honoured() -> None:
    pipe = pipeline(stable_diffusion_xl)
    sizes = {"negative_original_size": (8, 8), "negative_target_size": (12, 12)}
    own = square(pipe, negative_prompt=NEGATIVE, **sizes)
    assert torch.allclose(square(substituted(pipe), **sizes), own, atol=1e-5)
    assert not torch.equal(own, square(pipe, negative_prompt=NEGATIVE))


@both
def test_an_image_prompt_is_refused(make: Any) -> None:
    with pytest.raises(RefusalError, match="IP-Adapter"):
        square(attach(pipeline(make), NEGATIVE), ip_adapter_image_embeds=[torch.zeros(1, 1, 4)])


@both
def test_turbos_guidance_of_zero_is_off(make: Any) -> None:
    pipe = pipeline(make)
    steered = attach(pipe, NEGATIVE, method="nag")
    assert not torch.equal(square(steered, guidance_scale=0.0), square(pipe, guidance_scale=0.0))
    assert steered.receipt is not None
    assert steered.receipt.passes == steered.receipt.steps == 3


# ── image-to-image and inpainting ──────────────────────────────────────────────────────────────────────────────────


def derived(kind: Any, aesthetics: bool = False) -> Any:
    xl = kind in (StableDiffusionXLImg2ImgPipeline, StableDiffusionXLInpaintPipeline)
    base = stable_diffusion_xl(aesthetics) if xl else stable_diffusion()
    more = {"requires_aesthetics_score": aesthetics, "add_watermarker": False} if xl else {}
    pipe = kind(**base.components, **(more or {"requires_safety_checker": False}))
    pipe.set_progress_bar_config(disable=True)
    return pipe


def picture(kind: Any) -> dict[str, Any]:
    random = torch.Generator().manual_seed(3)
    image = torch.rand(1, 3, SIZE, SIZE, generator=random)
    if "Inpaint" not in kind.__name__:
        return {"image": image, "strength": 0.5}
    mask = (torch.rand(1, 1, SIZE, SIZE, generator=random) > 0.5).float()
    return {"image": image, "mask_image": mask, "height": SIZE, "width": SIZE, "strength": 0.9}


@pytest.mark.parametrize(
    ("kind", "aesthetics"),
    [
        (StableDiffusionImg2ImgPipeline, False),
        (StableDiffusionInpaintPipeline, False),
        (StableDiffusionXLImg2ImgPipeline, False),
        (StableDiffusionXLImg2ImgPipeline, True),
        (StableDiffusionXLInpaintPipeline, False),
        (StableDiffusionXLInpaintPipeline, True),
    ],
)
def test_pipelines_that_start_from_a_picture_agree_with_their_own_negative(
    kind: Any, aesthetics: bool
) -> None:
    pipe, given = derived(kind, aesthetics), picture(kind)
    own = run(pipe, negative_prompt=NEGATIVE, **given)
    assert torch.allclose(run(substituted(pipe), **given), own, atol=1e-5)
    assert not torch.allclose(own, run(pipe, **given), atol=1e-4)


def test_the_window_of_image_to_image_is_of_the_steps_that_run() -> None:
    pipe = derived(StableDiffusionImg2ImgPipeline)
    late = attach(pipe, NEGATIVE, method="nag", window=(0.5, 1.0))
    run(late, num_inference_steps=4, **picture(StableDiffusionImg2ImgPipeline))
    assert late.receipt is not None
    assert late.receipt.steps == 2
    assert late.receipt.changed


# ── distilled ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_lcm_keeps_its_embedded_scale_and_gets_nag() -> None:
    pipe = pipeline(stable_diffusion, lcm=True)
    steered = attach(pipe, NEGATIVE)
    assert steered.steer.method == "nag"
    weak, strong = square(steered, guidance_scale=2.0), square(steered, guidance_scale=8.0)
    assert steered.receipt is not None
    assert steered.receipt.passes == 3
    assert not torch.equal(weak, strong)
    with pytest.warns(UserWarning, match="changed nothing"):
        same = square(attach(pipe, NEGATIVE, knobs={"phi": 0.0}, on_noop="warn"))
    assert torch.equal(same, square(pipe))


def test_the_pipelines_of_latent_consistency_models_are_known() -> None:
    parts = {k: v for k, v in stable_diffusion(lcm=True).components.items() if k != "image_encoder"}
    pipe = LatentConsistencyModelPipeline(**parts, requires_safety_checker=False)
    pipe.set_progress_bar_config(disable=True)
    assert not torch.equal(square(attach(pipe, NEGATIVE)), square(pipe))


def test_an_lcm_adapter_is_told_by_its_scheduler() -> None:
    pipe = stable_diffusion()
    assert attach(pipe, NEGATIVE).steer.method == "cfg-substitution"
    pipe.scheduler = LCMScheduler(steps_offset=1)
    assert attach(pipe, NEGATIVE).steer.method == "nag"
