"""The shape of nano-music: the classes of ACE-Step 1.5 in a tiny configuration, and its flow-matching loss.

What is learned: the text encoder, the text projector, the learned null, and the transformer. The lyric and the timbre
encoder are there because the class has them, one layer each and untrained: nano-music has neither lyrics nor reference
audio, so each gives one constant token.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from diffusers import AceStepTransformer1DModel
from diffusers.models.transformers.ace_step_transformer import AceStepAttention, AceStepAttnProcessor2_0
from diffusers.pipelines.ace_step.modeling_ace_step import AceStepConditionEncoder
from torch import Tensor, nn
from transformers import Qwen3Config, Qwen3Model

from eschew.backends.nano.codec import LATENT_RATE

HIDDEN, CHANNELS, FRAMES = 256, 64, 128
SILENCE_FRAMES = 15_000
TIMBRE_FRAMES = int(30 * LATENT_RATE)


class CrossMask(AceStepAttnProcessor2_0):
    """The stock cross-attention, with a padding mask: captions of a training batch have unequal lengths.

    Only training needs it: the class reads captions without a mask, and so does eschew, one length at a time.
    """

    def __init__(self) -> None:
        super().__init__()
        self.mask: Tensor | None = None

    def __call__(
        self,
        attn: AceStepAttention,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        image_rotary_emb: tuple[Tensor, Tensor] | None = None,
    ) -> Tensor:
        """As the stock processor; `mask` (batch, 1, 1, tokens) in place of the missing attention mask."""
        return super().__call__(attn, hidden_states, encoder_hidden_states, self.mask, image_rotary_emb)


@dataclass
class NanoMusic:
    """The three trained modules, side by side as a pipeline holds them."""

    text_encoder: Qwen3Model
    condition_encoder: AceStepConditionEncoder
    transformer: AceStepTransformer1DModel

    def modules(self) -> dict[str, nn.Module]:
        """By the names that a diffusers folder gives them."""
        return {
            "text_encoder": self.text_encoder,
            "condition_encoder": self.condition_encoder,
            "transformer": self.transformer,
        }

    def trained(self) -> list[tuple[str, nn.Parameter]]:
        """Every parameter that training moves."""
        return [
            (f"{name}.{key}", parameter)
            for name, module in self.modules().items()
            for key, parameter in module.named_parameters()
            if parameter.requires_grad
        ]


def build(vocabulary: int, silence: Tensor, layers: int = 6) -> NanoMusic:
    """A fresh model. `silence` (64,) is one latent frame of digital silence."""
    text = Qwen3Model(
        Qwen3Config(
            vocab_size=vocabulary,
            hidden_size=HIDDEN,
            intermediate_size=512,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            head_dim=64,
            max_position_embeddings=256,
            tie_word_embeddings=True,
            pad_token_id=0,
            bos_token_id=2,
            eos_token_id=None,
        )
    )
    condition = AceStepConditionEncoder(
        hidden_size=HIDDEN,
        intermediate_size=256,
        text_hidden_dim=HIDDEN,
        timbre_hidden_dim=CHANNELS,
        num_lyric_encoder_hidden_layers=1,
        num_timbre_encoder_hidden_layers=1,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=64,
    )
    condition.silence_latent.copy_(silence.expand(1, SILENCE_FRAMES, CHANNELS))
    for module in (condition.lyric_encoder, condition.timbre_encoder):
        module.requires_grad_(False)
    transformer = AceStepTransformer1DModel(
        hidden_size=HIDDEN,
        intermediate_size=768,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=4,
        head_dim=64,
        in_channels=3 * CHANNELS,
        audio_acoustic_hidden_dim=CHANNELS,
        patch_size=2,
        model_version="base",
    )
    nn.init.normal_(condition.null_condition_emb, std=0.02)
    nn.init.zeros_(transformer.proj_out_conv.weight)
    nn.init.zeros_(transformer.proj_out_conv.bias)
    # The context of text-to-music is a constant: a bias by another name, but with a step size 260 times too large, and
    # training diverged on it. Its weights are zero and stay zero.
    with torch.no_grad():
        transformer.proj_in_conv.weight[:, : 2 * CHANNELS] = 0
    transformer.proj_in_conv.weight.register_hook(_without_context)
    # Both time embeddings are always added, and r = t throughout: only one of them needs to learn.
    transformer.time_embed_r.requires_grad_(False)
    for parameter in transformer.time_embed_r.parameters():
        nn.init.zeros_(parameter)
    return NanoMusic(text, condition, transformer)


def _without_context(gradient: Tensor) -> Tensor:
    kept = gradient.clone()
    kept[:, : 2 * CHANNELS] = 0
    return kept


def constant_tokens(model: NanoMusic) -> Tensor:
    """What lyric and timbre encoder give without lyrics and reference: two tokens, (1, 2, hidden)."""
    condition = model.condition_encoder
    start = torch.tensor([[2]])
    lyric = condition.lyric_encoder(
        model.text_encoder.get_input_embeddings()(start), torch.ones(1, 1, dtype=torch.bool)
    )
    timbre, _ = condition.timbre_encoder(
        condition.silence_latent[:, :TIMBRE_FRAMES], torch.zeros(1, dtype=torch.long)
    )
    return torch.cat([lyric, timbre], dim=1)


def context(model: NanoMusic, batch: int, frames: int = FRAMES) -> Tensor:
    """The context of text-to-music: silence to be filled, everywhere: (batch, frames, 128)."""
    silence = model.condition_encoder.silence_latent[:, :frames]
    return torch.cat([silence, torch.ones_like(silence)], dim=-1).expand(batch, -1, -1)


def encode(model: NanoMusic, ids: Tensor, attention: Tensor, constants: Tensor) -> tuple[Tensor, Tensor]:
    """Token ids (batch, n) → conditions (batch, 2 + n, hidden) and their mask (batch, 2 + n)."""
    states = model.text_encoder(input_ids=ids, attention_mask=attention).last_hidden_state
    text = model.condition_encoder.text_projector(states)
    both = torch.cat([constants.expand(len(ids), -1, -1).to(text.dtype), text], dim=1)
    mask = torch.cat([torch.ones(len(ids), constants.shape[1], dtype=torch.bool), attention.bool()], dim=1)
    return both, mask
