"""Flux.1: two scales of guidance, reference images behind the sample, image-to-image."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from diffusers import AutoencoderKL, FluxImg2ImgPipeline, FluxKontextPipeline
from tests.backends.diffusers.joint_cases import CASES, NEGATIVE, PROMPT, STEPS, image, steered, told
from tests.backends.diffusers.tiny_flux import tiny_flux
from tests.backends.diffusers.tiny_words import seeded
from torch import Tensor

from eschew.backends.diffusers import attach
from eschew.backends.diffusers.families.flux import FLUX
from eschew.errors import RefusalError

CASE = CASES["flux-dev"]


@pytest.fixture(scope="module")
def dev() -> Any:
    return tiny_flux()


def test_the_distilled_scale_stays_the_users(dev: Any) -> None:
    """It reaches the weights in every pass; eschew's own guidance is another number."""
    told_scales: list[Tensor] = []
    hook = dev.transformer.register_forward_pre_hook(
        lambda _m, _a, k: told_scales.append(k["guidance"]), with_kwargs=True
    )
    try:
        with attach(dev, NEGATIVE, method="nag") as held:
            one = image(held, CASE, guidance_scale=2.5)
            other = image(held, CASE, guidance_scale=4.5)
    finally:
        hook.remove()

    assert not torch.allclose(one, other, atol=1e-4)
    assert {float(value) for tensor in told_scales[:STEPS] for value in tensor} <= {2.5}


def test_true_cfg_scale_is_the_scale_of_guidance(dev: Any) -> None:
    """Off by default, and then a method that needs guidance says so instead of doing nothing."""
    with (
        attach(dev, NEGATIVE, method="cfg-substitution") as held,
        pytest.raises(RefusalError, match="needs guidance"),
    ):
        image(held, CASE)

    with attach(dev, NEGATIVE, method="cfg-substitution", guidance_scale=3.0) as held:
        asked = image(held, CASE)
    with attach(dev, NEGATIVE, method="cfg-substitution") as held:
        called = image(held, CASE, true_cfg_scale=3.0)

    assert torch.equal(asked, called)


def test_flipped_words_stand_where_all_text_stands(dev: Any) -> None:
    """At the origin, without padding: two tokens of one word."""
    ids: list[Tensor] = []
    hook = dev.transformer.pos_embed.register_forward_pre_hook(lambda _m, args: ids.append(args[0]))
    try:
        steered(dev, NEGATIVE, CASE, "vsf")
    finally:
        hook.remove()

    assert ids[0].shape[0] == 12 + 2 + 16
    assert not ids[0][: 12 + 2].any()


def test_text_streams_of_prompt_and_flipped_negative_do_not_read_each_other(dev: Any) -> None:
    """In the first block the prompt's tokens come out as they do alone."""
    seen: list[Tensor] = []
    hook = dev.transformer.transformer_blocks[0].register_forward_hook(
        lambda _m, _a, out: seen.append(out[0])
    )
    try:
        image(dev, CASE)
        steered(dev, NEGATIVE, CASE, "vsf")
    finally:
        hook.remove()

    torch.testing.assert_close(seen[STEPS][:, :12], seen[0], atol=1e-5, rtol=1e-5)


def test_image_prompts_are_refused(dev: Any) -> None:
    with attach(dev, NEGATIVE, method="nag") as held, pytest.raises(RefusalError, match="IP-Adapter"):
        image(held, CASE, ip_adapter_image_embeds=[torch.zeros(1, 1, 4)])


def _picture() -> Tensor:
    return torch.rand(1, 3, 32, 32, generator=seeded(5))


def _vae() -> Any:
    torch.manual_seed(0)
    return AutoencoderKL(
        block_out_channels=(8,), latent_channels=4, norm_num_groups=1, shift_factor=0.0
    ).eval()


@pytest.mark.parametrize("method", ["nag", "vsf", "cfg-substitution"])
def test_image_to_image(method: str) -> None:
    """Half of the steps are run, and the window is a part of those."""
    pipe = tiny_flux(pipeline=FluxImg2ImgPipeline, vae=_vae())
    call: dict[str, Any] = {"prompt": PROMPT, "image": _picture(), "strength": 0.5, "height": 32, "width": 32}
    call |= {
        "num_inference_steps": 8,
        "max_sequence_length": 12,
        "output_type": "latent",
        "true_cfg_scale": 2.0,
    }
    plain = pipe(**call, generator=seeded(1)).images
    with attach(pipe, NEGATIVE, method=method) as held:
        out = held(**call, generator=seeded(1)).images

    assert told(held).steps == 4
    assert not torch.allclose(out, plain, atol=1e-3)
    if method == "cfg-substitution":
        own = pipe(**call, negative_prompt=NEGATIVE, generator=seeded(1)).images
        torch.testing.assert_close(out, own, atol=1e-4, rtol=1e-5)


@pytest.mark.parametrize("method", ["nag", "cfg-substitution", "perp-neg"])
def test_kontext(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference image rides behind the sample; what is predicted for it is nobody's, and does not count in norms."""
    pipe = tiny_flux(pipeline=FluxKontextPipeline, vae=_vae())
    call: dict[str, Any] = {
        "prompt": PROMPT,
        "image": _picture(),
        "height": 32,
        "width": 32,
        "max_area": 32 * 32,
    }
    call |= {
        "num_inference_steps": 3,
        "max_sequence_length": 12,
        "output_type": "latent",
        "_auto_resize": False,
    }
    call |= {"true_cfg_scale": 2.0}
    own_tokens: list[int | None] = []
    inner = type(FLUX).own_tokens

    def asked(self: Any, arguments: dict[str, Any]) -> int | None:
        own_tokens.append(inner(self, arguments))
        return own_tokens[-1]

    monkeypatch.setattr(type(FLUX), "own_tokens", asked)
    with attach(pipe, NEGATIVE, method=method) as held:
        out = held(**call, generator=seeded(1)).images

    assert out.shape[1] == 256
    assert set(own_tokens) == {256}
    if method == "cfg-substitution":
        own = pipe(**call, negative_prompt=NEGATIVE, generator=seeded(1)).images
        torch.testing.assert_close(out, own, atol=1e-4, rtol=1e-5)
