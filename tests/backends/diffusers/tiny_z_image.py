"""Z-Image with random weights: the real classes, one refiner of each kind and two layers."""

from __future__ import annotations

from typing import Any

from diffusers import FlowMatchEulerDiscreteScheduler, ZImagePipeline, ZImageTransformer2DModel
from tests.backends.diffusers.tiny_words import WIDTH, qwen3, stirred, tokenizer


def tiny_z_image() -> Any:
    """A pipeline that gives latents."""
    transformer = ZImageTransformer2DModel(
        in_channels=4, dim=32, n_layers=2, n_refiner_layers=1, n_heads=2, n_kv_heads=2, cap_feat_dim=WIDTH,
        axes_dims=[8, 4, 4], axes_lens=[256, 32, 32],
    )  # fmt: skip
    pipe = ZImagePipeline(
        transformer=stirred(transformer),
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=None,
        text_encoder=stirred(qwen3(False), 1),
        tokenizer=tokenizer(512, chat=True),
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe
