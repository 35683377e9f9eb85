"""Stable Audio Open: `attn2` layers that read T5 and two tokens for the seconds at which the clip starts and ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from eschew.backends.diffusers.family import Encoding
from eschew.backends.diffusers.lengths import fits
from eschew.backends.diffusers.run import Arguments


@dataclass(frozen=True)
class StableAudio(Encoding):
    """The negative keeps the prompt's seconds. Padding is zeros that the weights were trained to see: it stays."""

    def encode(self, pipe: Any, text: str, call: Mapping[str, Any]) -> Arguments:
        """As the pipeline encodes its own negative, the seconds behind it."""
        fits(pipe.tokenizer, text, pipe.tokenizer.model_max_length)
        device = pipe._execution_device
        states = pipe.encode_prompt(text, device, False)
        start, end = call["audio_start_in_s"], call["audio_end_in_s"]
        if end is None:
            end = pipe.transformer.config.sample_size * pipe.vae.hop_length / pipe.vae.config.sampling_rate
        seconds = pipe.encode_duration(start, end, device, False, 1)
        return {"encoder_hidden_states": torch.cat([states, *seconds], 1)}

    def null(self, pipe: Any, call: Mapping[str, Any], positive: Arguments) -> Arguments:
        """Zeros, seconds too. The empty text is another thing."""
        return {"encoder_hidden_states": torch.zeros_like(positive["encoder_hidden_states"])}

    def attentions(self, denoiser: nn.Module) -> dict[str, Any]:
        """The second attention of every block; rotary embedding is in the first alone."""
        return {name: module for name, module in denoiser.named_modules() if name.endswith("attn2")}

    def states(self, denoiser: Any, negative: Arguments) -> Tensor:
        """Behind the projection that all blocks share."""
        states: Tensor = denoiser.cross_attention_proj(negative["encoder_hidden_states"])
        return states


# The timestep is one number for all rows.
STABLE_AUDIO = StableAudio(
    "stable-audio-open", ("StableAudioPipeline",), batched=("hidden_states", "global_hidden_states")
)
