"""The denoising blocks of modular SDXL with random weights; texts are given as embeddings."""

from __future__ import annotations

from typing import Any

import torch
from diffusers import DDIMScheduler, UNet2DConditionModel
from diffusers.modular_pipelines.stable_diffusion_xl.modular_blocks_stable_diffusion_xl import (
    StableDiffusionXLCoreDenoiseStep,
)
from torch import Tensor

WIDTH, POOLED = 16, 16


def tiny_modular_sdxl(seed: int = 0) -> Any:
    """A modular pipeline from embeddings to latents; its guider is put in by the test."""
    torch.manual_seed(seed)
    unet = UNet2DConditionModel(
        block_out_channels=(8, 16), layers_per_block=1, sample_size=8, norm_num_groups=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=4, cross_attention_dim=WIDTH, addition_embed_type="text_time", addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=6 * 8 + POOLED,
    )  # fmt: skip
    pipe = StableDiffusionXLCoreDenoiseStep().init_pipeline()
    pipe.update_components(unet=unet.eval(), scheduler=DDIMScheduler())
    pipe.set_progress_bar_config(disable=True)
    return pipe


def text(seed: int, rows: int = 1) -> tuple[Tensor, Tensor]:
    """An encoded text and its pooled form."""
    noise = torch.Generator().manual_seed(seed)
    return torch.randn(rows, 5, WIDTH, generator=noise), torch.randn(rows, POOLED, generator=noise)


def picture(pipe: Any, guider: Any, negative: int | None = 2, steps: int = 4) -> Tensor:
    """Latents of one picture, denoised with `guider`."""
    pipe.update_components(guider=guider)
    (prompt, pooled), (negative_prompt, negative_pooled) = text(1), text(1 if negative is None else negative)
    latents: Tensor = pipe(
        prompt_embeds=prompt, pooled_prompt_embeds=pooled, negative_prompt_embeds=negative_prompt,
        negative_pooled_prompt_embeds=negative_pooled, num_inference_steps=steps, height=64, width=64,
        generator=torch.Generator().manual_seed(0), output="latents",
    )  # fmt: skip
    return latents
