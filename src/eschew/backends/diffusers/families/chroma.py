"""Chroma: Flux.1 without its distilled guidance and without CLIP, and with a mask over text and image.

All padding of a text but its first token is masked. The mask is the pipeline's own, a number that is added: what it
does to a sequence is kept as the weights know it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from eschew.backends.diffusers.families.flux import Flux
from eschew.backends.diffusers.family import LANE_METHODS
from eschew.backends.diffusers.lengths import fits
from eschew.backends.diffusers.run import Arguments

STATES, MASK = "encoder_hidden_states", "attention_mask"


@dataclass(frozen=True)
class Chroma(Flux):
    """T5 alone."""

    def distilled(self, pipe: Any) -> bool:
        """The flash weights, which only their name tells; Chroma itself is guided."""
        return "flash" in str(getattr(pipe.config, "_name_or_path", None)).lower()

    def encode(self, pipe: Any, text: str, call: Mapping[str, Any]) -> Arguments:
        """As the pipeline encodes its own negative; of the mask, the part over the text."""
        fits(pipe.tokenizer, text, call["max_sequence_length"])
        states, ids, mask, *_ = pipe.encode_prompt(
            text,
            device=pipe._execution_device,
            do_classifier_free_guidance=False,
            max_sequence_length=call["max_sequence_length"],
            lora_scale=(call.get("joint_attention_kwargs") or {}).get("scale"),
        )
        return {STATES: states, MASK: mask, "txt_ids": ids}

    def beside(self, text: Arguments, arguments: Arguments) -> Arguments:
        """The mask over text and image."""
        image = arguments[self.batched[0]].shape[1]
        return {**text, MASK: functional.pad(text[MASK], (0, image), value=1.0)}

    def levelled(self, texts: Sequence[Arguments]) -> tuple[list[Arguments], Tensor | None]:
        """Masks, too: they have the text first, and zeros behind a text that is shorter than the longest."""
        lanes, readable = super().levelled(texts)
        longest = lanes[0][STATES].shape[1]
        masks = [_stretched(text[MASK], text[STATES].shape[1], longest) for text in texts]
        return [{**lane, MASK: mask} for lane, mask in zip(lanes, masks, strict=True)], readable


def _stretched(mask: Tensor, length: int, longest: int) -> Tensor:
    """A mask over a text of `length` and the image, for a text of `longest`."""
    gap = mask.new_zeros(len(mask), longest - length)
    return torch.cat([mask[:, :length], gap, mask[:, length:]], 1)


CHROMA = Chroma(
    "chroma",
    ("ChromaPipeline", "ChromaImg2ImgPipeline", "ChromaInpaintPipeline"),
    LANE_METHODS,
    text_first=True,
    lane_arguments=(STATES, MASK),
    shared=("txt_ids",),
)
