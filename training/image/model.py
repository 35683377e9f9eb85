"""The shape of nano-image: the classes of Stable Diffusion in tiny configurations.

Latents are 16 × 16 × 12, a quarter of the pixels' numbers: with eight channels, noise and watermarks did not survive.
"""

from __future__ import annotations

from dataclasses import dataclass

from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel

from training.image.tokenizer import MAX_TOKENS
from training.image.world import SIZE

CHANNELS, SIDE, HIDDEN = 12, SIZE // 4, 192


def autoencoder() -> AutoencoderKL:
    """64 × 64 × 3 ↔ 16 × 16 × 12."""
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        block_out_channels=(32, 64, 96),
        layers_per_block=1,
        latent_channels=CHANNELS,
        norm_num_groups=8,
        sample_size=SIZE,
        scaling_factor=1.0,
        mid_block_add_attention=False,
    )


def scheduler() -> DDIMScheduler:
    """Cosine schedule with a last step of pure noise (Lin et al. 2024, arXiv 2305.08891), so v-prediction."""
    return DDIMScheduler(
        beta_schedule="squaredcos_cap_v2",
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
        clip_sample=False,
        set_alpha_to_one=True,
        steps_offset=1,
    )


@dataclass
class NanoImage:
    """The two modules that the diffusion loss trains."""

    text_encoder: CLIPTextModel
    unet: UNet2DConditionModel

    def modules(self) -> dict[str, nn.Module]:
        """By the names that a diffusers folder gives them."""
        return {"text_encoder": self.text_encoder, "unet": self.unet}

    def trained(self) -> list[tuple[str, nn.Parameter]]:
        """Every parameter."""
        return [
            (f"{name}.{key}", parameter)
            for name, module in self.modules().items()
            for key, parameter in module.named_parameters()
        ]


def build(vocabulary: int) -> NanoImage:
    """A fresh model."""
    text = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=vocabulary,
            hidden_size=HIDDEN,
            intermediate_size=512,
            num_hidden_layers=3,
            num_attention_heads=4,
            max_position_embeddings=MAX_TOKENS,
            projection_dim=HIDDEN,
            bos_token_id=0,
            eos_token_id=1,
            pad_token_id=1,
        )
    )
    unet = UNet2DConditionModel(
        sample_size=SIDE,
        in_channels=CHANNELS,
        out_channels=CHANNELS,
        # No attention at 16 × 16: with it a step takes three times as long on a CPU.
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        block_out_channels=(96, 128, 192),
        layers_per_block=1,
        cross_attention_dim=HIDDEN,
        attention_head_dim=4,
        norm_num_groups=16,
    )
    # As DiT starts (Peebles & Xie 2023): the last layer of the network says nothing until it has learnt something.
    nn.init.zeros_(unet.conv_out.weight)
    nn.init.zeros_(unet.conv_out.bias)
    return NanoImage(text, unet)
