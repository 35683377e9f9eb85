"""Z-Image: a scale of its own, normalisation and truncation inside its guidance, captions of unequal length in lists."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from tests.backends.diffusers.joint_cases import CASES, NEGATIVE, PROMPT, STEPS, image, noise, told
from tests.backends.diffusers.tiny_z_image import tiny_z_image
from torch import Tensor, nn

from eschew.backends.diffusers import attach
from eschew.backends.diffusers.families.z_image import Z_IMAGE

CASE = CASES["z-image"]
LONG = "very old " * 20


@pytest.fixture(scope="module")
def pipe() -> Any:
    return tiny_z_image()


def test_the_scale_is_the_excess_over_one(pipe: Any) -> None:
    """C + g·(c − n) is n + w·(c − n) at w = 1 + g."""
    assert Z_IMAGE.guidance_scale(pipe, {"guidance_scale": 4.0}) == 5.0
    assert Z_IMAGE.guidance_scale(pipe, {"guidance_scale": 0.0}) == 1.0

    with attach(pipe, NEGATIVE, method="cfg-substitution", guidance_scale=4.0) as held:
        asked = image(held, CASE, guidance_scale=0.0)

    own = image(pipe, CASE, negative_prompt=NEGATIVE, guidance_scale=3.0)
    torch.testing.assert_close(asked, own, atol=1e-4, rtol=1e-5)


@pytest.mark.parametrize("knobs", [{"cfg_normalization": 0.9}, {"cfg_truncation": 0.4}])
def test_what_the_pipeline_does_inside_its_guidance_is_done(pipe: Any, knobs: dict[str, float]) -> None:
    """Normalisation bounds the prediction; truncation ends guidance on the way."""
    scale = {"guidance_scale": 4.0}
    own = image(pipe, CASE, negative_prompt=NEGATIVE, **scale, **knobs)
    with attach(pipe, NEGATIVE, method="cfg-substitution") as held:
        ours = image(held, CASE, **scale, **knobs)
        without = image(held, CASE, **scale)

    torch.testing.assert_close(ours, own, atol=1e-4, rtol=1e-5)
    assert not torch.allclose(ours, without, atol=1e-3)


def test_attentions_are_steered_after_truncation_too(pipe: Any) -> None:
    """It is about guidance, the window about the negative: two lanes in each step, the null in the first ones."""
    with attach(pipe, NEGATIVE, method="nag") as held:
        image(held, CASE, guidance_scale=4.0, cfg_truncation=0.4)

    assert 2 * STEPS < told(held).passes < 3 * STEPS


def test_a_caption_longer_than_the_other_does_not_shift_the_image(pipe: Any) -> None:
    """Of 64 tokens beside one of 32: positions are relative, what follows the shorter is masked, and lanes stay equal."""
    apart: list[float] = []

    def compare(module: nn.Module, args: Any, output: Tensor) -> None:
        lanes = output[:, :32].chunk(2)
        apart.append(float((lanes[0] - lanes[1]).abs().max()))

    hooks = [layer.register_forward_hook(compare) for layer in pipe.transformer.layers]
    try:
        with attach(pipe, LONG, method="nag") as held:
            held(
                prompt=PROMPT, latents=torch.cat([noise(CASE, 1)] * 2, 2), height=128, width=64, guidance_scale=0.0,
                num_inference_steps=2, output_type="latent",
            )  # fmt: skip
    finally:
        for hook in hooks:
            hook.remove()

    assert len(apart) == 4
    assert max(apart) < 1e-4


def test_a_list_of_prompts_is_not_written_into(pipe: Any) -> None:
    """The pipeline does; a second run, against which the first is compared, would read the template twice."""
    prompts = [PROMPT]
    with attach(pipe, NEGATIVE, method="nag", against_unguided=True) as held:
        first = image(held, CASE, prompts)
        second = image(held, CASE, prompts)

    assert prompts == [PROMPT]
    assert torch.equal(first, second)


@pytest.mark.parametrize(
    ("name", "method"), [("org/Z-Image-Turbo", "nag"), ("org/Z-Image", "cfg-substitution")]
)
def test_turbo_is_known_by_its_name(name: str, method: str) -> None:
    """Its configuration is that of the base."""
    pipe = tiny_z_image()
    pipe.register_to_config(_name_or_path=name)

    assert Z_IMAGE.first_choice(pipe) == method
