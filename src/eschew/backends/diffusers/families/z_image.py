"""Z-Image and Z-Image-Turbo: one stream, the image first and the caption behind it, samples in lists.

A caption is padded to a multiple of 32 inside the model, with a token it was trained with; captions of unequal length
in a batch are masked by the model itself. Refiners read image or caption alone and are not steered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from eschew.backends.diffusers.family import LANE_METHODS, Encoding, named
from eschew.backends.diffusers.run import Arguments, Run
from eschew.backends.diffusers.templates import fits_inside
from eschew.backends.steering import Steer

REPLACING = ("cfg-substitution", "apg", "cfg-zero")
"""Methods in which the negative takes the place of the null: without guidance there is no place to take."""


@dataclass(frozen=True)
class ZImage(Encoding):
    """Guided as c + g·(c − n) by the pipeline: g = w − 1, and 0 is off."""

    def distilled(self, pipe: Any) -> bool:
        """Turbo. The configuration of its weights is that of the base: only their name tells."""
        return named(pipe, "turbo")

    def guidance_scale(self, pipe: Any, call: Mapping[str, Any]) -> float:
        """As w = 1 + g; the pipeline takes a g below 0 for off."""
        return 1.0 + max(0.0, super().guidance_scale(pipe, call))

    def unguided(self, pipe: Any, call: Mapping[str, Any]) -> dict[str, Any]:
        """With lists of its own: the pipeline writes its template into a list of prompts that it is given."""
        own = {
            name: list(value) for name, value in call.items() if name == "prompt" and isinstance(value, list)
        }
        return {**super().unguided(pipe, call), **own}

    def turn(self, pipe: Any, run: Run, call: Mapping[str, Any], arguments: Arguments) -> Steer:
        """Beyond `cfg_truncation` of the way the pipeline does not guide; attentions are steered all the same."""
        truncation = call.get("cfg_truncation")
        done = float(torch.as_tensor(arguments["t"]).flatten()[0])
        if truncation is None or float(truncation) > 1.0 or done <= float(truncation):
            return run.steer
        return replace(
            run.steer, method="none" if run.steer.method in REPLACING else run.steer.method, positive="none"
        )

    def settled(self, call: Mapping[str, Any], guided: Tensor, cond: Tensor) -> Tensor:
        """`cfg_normalization`: no sample's prediction grows beyond so many times the prompt's."""
        most = float(call.get("cfg_normalization") or 0.0)
        if most <= 0.0:
            return guided
        axes = tuple(range(1, guided.ndim))
        size = torch.linalg.vector_norm(guided.float(), dim=axes, keepdim=True)
        allowed = torch.linalg.vector_norm(cond.float(), dim=axes, keepdim=True) * most
        return torch.where(size > allowed, guided * (allowed / size), guided).to(guided)

    def encode(self, pipe: Any, text: str, call: Mapping[str, Any]) -> Arguments:
        """As the pipeline encodes its own negative: a list of one caption, (tokens, width)."""
        most = call["max_sequence_length"]
        messages = [{"role": "user", "content": text}]
        whole = pipe.tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True, enable_thinking=True
        )
        fits_inside(pipe.tokenizer, text, whole, most)
        captions, _ = pipe.encode_prompt(
            text, device=pipe._execution_device, do_classifier_free_guidance=False, max_sequence_length=most
        )
        return {"cap_feats": captions}

    def attentions(self, denoiser: Any) -> dict[str, nn.Module]:
        """Those of the layers that read image and caption together."""
        return {f"layers.{i}.attention": layer.attention for i, layer in enumerate(denoiser.layers)}

    def text_length(self, arguments: Arguments) -> int:
        """The longest caption with its padding: what follows a shorter one is masked."""
        from diffusers.models.transformers.transformer_z_image import SEQ_MULTI_OF

        longest = max(len(caption) for caption in arguments["cap_feats"])
        multiple = int(SEQ_MULTI_OF)
        return -(-longest // multiple) * multiple

    def levelled(self, texts: Sequence[Arguments]) -> tuple[list[Arguments], None]:
        """As they are: the model pads and masks."""
        return list(texts), None


Z_IMAGE = ZImage(
    "z-image",
    ("ZImagePipeline", "ZImageImg2ImgPipeline", "ZImageInpaintPipeline"),
    LANE_METHODS,
    batched=("x", "t"),
    text_first=False,
    lane_arguments=("cap_feats",),
    timestep="t",
    guidance_off=0.0,
)
