"""Stable Diffusion 3 with random weights: the real classes, widths of 16, two blocks."""

from __future__ import annotations

from typing import Any

from diffusers import FlowMatchEulerDiscreteScheduler, SD3Transformer2DModel, StableDiffusion3Pipeline
from tests.backends.diffusers.tiny_words import WIDTH, clip, stirred, t5, tokenizer

READS = 12
"""What T5 is asked to read in the tests: `max_sequence_length`."""


def tiny_sd3(dual: tuple[int, ...] = (), with_t5: bool = True) -> Any:
    """A pipeline that gives latents; `dual` are blocks with a second attention, as 3.5 medium has them."""
    transformer = SD3Transformer2DModel(
        sample_size=8, patch_size=2, in_channels=4, out_channels=4, num_layers=2, attention_head_dim=8,
        num_attention_heads=2, joint_attention_dim=2 * WIDTH, caption_projection_dim=16, pooled_projection_dim=2 * WIDTH,
        pos_embed_max_size=8, dual_attention_layers=dual, qk_norm="rms_norm",
    )  # fmt: skip
    read = {"begins": True, "ends": True}
    pipe = StableDiffusion3Pipeline(
        transformer=stirred(transformer),
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=None,
        text_encoder=stirred(clip(True), 1),
        tokenizer=tokenizer(77, **read),
        text_encoder_2=stirred(clip(True), 2),
        tokenizer_2=tokenizer(77, **read),
        text_encoder_3=stirred(t5(), 3) if with_t5 else None,
        tokenizer_3=tokenizer(512, ends=True) if with_t5 else None,
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe
