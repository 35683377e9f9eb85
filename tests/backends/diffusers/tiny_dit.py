"""Pipelines with a transformer that reads text by cross-attention, small enough for a test.

The real classes of PixArt, Sana, Sana Sprint, Stable Audio Open and Stable Audio 3, random weights.
"""

from __future__ import annotations

from typing import Any

import torch
from diffusers import (
    AutoencoderDC,
    AutoencoderOobleck,
    DDIMScheduler,
    EDMDPMSolverMultistepScheduler,
    FlowMatchEulerDiscreteScheduler,
    PixArtAlphaPipeline,
    PixArtSigmaPipeline,
    PixArtTransformer2DModel,
    SanaPipeline,
    SanaSprintPipeline,
    SanaTransformer2DModel,
    SCMScheduler,
    StableAudioDiTModel,
    StableAudioPipeline,
    StableAudioProjectionModel,
)
from tests.backends.diffusers.tiny_parts import (
    gemma,
    gemma_letters,
    quiet,
    small_vae,
    t5,
    t5_letters,
    unwarned,
)


def pixart(sigma: bool = False) -> Any:
    """PixArt with a learned variance: eight channels out of four."""
    torch.manual_seed(0)
    tokenizer = t5_letters()
    transformer = PixArtTransformer2DModel(
        sample_size=8,
        num_layers=2,
        patch_size=2,
        attention_head_dim=8,
        num_attention_heads=2,
        caption_channels=16,
        in_channels=4,
        cross_attention_dim=16,
        out_channels=8,
        attention_bias=True,
        num_embeds_ada_norm=1000,
        norm_type="ada_norm_single",
        norm_elementwise_affine=False,
    )
    return quiet(
        (PixArtSigmaPipeline if sigma else PixArtAlphaPipeline)(
            tokenizer=tokenizer,
            text_encoder=t5(tokenizer),
            vae=small_vae(),
            transformer=transformer.eval(),
            scheduler=DDIMScheduler(),
        )
    )


def sana_vae() -> AutoencoderDC:
    """Two levels: half of height and width."""
    return AutoencoderDC(
        in_channels=3,
        latent_channels=4,
        attention_head_dim=2,
        encoder_block_types=("ResBlock", "EfficientViTBlock"),
        decoder_block_types=("ResBlock", "EfficientViTBlock"),
        encoder_block_out_channels=(8, 8),
        decoder_block_out_channels=(8, 8),
        encoder_qkv_multiscales=((), (5,)),
        decoder_qkv_multiscales=((), (5,)),
        encoder_layers_per_block=(1, 1),
        decoder_layers_per_block=[1, 1],
        downsample_block_type="conv",
        upsample_block_type="interpolate",
        decoder_norm_types="rms_norm",
        decoder_act_fns="silu",
        scaling_factor=0.41407,
    )


def sana(sprint: bool = False) -> Any:
    """Sana, or Sana Sprint with the guidance scale as an input."""
    torch.manual_seed(0)
    tokenizer = gemma_letters()
    transformer = SanaTransformer2DModel(
        patch_size=1,
        in_channels=4,
        out_channels=4,
        num_layers=2,
        num_attention_heads=2,
        attention_head_dim=4,
        num_cross_attention_heads=2,
        cross_attention_head_dim=4,
        cross_attention_dim=8,
        caption_channels=8,
        sample_size=32,
        guidance_embeds=sprint,
        qk_norm="rms_norm_across_heads" if sprint else None,
    )
    return quiet(
        (SanaSprintPipeline if sprint else SanaPipeline)(
            tokenizer=tokenizer,
            text_encoder=gemma(tokenizer),
            vae=sana_vae(),
            transformer=transformer.eval(),
            scheduler=SCMScheduler() if sprint else FlowMatchEulerDiscreteScheduler(shift=7.0),
        )
    )


def stable_audio() -> StableAudioPipeline:
    """Stable Audio Open: four query heads and two key heads in the cross-attention."""
    torch.manual_seed(0)
    tokenizer = t5_letters()
    transformer = StableAudioDiTModel(
        sample_size=8,
        in_channels=3,
        num_layers=2,
        attention_head_dim=8,
        num_attention_heads=4,
        num_key_value_attention_heads=2,
        out_channels=3,
        cross_attention_dim=16,
        time_proj_dim=8,
        global_states_input_dim=32,
        cross_attention_input_dim=16,
    )
    vae = unwarned(
        lambda: AutoencoderOobleck(
            encoder_hidden_size=6,
            downsampling_ratios=[1, 2],
            decoder_channels=3,
            decoder_input_channels=3,
            audio_channels=2,
            channel_multiples=[2, 4],
            sampling_rate=4,
        )
    )
    return quiet(
        StableAudioPipeline(
            vae=vae.eval(),
            text_encoder=t5(tokenizer),
            projection_model=StableAudioProjectionModel(
                text_encoder_dim=16, conditioning_dim=16, min_value=0, max_value=32
            ).eval(),
            tokenizer=tokenizer,
            transformer=transformer.eval(),
            scheduler=EDMDPMSolverMultistepScheduler(),
        )
    )


def stable_audio_3(kind: Any = None, distilled: bool = False, differential: bool = True) -> Any:
    """Stable Audio 3; `kind` is another of its pipelines (audio-to-audio, inpainting)."""
    from diffusers import AutoencoderSAME, StableAudio3DiTModel, StableAudio3Pipeline
    from diffusers.pipelines.stable_audio_3.modeling_stable_audio_3 import StableAudio3DurationEmbedder

    torch.manual_seed(0)
    tokenizer = gemma_letters(reads=24)
    transformer = StableAudio3DiTModel(
        io_channels=8,
        embed_dim=32,
        depth=2,
        num_heads=2,
        cond_token_dim=8,
        global_cond_dim=8,
        local_add_cond_dim=9,
        timestep_features_dim=16,
        ff_mult=2.0,
        num_memory_tokens=2,
        use_differential_attention=differential,
    )
    vae = unwarned(
        lambda: AutoencoderSAME(
            audio_channels=2,
            patch_size=4,
            encoder_channels=16,
            encoder_c_mults=(2,),
            encoder_strides=(2,),
            encoder_transformer_depths=(1,),
            latent_dim=8,
            dim_heads=16,
            sampling_rate=16,
        )
    )
    return quiet(
        (kind or StableAudio3Pipeline)(
            vae=vae.eval(),
            text_encoder=gemma(tokenizer),
            tokenizer=tokenizer,
            duration_embedder=StableAudio3DurationEmbedder(output_dim=8, fourier_dim=16).eval(),
            transformer=transformer.eval(),
            scheduler=FlowMatchEulerDiscreteScheduler(stochastic_sampling=distilled),
        )
    )
