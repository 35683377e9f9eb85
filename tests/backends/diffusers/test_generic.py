"""Pipelines that nobody described here: they are asked how they encode, and show what their attentions read."""

from __future__ import annotations

import functools
import warnings
from typing import Any

import pytest
import torch
from diffusers import (
    ControlNetModel,
    DDPMPipeline,
    DDPMScheduler,
    StableDiffusionControlNetPipeline,
    UNet2DModel,
)
from tests.backends.diffusers.cases import CASES
from tests.backends.diffusers.tiny_generic import aura, cogview, wan
from tests.backends.diffusers.tiny_unet import SIZE, stable_diffusion
from torch import Tensor

from eschew.backends.diffusers import attach
from eschew.backends.diffusers.rehearsal import rehearsed
from eschew.backends.diffusers.run import Run
from eschew.backends.steering import Steer
from eschew.errors import RefusalError

NEGATIVE = "a dog"
ASKED = ("wan", "ltx", "hunyuan-dit")


@functools.cache
def pipeline(name: str) -> Any:
    return CASES[name].make()


def run(pipe: Any, **more: Any) -> Tensor:
    call = {
        "height": 16,
        "width": 16,
        "num_inference_steps": 3,
        "guidance_scale": 4.0,
        "output_type": "latent",
    }
    out = pipe(prompt="a cat", generator=torch.Generator().manual_seed(1), **call, **more)
    return torch.as_tensor(next(iter(out.values())))


@pytest.mark.parametrize("name", ASKED)
def test_the_capturing_pass_is_counted_and_made_once(name: str) -> None:
    steered = attach(pipeline(name), NEGATIVE, method="nag", guidance_scale=1.0)
    CASES[name].run(steered)
    assert steered.receipt is not None
    assert (steered.receipt.steps, steered.receipt.passes) == (3, 4)


@pytest.mark.parametrize("name", ASKED)
def test_attentions_with_the_prompt_as_negative_stay_where_they_are(name: str) -> None:
    """What is captured is what the attention reads, padding and masks included."""
    case = CASES[name]
    steered = attach(pipeline(name), "a cat", method="nag", on_noop="warn")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert torch.allclose(case.run(steered), case.run(pipeline(name)), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("make", [aura, cogview])
def test_joint_attention_is_steered_by_velocity_and_refused_inside(make: Any) -> None:
    pipe = make()
    own = run(pipe, negative_prompt=NEGATIVE)
    assert torch.allclose(run(attach(pipe, NEGATIVE)), own, atol=1e-4)
    for method in ("nag", "vsf"):
        with pytest.raises(RefusalError, match="reads the text alone"):
            run(attach(pipe, NEGATIVE, method=method))
    assert torch.equal(run(pipe, negative_prompt=NEGATIVE), own)


def test_a_null_of_zeros_is_found() -> None:
    pipe = cogview()
    with pytest.warns(UserWarning, match="changed nothing"):
        three = run(attach(pipe, NEGATIVE, method="three-branch", negative_scale=0.0, on_noop="warn"))
    assert torch.allclose(three, run(pipe), atol=1e-4)
    assert not torch.allclose(run(pipe, negative_prompt=""), run(pipe), atol=1e-2)


def test_a_rehearsal_moves_no_generator_and_leaves_no_trace() -> None:
    pipe = pipeline("wan")
    generator, everyones = torch.Generator().manual_seed(5), torch.get_rng_state()
    before = generator.get_state()
    call = {**CASES["wan"].call, "guidance_scale": 1.0, "generator": generator, "num_inference_steps": 2}
    told = rehearsed(pipe, pipe.transformer, NEGATIVE, call)
    assert told["hidden_states"].shape[0] == 1
    assert torch.equal(generator.get_state(), before)
    assert torch.equal(torch.get_rng_state(), everyones)
    assert "forward" not in vars(pipe.transformer)


def test_a_rehearsal_that_fails_says_why() -> None:
    with pytest.raises(RefusalError, match="did not show how it encodes") as refused:
        CASES["wan"].run(attach(pipeline("wan"), NEGATIVE), height=17)
    assert "divisible by 16" in refused.value.why
    assert "forward" not in vars(pipeline("wan").transformer)


def test_a_unet_with_a_controlnet_is_steered_by_both_kinds_of_method() -> None:
    base = stable_diffusion()
    net = ControlNetModel(
        block_out_channels=(32, 64),
        layers_per_block=1,
        in_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        conditioning_embedding_out_channels=(16,),
        cross_attention_dim=32,
    )
    pipe = StableDiffusionControlNetPipeline(**base.components, controlnet=net, requires_safety_checker=False)
    pipe.set_progress_bar_config(disable=True)
    image = torch.rand(1, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(2))
    plain = run(pipe, image=image)
    for method in ("nag", "cfg-substitution"):
        steered = attach(pipe, NEGATIVE, method=method)
        assert steered.family.name == "generic-unet"
        result = run(steered, image=image)
        assert result.isfinite().all()
        assert not torch.equal(result, plain)
    assert torch.equal(run(pipe, image=image), plain)


def test_a_pipeline_that_guides_in_two_calls_all_the_same_is_refused() -> None:
    steered, run_of = attach(pipeline("wan"), NEGATIVE, method="nag"), Run(Steer("nag", 1.0))
    prompt, negative = torch.zeros(1, 4, 8), torch.ones(1, 4, 8)

    def call(text: Tensor) -> None:
        steered.family.turn(steered.pipe, run_of, {}, {"encoder_hidden_states": text})

    for step in range(2):
        run_of.at(step)
        call(prompt)
        call(prompt.clone())
    with pytest.raises(RefusalError, match="cannot be switched off"):
        call(negative)


# ── what cannot be steered says what is missing ────────────────────────────────────────────────────────────────────


def test_two_denoisers_are_refused() -> None:
    with pytest.raises(RefusalError) as refused:
        attach(wan(second=True), NEGATIVE)
    assert refused.value.why == "it has a second denoiser, transformer_2"


def test_a_denoiser_without_text_is_refused() -> None:
    unet = UNet2DModel(
        sample_size=8,
        block_out_channels=(32,),
        down_block_types=("DownBlock2D",),
        up_block_types=("UpBlock2D",),
    )
    with pytest.raises(RefusalError) as refused:
        attach(DDPMPipeline(unet, DDPMScheduler()), NEGATIVE)
    assert refused.value.why == "its unet takes no encoder_hidden_states"
