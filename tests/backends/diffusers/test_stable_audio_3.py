"""Stable Audio 3: the difference of two softmaxes, and pipelines without a negative of their own."""

from __future__ import annotations

import functools
from typing import Any

import pytest
import torch
from diffusers import StableAudio3AudioToAudioPipeline, StableAudio3InpaintPipeline
from tests.backends.diffusers.cases import CASES
from tests.backends.diffusers.tiny_dit import stable_audio_3
from torch import Tensor
from torch.nn import functional

from eschew import guidance
from eschew.backends.diffusers import attach
from eschew.backends.diffusers.attention import merged

CASE = CASES["stable-audio-3"]
KNOBS = {"phi": 4.0, "tau": 1.5, "alpha": 0.5}


@functools.cache
def pipeline(kind: Any = None, distilled: bool = False) -> Any:
    return stable_audio_3(kind, distilled)


def differential(attn: Any, asked: Tensor, told: Tensor) -> Tensor:
    """Z = A₁ − A₂, written out from the definition: (batch, tokens, heads · head)."""
    split = [t.unflatten(-1, (attn.heads, -1)).transpose(1, 2) for t in attn.to_q(asked).chunk(2, -1)]
    keys = [t.unflatten(-1, (attn.heads, -1)).transpose(1, 2) for t in attn.to_kv(told).chunk(3, -1)]
    q1, q2 = (attn.q_norm(q) for q in split)
    k1, k2 = (attn.k_norm(k) for k in keys[:2])
    halves = [functional.scaled_dot_product_attention(q, k, keys[2]) for q, k in ((q1, k1), (q2, k2))]
    return merged(halves[0] - halves[1])


def test_nag_bounds_the_difference_and_not_its_halves() -> None:
    pipe = pipeline()
    attn = pipe.transformer.transformer_blocks[0].cross_attn
    seen: list[tuple[Tensor, Tensor, Tensor]] = []
    handle = attn.register_forward_hook(
        lambda _m, args, kwargs, out: seen.append((args[0], kwargs["context"], out)), with_kwargs=True
    )
    steered = attach(pipe, "a dog", method="nag", knobs=KNOBS, guidance_scale=1.0)
    CASE.run(steered, num_inference_steps=1)
    handle.remove()
    asked, told, out = seen[-1]
    with torch.no_grad():
        negative = steered.family.states(
            pipe.transformer, steered.family.encode(pipe, "a dog", {"duration": 4.0})
        )
        z, _ = guidance.nag(
            differential(attn, asked, told), differential(attn, asked, negative), *KNOBS.values()
        )
        assert torch.allclose(attn.to_out(z), out, atol=1e-5)


def test_attention_without_a_difference_is_steered_too() -> None:
    pipe = stable_audio_3(differential=False)
    assert not torch.equal(CASE.run(attach(pipe, "a dog", method="nag")), CASE.run(pipe))


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (StableAudio3AudioToAudioPipeline, {"audio": torch.zeros(1, 2, 64), "init_noise_level": 0.8}),
        (
            StableAudio3InpaintPipeline,
            {"audio": torch.zeros(1, 2, 64), "mask_start_seconds": 1.0, "mask_end_seconds": 2.0},
        ),
    ],
)
@pytest.mark.parametrize("method", ["nag", "three-branch"])
def test_pipelines_without_a_negative_get_one(kind: Any, given: dict[str, Any], method: str) -> None:
    pipe = pipeline(kind)
    call = {"prompt": "a cat", "duration": 4.0, "num_inference_steps": 3, "output_type": "latent", **given}
    plain = pipe(generator=torch.Generator().manual_seed(1), **call).audios
    steered = attach(pipe, "a dog", method=method)(generator=torch.Generator().manual_seed(1), **call).audios
    assert not torch.equal(steered, plain)


def test_distilled_weights_are_told_by_their_scheduler() -> None:
    assert attach(pipeline(), "a dog").steer.method == "cfg-substitution"
    assert attach(pipeline(distilled=True), "a dog").steer.method == "nag"
