"""Qwen-Image: lanes of unequal length under the model's own mask, and guidance that keeps the length of every token."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from tests.backends.diffusers.joint_cases import CASES, NEGATIVE, PROMPT, image
from tests.backends.diffusers.tiny_qwen_image import tiny_qwen_image
from tests.backends.diffusers.tiny_words import seeded
from torch import Tensor
from torch.nn import functional

from eschew.backends.diffusers import attach
from eschew.backends.diffusers.families.qwen_image import QWEN_IMAGE

CASE = CASES["qwen-image"]


@pytest.fixture(scope="module")
def pipe() -> Any:
    return tiny_qwen_image()


@pytest.mark.parametrize("negative", [NEGATIVE, "a very old photo of a tall house with snow"])
def test_padding_between_lanes_is_not_read(pipe: Any, monkeypatch: pytest.MonkeyPatch, negative: str) -> None:
    """Shorter or longer than the prompt: whatever stands in the gap, nothing changes."""

    def once() -> Tensor:
        with attach(pipe, negative, method="nag") as held:
            return image(held, CASE)

    first = once()
    pad = functional.pad

    def filled(states: Tensor, by: tuple[int, ...]) -> Tensor:
        return pad(states, by) if states.dtype == torch.bool else pad(states, by, value=9.0)

    monkeypatch.setattr("eschew.backends.diffusers.family.functional.pad", filled)

    torch.testing.assert_close(once(), first, atol=1e-5, rtol=1e-5)


def test_lanes_of_one_length_need_no_mask(pipe: Any) -> None:
    """And then the model is called as the pipeline calls it."""
    read: list[Any] = []
    hook = pipe.transformer.register_forward_pre_hook(
        lambda _m, _a, k: read.append(k["encoder_hidden_states_mask"]), with_kwargs=True
    )
    try:
        with attach(pipe, "a blue dog under the house", method="nag") as held:
            image(held, CASE, "a red cat on the hill")
            image(held, CASE, "a cat")
    finally:
        hook.remove()

    # The hook sees the pipeline's own arguments, the lanes are made behind it.
    assert read[0] is None
    texts = [
        QWEN_IMAGE.encode(pipe, text, {"max_sequence_length": 512})
        for text in ("red cat", "blue dog", "snow")
    ]
    equal, _ = QWEN_IMAGE.levelled(texts[:2])
    unequal, _ = QWEN_IMAGE.levelled(texts)
    assert [lane["encoder_hidden_states_mask"] for lane in equal] == [None, None]
    assert [int(lane["encoder_hidden_states_mask"].sum()) for lane in unequal] == [
        text["encoder_hidden_states"].shape[1] for text in texts
    ]


def test_guided_tokens_are_as_long_as_the_prompts(pipe: Any) -> None:
    """As in the pipeline: only their direction is guided."""
    cond, guided = torch.randn(2, 1, 5, 8, generator=seeded(0))
    settled = QWEN_IMAGE.settled({}, guided, cond)

    torch.testing.assert_close(settled.norm(dim=-1), cond.norm(dim=-1))
    torch.testing.assert_close(functional.cosine_similarity(settled, guided, -1), torch.ones(1, 5))


def test_prompts_of_unequal_length_beside_a_negative_of_another(pipe: Any) -> None:
    """The pipeline masks the shorter prompt, eschew the negative: the same as its own guidance."""
    prompts = ["a cat", PROMPT]
    own = image(pipe, CASE, list(prompts), negative_prompt=[NEGATIVE] * 2, true_cfg_scale=3.0)
    with attach(pipe, NEGATIVE, method="cfg-substitution") as held:
        ours = image(held, CASE, list(prompts), true_cfg_scale=3.0)

    torch.testing.assert_close(ours, own, atol=1e-4, rtol=1e-5)
