"""Flux.1 with random weights: the real classes, two blocks of two streams and two of one."""

from __future__ import annotations

from typing import Any

from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel
from tests.backends.diffusers.tiny_words import WIDTH, clip, stirred, t5, tokenizer


def tiny_flux(dev: bool = True, pipeline: type[Any] = FluxPipeline, vae: Any = None) -> Any:
    """A pipeline that gives latents; `dev` weights take the distilled guidance as a number."""
    transformer = FluxTransformer2DModel(
        patch_size=1, in_channels=16, num_layers=2, num_single_layers=2, attention_head_dim=16, num_attention_heads=2,
        joint_attention_dim=2 * WIDTH, pooled_projection_dim=WIDTH, guidance_embeds=dev, axes_dims_rope=(4, 4, 8),
    )  # fmt: skip
    pipe = pipeline(
        transformer=stirred(transformer),
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=vae,
        text_encoder=stirred(clip(False), 1),
        tokenizer=tokenizer(77, begins=True, ends=True),
        text_encoder_2=stirred(t5(), 2),
        tokenizer_2=tokenizer(512, ends=True),
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe
