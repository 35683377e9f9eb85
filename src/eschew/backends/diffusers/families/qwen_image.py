"""Qwen-Image: text first, then the image; texts as long as they are, with a mask where a batch has several.

The pipeline guides only where it was given a negative, by `true_cfg_scale`, and then brings every token of the guided
prediction back to the length that it has without guidance. That is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from eschew.backends.diffusers.family import LANE_METHODS, Encoding, padded
from eschew.backends.diffusers.run import Arguments
from eschew.backends.diffusers.templates import fits_inside

STATES, MASK = "encoder_hidden_states", "encoder_hidden_states_mask"


@dataclass(frozen=True)
class QwenImage(Encoding):
    """One language model, of whose tokens those of the template are left out."""

    def settled(self, call: Mapping[str, Any], guided: Tensor, cond: Tensor) -> Tensor:
        """Every token as long as the prompt's prediction has it."""
        size = torch.linalg.vector_norm(guided, dim=-1, keepdim=True)
        settled: Tensor = guided * (torch.linalg.vector_norm(cond, dim=-1, keepdim=True) / size)
        return settled

    def encode(self, pipe: Any, text: str, call: Mapping[str, Any]) -> Arguments:
        """As the pipeline encodes its own negative."""
        most = min(call["max_sequence_length"], pipe.tokenizer_max_length)
        template, start = pipe.prompt_template_encode, pipe.prompt_template_encode_start_idx
        fits_inside(pipe.tokenizer, text, template.format(text), most + start)
        states, mask = pipe.encode_prompt(text, device=pipe._execution_device, max_sequence_length=most)
        return {STATES: states, MASK: mask}

    def attentions(self, denoiser: Any) -> dict[str, nn.Module]:
        """The joint attention of every block."""
        return {
            f"transformer_blocks.{i}.attn": block.attn for i, block in enumerate(denoiser.transformer_blocks)
        }

    def levelled(self, texts: Sequence[Arguments]) -> tuple[list[Arguments], None]:
        """With masks that the model itself takes: a negative may have one row beside the prompt's several."""
        lanes, _ = padded(texts)
        longest = lanes[0][STATES].shape[1]
        masks: list[Tensor | None] = [_mask(text, longest) for text in texts]
        if all(mask is not None and bool(mask.all()) for mask in masks):
            masks = [None] * len(texts)
        return [{STATES: lane[STATES], MASK: mask} for lane, mask in zip(lanes, masks, strict=True)], None


def _mask(text: Arguments, longest: int) -> Tensor:
    """Which of `longest` places hold a token, (rows, places)."""
    states, mask = text[STATES], text[MASK]
    kept = states.new_ones(states.shape[:2], dtype=torch.bool) if mask is None else mask.bool()
    return torch.nn.functional.pad(kept, (0, longest - kept.shape[1]))


QWEN_IMAGE = QwenImage(
    "qwen-image",
    ("QwenImagePipeline", "QwenImageImg2ImgPipeline", "QwenImageInpaintPipeline"),
    LANE_METHODS,
    batched=("hidden_states", "timestep", "guidance", "img_shapes"),
    text_first=True,
    lane_arguments=(STATES, MASK),
    guidance_argument="true_cfg_scale",
)
