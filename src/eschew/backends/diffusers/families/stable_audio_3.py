"""Stable Audio 3, base and distilled: differential cross-attention to T5Gemma's text and one token of duration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from eschew.backends.diffusers.differential import DifferentialProcessor
from eschew.backends.diffusers.family import Encoding
from eschew.backends.diffusers.lengths import fits
from eschew.backends.diffusers.processors import SteeredProcessor
from eschew.backends.diffusers.run import Arguments, Run

READS = 256
"""Tokens that the pipeline gives the text encoder at most."""


@dataclass(frozen=True)
class StableAudio3(Encoding):
    """The negative keeps the prompt's duration. Padding is a learned vector that attentions see: it stays.

    Audio-to-audio and inpainting have neither guidance nor a negative of their own; they are steered all the same.
    """

    def distilled(self, pipe: Any) -> bool:
        """Distilled weights come with stochastic (ping-pong) sampling, in eight steps."""
        return bool(pipe.scheduler.config.stochastic_sampling)

    def guidance_scale(self, pipe: Any, call: Mapping[str, Any]) -> float:
        """Off where the pipeline has none."""
        return float(call.get("guidance_scale", 1.0))

    def unguided(self, pipe: Any, call: Mapping[str, Any]) -> dict[str, Any]:
        """As it is where the pipeline has no guidance."""
        return super().unguided(pipe, call) if "guidance_scale" in call else dict(call)

    def encode(self, pipe: Any, text: str, call: Mapping[str, Any]) -> Arguments:
        """As the pipeline encodes its own negative, the duration's token behind it."""
        fits(pipe.tokenizer, text, min(pipe.tokenizer.model_max_length, READS))
        device = pipe._execution_device
        states, mask = pipe.encode_prompt(text, device, 1)
        duration = pipe.encode_duration(call["duration"], device, 1, 1)
        states, mask = pipe.prepare_cross_attention(states, mask, duration)
        return {"encoder_hidden_states": states, "encoder_attention_mask": mask}

    def attentions(self, denoiser: nn.Module) -> dict[str, Any]:
        """The cross-attention of every block."""
        return {name: module for name, module in denoiser.named_modules() if name.endswith("cross_attn")}

    def steering(self, attention: Any, name: str, run: Run) -> SteeredProcessor:
        """Around the difference of two softmaxes."""
        return DifferentialProcessor(attention.processor, name, run)

    def states(self, denoiser: Any, negative: Arguments) -> Tensor:
        """Padding as the learned vector, then the projection that all blocks share."""
        raw: Tensor = negative["encoder_hidden_states"]
        mask = negative["encoder_attention_mask"].bool().unsqueeze(-1)
        states: Tensor = denoiser.to_cond_embed(
            torch.where(mask, raw, denoiser.prompt_padding_embedding.to(raw))
        )
        return states


STABLE_AUDIO_3 = StableAudio3(
    "stable-audio-3",
    ("StableAudio3Pipeline", "StableAudio3AudioToAudioPipeline", "StableAudio3InpaintPipeline"),
    batched=("hidden_states", "timestep", "global_hidden_states", "local_add_cond"),
)
