"""Flux.2 dev and Klein with random weights: the real classes, one block of two streams and two of one."""

from __future__ import annotations

from typing import Any

from diffusers import (
    AutoencoderKLFlux2,
    FlowMatchEulerDiscreteScheduler,
    Flux2KleinPipeline,
    Flux2Pipeline,
    Flux2Transformer2DModel,
)
from tests.backends.diffusers.tiny_words import WIDTH, qwen3, stirred, tokenizer, vocabulary
from transformers import Mistral3Config, Mistral3ForConditionalGeneration

READS = {"max_sequence_length": 16, "text_encoder_out_layers": (1, 2)}
"""Arguments of a call."""


def tiny_klein(distilled: bool = False) -> Any:
    """Klein, whose text encoder is a Qwen 3."""
    pipe = Flux2KleinPipeline(
        transformer=_transformer(False),
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=_vae(),
        text_encoder=stirred(qwen3(True), 1),
        tokenizer=tokenizer(512, chat=True),
        is_distilled=distilled,
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe


def tiny_flux2() -> Any:
    """Dev, whose text encoder is a Mistral 3 with eyes."""
    config = Mistral3Config(
        text_config={
            "model_type": "mistral", "hidden_size": WIDTH, "intermediate_size": 32, "num_hidden_layers": 2,
            "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 8, "vocab_size": vocabulary(),
        },
        vision_config={
            "model_type": "pixtral", "hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 1,
            "num_attention_heads": 1, "head_dim": 8, "image_size": 16, "patch_size": 8,
        },
        image_token_index=3,
    )  # fmt: skip
    pipe = Flux2Pipeline(
        transformer=_transformer(True),
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=_vae(),
        text_encoder=stirred(Mistral3ForConditionalGeneration(config), 1),
        tokenizer=tokenizer(512, chat=True),
    )
    # The real message is of 70 words, none of which this tokenizer knows.
    pipe.system_message = "describe the photo"
    pipe.set_progress_bar_config(disable=True)
    return pipe


def _transformer(guided: bool) -> Any:
    transformer = Flux2Transformer2DModel(
        patch_size=1, in_channels=16, num_layers=1, num_single_layers=2, attention_head_dim=16,
        num_attention_heads=2, joint_attention_dim=2 * WIDTH, timestep_guidance_channels=16,
        axes_dims_rope=(4, 4, 4, 4), guidance_embeds=guided,
    )  # fmt: skip
    return stirred(transformer)


def _vae() -> Any:
    return AutoencoderKLFlux2(
        sample_size=16, block_out_channels=(8,), layers_per_block=1, latent_channels=4, norm_num_groups=1,
        down_block_types=("DownEncoderBlock2D",), up_block_types=("UpDecoderBlock2D",),
    ).eval()  # fmt: skip
