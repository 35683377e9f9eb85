"""Stable Diffusion 3: NAG in the joint attention against plain PyTorch, and what the pipeline does inside its guidance."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from tests.backends.diffusers.joint_cases import CASES, NEGATIVE, image, noise, steered
from tests.backends.diffusers.tiny_sd3 import tiny_sd3
from tests.backends.diffusers.tiny_words import seeded
from torch import Tensor, nn
from torch.nn import functional

from eschew.backends.diffusers import attach
from eschew.backends.diffusers.attention import flip_joint
from eschew.backends.diffusers.families.sd3 import STABLE_DIFFUSION_3
from eschew.backends.steering import Steer
from eschew.errors import PromptError, RefusalError

CASE = CASES["sd3"]


@pytest.fixture
def pipe() -> Any:
    return tiny_sd3()


def test_nag_in_a_block_is_the_papers_formula_over_two_stock_attentions(pipe: Any) -> None:
    """The model's own processor, run once a lane, its output taken before the projection; then the formula in six lines."""
    phi, tau, alpha = 19.0, 1.0, 0.25
    attention = pipe.transformer.transformer_blocks[0].attn
    seen: dict[str, Any] = {}

    def keep(module: nn.Module, args: Any, kwargs: dict[str, Any], output: tuple[Tensor, Tensor]) -> None:
        seen.update(kwargs, image=output[0], text=output[1])

    hook = attention.register_forward_hook(keep, with_kwargs=True)
    steered(pipe, NEGATIVE, CASE, knobs={"phi": phi, "tau": tau, "alpha": alpha})
    hook.remove()
    project, attention.to_out[0] = attention.to_out[0], nn.Identity()
    with torch.no_grad():
        lanes = zip(seen["hidden_states"].split(1), seen["encoder_hidden_states"].split(1), strict=True)
        (positive, text), (negative, other) = (attention(x, encoder_hidden_states=y) for x, y in lanes)
        far = positive + phi * (positive - negative)
        ratio = far.abs().sum(-1, keepdim=True) / positive.abs().sum(-1, keepdim=True)
        bounded = far * ratio.clamp(max=tau) / ratio
        expected = project(alpha * bounded + (1 - alpha) * positive)

    assert float((ratio > tau).float().mean()) > 0.1
    torch.testing.assert_close(seen["image"], torch.cat([expected, expected]), atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(seen["text"], torch.cat([text, other]), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("text_first", [False, True])
def test_value_sign_flip_is_one_softmax_under_a_mask(text_first: bool) -> None:
    """The negative stands in the sequence twice: once to live, read by itself alone, and once with values turned, read
    by the image alone, a little less than the rest; the second negative, a heavier clause again, counts less still.
    """
    text, added, picture, scale, beta = 3, 2, 4, 3.5, 0.1
    weights = (1.2, 0.5)
    shares = torch.tensor([1.0, 0.5 / 1.2])
    query, key, value = torch.randn(3, 2, 2, text + added + picture, 8, generator=seeded(0))
    order = ["text"] * text + ["neg"] * added + ["image"] * picture
    if not text_first:
        order = order[text + added :] + order[: text + added]
    living = torch.tensor([i for i, kind in enumerate(order) if kind == "neg"])
    mask = torch.zeros(len(order), len(order) + added)
    for i, kind in enumerate(order):
        for j, told in enumerate(order):
            if (kind != "neg") == (told == "neg"):
                mask[i, j] = 0.0 if kind == "neg" or told != "neg" else float("-inf")
            if kind == "neg" and told == "text":
                mask[i, j] = float("-inf")
        mask[i, len(order) :] = shares.log() - beta if kind == "image" else float("-inf")
    keys = torch.cat([key, key[:, :, living]], 2)
    values = torch.cat([value, -scale * weights[0] * value[:, :, living]], 2)
    expected = functional.scaled_dot_product_attention(query, keys, values, attn_mask=mask)

    steer = Steer("vsf", 1.0, knobs={"scale": scale, "beta": beta}, weights=weights)
    result = flip_joint(steer, query, key, value, text, shares, text_first)

    torch.testing.assert_close(result.output, expected, atol=1e-5, rtol=1e-5)


def test_the_flipped_words_come_without_padding(pipe: Any) -> None:
    """Three of CLIP and two of T5: a word between its special tokens."""
    call = {"max_sequence_length": 12}
    negative = STABLE_DIFFUSION_3.encode(pipe, "snow", call)

    assert negative["encoder_hidden_states"].shape[1] == 77 + 12
    assert STABLE_DIFFUSION_3.words(pipe, "snow", negative, call).shape[1] == 3 + 2


def test_padding_between_lanes_is_not_read(pipe: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A prompt of 100 tokens given as embeddings, beside a negative of 89: whatever stands in the gap, nothing changes."""
    given = {
        "prompt_embeds": torch.randn(1, 100, 32, generator=seeded(3)),
        "pooled_prompt_embeds": torch.randn(1, 32, generator=seeded(4)),
    }

    def once() -> Tensor:
        with attach(pipe, NEGATIVE, method="nag") as held:
            return _embedded(held, given)

    plain, first = _embedded(pipe, given), once()
    pad = functional.pad
    monkeypatch.setattr(
        "eschew.backends.diffusers.family.functional.pad", lambda x, by: pad(x, by, value=9.0)
    )

    assert not torch.allclose(plain, first, atol=1e-3)
    torch.testing.assert_close(once(), first, atol=1e-5, rtol=1e-5)


def _embedded(pipe: Any, given: dict[str, Tensor]) -> Tensor:
    call = {**CASE.call, **CASE.off, **given, "num_inference_steps": 2, "output_type": "latent"}
    out: Tensor = pipe(latents=noise(CASE, 1), **call).images
    return out


def test_without_t5_clip_is_all_there_is() -> None:
    """And a negative that CLIP would cut is refused, although T5 would have read it."""
    pipe = tiny_sd3(with_t5=False)
    out, _ = steered(pipe, NEGATIVE, CASE, "vsf")

    assert torch.isfinite(out).all()
    with pytest.raises(PromptError, match="reads 77"):
        steered(pipe, "old " * 76, CASE)


def test_layers_skipped_inside_the_pipelines_guidance_are_not_dropped_in_silence(pipe: Any) -> None:
    """With eschew that guidance is off, and so would they be."""
    with (
        attach(pipe, NEGATIVE, method="nag") as held,
        pytest.raises(RefusalError, match="skip_guidance_layers"),
    ):
        image(held, CASE, skip_guidance_layers=[0])


@pytest.mark.parametrize(
    ("name", "method"), [("org/sd3.5-large-turbo", "nag"), ("org/sd3.5-large", "cfg-substitution")]
)
def test_turbo_is_known_by_its_name(pipe: Any, name: str, method: str) -> None:
    """Its configuration is that of the large model."""
    pipe.register_to_config(_name_or_path=name)

    assert STABLE_DIFFUSION_3.first_choice(pipe) == method
