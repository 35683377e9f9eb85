"""Stable Diffusion 3 and 3.5, turbo too: image and text tokens in one sequence, the image first.

The sequence holds 77 tokens of both CLIPs and then those of T5, padding included, as the weights were trained. In 3.5
medium some blocks have a second attention in which the image reads itself: no text is there, nothing is steered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from eschew.backends.diffusers.family import Encoding, named
from eschew.backends.diffusers.lengths import fits
from eschew.backends.diffusers.run import Arguments
from eschew.errors import RefusalError


@dataclass(frozen=True)
class StableDiffusion3(Encoding):
    """Two CLIPs and T5, which may be left out."""

    def distilled(self, pipe: Any) -> bool:
        """Turbo. The configuration of its weights is that of the large model: only their name tells."""
        return named(pipe, "turbo")

    def unguided(self, pipe: Any, call: Mapping[str, Any]) -> dict[str, Any]:
        """RefusalError for what the pipeline does inside its own guidance alone."""
        if call.get("skip_guidance_layers") is not None:
            raise RefusalError(
                "skip_guidance_layers does not go together with a negative of eschew's",
                where="skip_guidance_layers",
                why="the pipeline skips layers inside its own guidance, which is off here",
                hint="leave it out",
            )
        return super().unguided(pipe, call)

    def encode(self, pipe: Any, text: str, call: Mapping[str, Any]) -> Arguments:
        """As the pipeline encodes its own negative, pooled text included."""
        for tokenizer in (pipe.tokenizer, pipe.tokenizer_2):
            fits(tokenizer, text, pipe.tokenizer_max_length)
        if pipe.text_encoder_3 is not None:
            fits(pipe.tokenizer_3, text, call["max_sequence_length"])
        states, _, pooled, _ = pipe.encode_prompt(
            text,
            None,
            None,
            device=pipe._execution_device,
            do_classifier_free_guidance=False,
            clip_skip=call.get("clip_skip"),
            max_sequence_length=call["max_sequence_length"],
            lora_scale=(call.get("joint_attention_kwargs") or {}).get("scale"),
        )
        return {"encoder_hidden_states": states, "pooled_projections": pooled}

    def attentions(self, denoiser: Any) -> dict[str, nn.Module]:
        """The joint attention of every block."""
        return {
            f"transformer_blocks.{i}.attn": block.attn for i, block in enumerate(denoiser.transformer_blocks)
        }

    def words(self, pipe: Any, text: str, negative: Arguments, call: Mapping[str, Any]) -> Tensor:
        """Of both encoders, what is no padding."""
        states: Tensor = negative["encoder_hidden_states"]
        clip = max(len(t(text).input_ids) for t in (pipe.tokenizer, pipe.tokenizer_2))
        parts = [states[:, :clip]]
        if pipe.text_encoder_3 is not None:
            begins = pipe.tokenizer_max_length
            parts.append(states[:, begins : begins + len(pipe.tokenizer_3(text).input_ids)])
        return torch.cat(parts, 1)


STABLE_DIFFUSION_3 = StableDiffusion3(
    "sd3",
    ("StableDiffusion3Pipeline", "StableDiffusion3Img2ImgPipeline", "StableDiffusion3InpaintPipeline"),
    text_first=False,
)
