"""Chroma with random weights: the real classes, one block of two streams and one of one."""

from __future__ import annotations

import warnings
from typing import Any

from diffusers import ChromaPipeline, ChromaTransformer2DModel, FlowMatchEulerDiscreteScheduler
from tests.backends.diffusers.tiny_words import WIDTH, stirred, t5, tokenizer


def tiny_chroma() -> Any:
    """A pipeline that gives latents."""
    with warnings.catch_warnings():
        # The model class of diffusers 0.42 imports its positions from where they were.
        warnings.simplefilter("ignore", FutureWarning)
        transformer = ChromaTransformer2DModel(
            patch_size=1, in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16,
            num_attention_heads=2, joint_attention_dim=2 * WIDTH, axes_dims_rope=(4, 4, 8),
            approximator_hidden_dim=32, approximator_layers=1, approximator_num_channels=16,
        )  # fmt: skip
    pipe = ChromaPipeline(
        transformer=stirred(transformer),
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=None,
        text_encoder=stirred(t5(), 1),
        tokenizer=tokenizer(512, ends=True),
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe
