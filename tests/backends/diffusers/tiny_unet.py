"""Stable Diffusion pipelines small enough for a test: the real classes, random weights, tokenizers made on the spot."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    LCMScheduler,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

SIZE = 16
"""Height and width of the results, in pixels."""


def letters(reads: int = 77) -> CLIPTokenizer:
    """CLIP's tokenizer with a token a letter."""
    signs = [chr(code) for code in range(33, 127)]
    words = [*signs, *(f"{sign}</w>" for sign in signs), "<|startoftext|>", "<|endoftext|>"]
    folder = Path(mkdtemp())
    (folder / "vocab.json").write_text(json.dumps({word: number for number, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    return CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=reads)


def clip(tokenizer: CLIPTokenizer, projected: bool = False) -> Any:
    """A text encoder of width 32."""
    config = CLIPTextConfig(
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        hidden_size=32,
        intermediate_size=37,
        projection_dim=32,
        num_attention_heads=4,
        num_hidden_layers=2,
        vocab_size=len(tokenizer),
        max_position_embeddings=77,
    )
    return (CLIPTextModelWithProjection if projected else CLIPTextModel)(config).eval()


def vae() -> AutoencoderKL:
    """An autoencoder that halves nothing: one block."""
    return AutoencoderKL(
        block_out_channels=[32],
        in_channels=3,
        out_channels=3,
        down_block_types=["DownEncoderBlock2D"],
        up_block_types=["UpDecoderBlock2D"],
        latent_channels=4,
    )


def unet(**more: Any) -> UNet2DConditionModel:
    """Two levels; cross-attention in the lower one."""
    shape: dict[str, Any] = {
        "block_out_channels": (32, 64),
        "layers_per_block": 1,
        "sample_size": SIZE,
        "in_channels": 4,
        "out_channels": 4,
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
        "cross_attention_dim": 32,
    }
    return UNet2DConditionModel(**(shape | more))


def stable_diffusion(lcm: bool = False) -> StableDiffusionPipeline:
    """SD 1.5's parts; `lcm` gives the UNet an input for the guidance scale."""
    torch.manual_seed(0)
    tokenizer = letters()
    pipe = StableDiffusionPipeline(
        vae=vae(),
        text_encoder=clip(tokenizer),
        tokenizer=tokenizer,
        unet=unet(time_cond_proj_dim=32 if lcm else None),
        scheduler=LCMScheduler(steps_offset=1) if lcm else DDIMScheduler(steps_offset=1, clip_sample=False),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe


def stable_diffusion_xl(aesthetics: bool = False) -> StableDiffusionXLPipeline:
    """SDXL's parts; `aesthetics` gives the UNet the refiner's five numbers in place of six."""
    torch.manual_seed(0)
    tokenizer = letters()
    numbers = 5 if aesthetics else 6
    pipe = StableDiffusionXLPipeline(
        vae=vae(),
        text_encoder=clip(tokenizer),
        text_encoder_2=clip(tokenizer, projected=True),
        tokenizer=tokenizer,
        tokenizer_2=tokenizer,
        unet=unet(
            cross_attention_dim=64,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            transformer_layers_per_block=(1, 1),
            projection_class_embeddings_input_dim=8 * numbers + 32,
        ),
        scheduler=DDIMScheduler(steps_offset=1, clip_sample=False),
        add_watermarker=False,
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe
