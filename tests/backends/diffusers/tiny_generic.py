"""Pipelines without a family of their own, small enough for a test: the real classes, random weights."""

from __future__ import annotations

from typing import Any

import torch
from diffusers import (
    AuraFlowPipeline,
    AuraFlowTransformer2DModel,
    AutoencoderKLLTXVideo,
    AutoencoderKLWan,
    CogVideoXDDIMScheduler,
    CogView3PlusPipeline,
    CogView3PlusTransformer2DModel,
    DDIMScheduler,
    DDPMScheduler,
    FlowMatchEulerDiscreteScheduler,
    HunyuanDiT2DModel,
    HunyuanDiTPipeline,
    LattePipeline,
    LatteTransformer3DModel,
    LTXPipeline,
    LTXVideoTransformer3DModel,
    WanPipeline,
    WanTransformer3DModel,
)
from tests.backends.diffusers.tiny_parts import quiet, small_vae, t5, t5_letters, umt5
from transformers import BertConfig, BertModel


def wan(second: bool = False) -> Any:
    """Wan 2.1; `second` gives it the second denoiser of Wan 2.2."""
    torch.manual_seed(0)
    tokenizer = t5_letters(64)

    def transformer() -> WanTransformer3DModel:
        return WanTransformer3DModel(
            patch_size=(1, 2, 2),
            num_attention_heads=2,
            attention_head_dim=12,
            in_channels=16,
            out_channels=16,
            text_dim=16,
            freq_dim=32,
            ffn_dim=32,
            num_layers=2,
            cross_attn_norm=True,
            qk_norm="rms_norm_across_heads",
            rope_max_seq_len=32,
        ).eval()

    vae = AutoencoderKLWan(
        base_dim=3, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
    )
    return quiet(
        WanPipeline(
            tokenizer=tokenizer,
            text_encoder=umt5(tokenizer),
            vae=vae,
            scheduler=FlowMatchEulerDiscreteScheduler(shift=7.0),
            transformer=transformer(),
            transformer_2=transformer() if second else None,
            boundary_ratio=0.5 if second else None,
        )
    )


def ltx() -> Any:
    """LTX video: attentions that do not say that they cross, and a mask over padding."""
    torch.manual_seed(0)
    tokenizer = t5_letters(64)
    transformer = LTXVideoTransformer3DModel(
        in_channels=8,
        out_channels=8,
        patch_size=1,
        patch_size_t=1,
        num_attention_heads=2,
        attention_head_dim=16,
        cross_attention_dim=32,
        num_layers=2,
        caption_channels=16,
    )
    vae = AutoencoderKLLTXVideo(
        in_channels=3,
        out_channels=3,
        latent_channels=8,
        block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1, 1),
        spatio_temporal_scaling=(True, True, False, False),
        decoder_spatio_temporal_scaling=(True, True, False, False),
        decoder_inject_noise=(False, False, False, False, False),
        upsample_residual=(False, False, False, False),
        upsample_factor=(1, 1, 1, 1),
        timestep_conditioning=False,
        patch_size=1,
        patch_size_t=1,
        encoder_causal=True,
        decoder_causal=False,
    )
    return quiet(
        LTXPipeline(
            scheduler=FlowMatchEulerDiscreteScheduler(),
            vae=vae,
            text_encoder=t5(tokenizer),
            tokenizer=tokenizer,
            transformer=transformer.eval(),
        )
    )


def hunyuan() -> Any:
    """HunyuanDiT: BERT and T5 side by side, pooled states, a learned variance."""
    torch.manual_seed(0)
    tokenizer = t5_letters(77)
    transformer = HunyuanDiT2DModel(
        sample_size=16,
        num_layers=2,
        patch_size=2,
        attention_head_dim=8,
        num_attention_heads=2,
        cross_attention_dim=16,
        cross_attention_dim_t5=16,
        pooled_projection_dim=4,
        hidden_size=16,
        activation_fn="gelu-approximate",
        text_len_t5=256,
        in_channels=4,
    )
    bert = BertModel(
        BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=128,
        )
    )
    return quiet(
        HunyuanDiTPipeline(
            vae=small_vae(),
            text_encoder=bert.eval(),
            tokenizer=tokenizer,
            transformer=transformer.eval(),
            scheduler=DDPMScheduler(),
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
            text_encoder_2=t5(tokenizer),
            tokenizer_2=tokenizer,
        )
    )


def aura() -> Any:
    """AuraFlow: text and image in one sequence."""
    torch.manual_seed(0)
    tokenizer = t5_letters(64)
    transformer = AuraFlowTransformer2DModel(
        sample_size=16,
        patch_size=2,
        in_channels=4,
        num_mmdit_layers=1,
        num_single_dit_layers=1,
        attention_head_dim=8,
        num_attention_heads=2,
        caption_projection_dim=16,
        joint_attention_dim=16,
        out_channels=4,
        pos_embed_max_size=64,
    )
    return quiet(
        AuraFlowPipeline(
            tokenizer=tokenizer,
            text_encoder=umt5(tokenizer),
            vae=small_vae(),
            transformer=transformer.eval(),
            scheduler=FlowMatchEulerDiscreteScheduler(),
        )
    )


def cogview() -> Any:
    """CogView3+: text and image in one sequence, sizes as further conditions."""
    torch.manual_seed(0)
    tokenizer = t5_letters(64)
    transformer = CogView3PlusTransformer2DModel(
        patch_size=2,
        in_channels=4,
        num_layers=1,
        attention_head_dim=8,
        num_attention_heads=2,
        out_channels=4,
        text_embed_dim=16,
        time_embed_dim=8,
        condition_dim=2,
        pos_embed_max_size=16,
        sample_size=16,
    )
    return quiet(
        CogView3PlusPipeline(
            tokenizer=tokenizer,
            text_encoder=t5(tokenizer),
            vae=small_vae(),
            transformer=transformer.eval(),
            scheduler=CogVideoXDDIMScheduler(),
        )
    )


def latte() -> Any:
    """Latte: video, with the text's mask cut to its length by the pipeline."""
    torch.manual_seed(0)
    tokenizer = t5_letters(64)
    transformer = LatteTransformer3DModel(
        sample_size=8,
        num_layers=1,
        patch_size=2,
        attention_head_dim=8,
        num_attention_heads=2,
        caption_channels=16,
        in_channels=4,
        cross_attention_dim=16,
        out_channels=8,
        attention_bias=True,
        activation_fn="gelu-approximate",
        num_embeds_ada_norm=1000,
        norm_type="ada_norm_single",
        norm_elementwise_affine=False,
        video_length=2,
    )
    return quiet(
        LattePipeline(
            tokenizer=tokenizer,
            text_encoder=t5(tokenizer),
            vae=small_vae(),
            transformer=transformer.eval(),
            scheduler=DDIMScheduler(),
        )
    )
