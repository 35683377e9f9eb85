"""Chroma: the one mask over text and image, made for each lane."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from tests.backends.diffusers.joint_cases import CASES, NEGATIVE, noise
from tests.backends.diffusers.tiny_chroma import tiny_chroma
from tests.backends.diffusers.tiny_words import seeded
from torch import Tensor
from torch.nn import functional

from eschew.backends.diffusers import attach
from eschew.backends.diffusers.families.chroma import CHROMA

CASE = CASES["chroma"]


@pytest.fixture(scope="module")
def pipe() -> Any:
    return tiny_chroma()


def test_the_mask_leaves_one_token_of_padding_and_all_of_the_image(pipe: Any) -> None:
    """As the pipeline makes it: a word, its end, one of padding."""
    negative = CHROMA.encode(pipe, NEGATIVE, {"max_sequence_length": 12})
    whole = CHROMA.beside(negative, {"hidden_states": torch.zeros(1, 16, 16)})["attention_mask"]

    assert whole.shape == (1, 12 + 16)
    assert whole[0, :3].all()
    assert not whole[0, 3:12].any()
    assert whole[0, 12:].all()


@pytest.mark.parametrize("tokens", [7, 20])
def test_padding_between_lanes_is_not_read(pipe: Any, monkeypatch: pytest.MonkeyPatch, tokens: int) -> None:
    """A prompt given as embeddings, shorter or longer than the negative: whatever stands in the gap, nothing changes."""
    given = {
        "prompt_embeds": torch.randn(1, tokens, 32, generator=seeded(3)),
        "prompt_attention_mask": torch.ones(1, tokens),
    }
    call = {**CASE.call, **CASE.off, **given, "num_inference_steps": 2, "output_type": "latent"}

    def once() -> Tensor:
        with attach(pipe, NEGATIVE, method="nag") as held:
            out: Tensor = held(latents=noise(CASE, 1), **call).images
        return out

    first = once()
    pad = functional.pad

    def filled(states: Tensor, by: tuple[int, ...], value: float = 0.0) -> Tensor:
        return pad(states, by, value=value if states.ndim == 2 else 9.0)

    monkeypatch.setattr("eschew.backends.diffusers.family.functional.pad", filled)

    torch.testing.assert_close(once(), first, atol=1e-4, rtol=1e-5)
