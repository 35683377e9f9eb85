"""Flux.1 dev, schnell, Kontext, Fill and the control models: text first, then the image, in blocks of two streams and of one.

Guidance was distilled into the weights: what the pipeline calls guidance_scale is an input of theirs and stays the
user's. Guidance as everywhere else is `true_cfg_scale`, off by default. CLIP gives a pooled text alone, which in lanes
is the prompt's; a negative of more than its 77 tokens is whole in T5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from eschew.backends.diffusers.family import Encoding, padded
from eschew.backends.diffusers.lengths import fits
from eschew.backends.diffusers.run import Arguments
from eschew.errors import RefusalError


@dataclass(frozen=True)
class Flux(Encoding):
    """CLIP and T5."""

    def distilled(self, pipe: Any) -> bool:
        """Always: dev took its guidance in as a number, schnell its few steps."""
        return True

    def guidance_scale(self, pipe: Any, call: Mapping[str, Any]) -> float:
        """Some of the pipelines have no guidance but the distilled one."""
        return float(call.get(self.guidance_argument, self.guidance_off))

    def unguided(self, pipe: Any, call: Mapping[str, Any]) -> dict[str, Any]:
        """RefusalError for image prompts: their tokens have a row a sample where no lane is expected."""
        for name in ("ip_adapter_image", "ip_adapter_image_embeds"):
            if call.get(name) is not None:
                raise RefusalError(
                    "eschew does not steer beside an IP-Adapter on Flux", where=name, hint="leave it out"
                )
        return super().unguided(pipe, call) if self.guidance_argument in call else dict(call)

    def encode(self, pipe: Any, text: str, call: Mapping[str, Any]) -> Arguments:
        """As the pipeline encodes its own negative, pooled text and positions included."""
        fits(pipe.tokenizer_2, text, call["max_sequence_length"])
        states, pooled, ids = pipe.encode_prompt(
            text,
            None,
            device=pipe._execution_device,
            max_sequence_length=call["max_sequence_length"],
            lora_scale=(call.get("joint_attention_kwargs") or {}).get("scale"),
        )
        return {"encoder_hidden_states": states, "pooled_projections": pooled, "txt_ids": ids}

    def attentions(self, denoiser: Any) -> dict[str, nn.Module]:
        """Those of the blocks of two streams, and of one."""
        blocks = ("transformer_blocks", "single_transformer_blocks")
        return {
            f"{kind}.{i}.attn": block.attn
            for kind in blocks
            for i, block in enumerate(getattr(denoiser, kind))
        }

    def own_tokens(self, arguments: Arguments) -> int | None:
        """Tokens of a reference image say so in the first of their positions."""
        # Positions with a row a sample are the same in every row.
        first = arguments["img_ids"].flatten(0, -2)[: arguments["hidden_states"].shape[1], 0]
        own = int((first == 0).sum())
        return own if own < len(first) else None

    def levelled(self, texts: Sequence[Arguments]) -> tuple[list[Arguments], Tensor | None]:
        """With the positions of the longest text in all of them."""
        lanes, readable = padded(texts)
        longest = max((text["txt_ids"] for text in texts), key=lambda ids: ids.shape[-2])
        return [{**lane, "txt_ids": longest} for lane in lanes], readable

    def words(self, pipe: Any, text: str, negative: Arguments, call: Mapping[str, Any]) -> Tensor:
        """What is no padding."""
        states: Tensor = negative["encoder_hidden_states"]
        return states[:, : len(pipe.tokenizer_2(text).input_ids)]

    def appended(self, arguments: Arguments, words: Sequence[Tensor]) -> Arguments:
        """At the same positions: all text stands at the origin."""
        ids: Tensor = arguments["txt_ids"]
        added = sum(word.shape[1] for word in words)
        more = ids[..., :1, :].expand(*ids.shape[:-2], added, -1)
        return {**super().appended(arguments, words), "txt_ids": torch.cat([ids, more], -2)}


FLUX = Flux(
    "flux",
    (
        "FluxPipeline",
        "FluxImg2ImgPipeline",
        "FluxInpaintPipeline",
        "FluxKontextPipeline",
        "FluxKontextInpaintPipeline",
        "FluxFillPipeline",
        "FluxControlPipeline",
        "FluxControlImg2ImgPipeline",
        "FluxControlInpaintPipeline",
    ),
    batched=("hidden_states", "timestep", "guidance"),
    text_first=True,
    shared=("txt_ids",),
    guidance_argument="true_cfg_scale",
)
