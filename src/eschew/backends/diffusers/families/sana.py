"""Sana and Sana Sprint: linear self-attention, and `attn2` layers that read Gemma with a mask over its padding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from eschew.backends.diffusers.families.pixart import PixArt, visible
from eschew.backends.diffusers.lengths import fits
from eschew.backends.diffusers.run import Arguments


@dataclass(frozen=True)
class Sana(PixArt):
    """PixArt's way with text, and a norm behind the caption projection."""

    def encode(self, pipe: Any, text: str, call: Mapping[str, Any]) -> Arguments:
        """As the pipeline encodes its own negative: without the instruction that it puts before prompts."""
        most = call["max_sequence_length"]
        _fits(pipe, text, call, most)
        states, mask, _, _ = pipe.encode_prompt(
            text,
            False,
            device=pipe._execution_device,
            clean_caption=call["clean_caption"],
            max_sequence_length=most,
            complex_human_instruction=None,
            lora_scale=_lora_scale(call),
        )
        return {"encoder_hidden_states": states, "encoder_attention_mask": mask}

    def states(self, denoiser: Any, negative: Arguments) -> Tensor:
        """Behind projection and norm, without what the mask hides."""
        states: Tensor = denoiser.caption_norm(denoiser.caption_projection(visible(negative)))
        return states


@dataclass(frozen=True)
class SanaSprint(Sana):
    """One to four steps, the guidance scale an input of the weights, and no negative of its own."""

    def distilled(self, pipe: Any) -> bool:
        """Always."""
        return True

    def guidance_scale(self, pipe: Any, call: Mapping[str, Any]) -> float:
        """Off: the scale that the pipeline takes is an input of the weights."""
        return 1.0

    def unguided(self, pipe: Any, call: Mapping[str, Any]) -> dict[str, Any]:
        """As it is: every row is a prompt's."""
        return dict(call)

    def encode(self, pipe: Any, text: str, call: Mapping[str, Any]) -> Arguments:
        """As the pipeline encodes a prompt, instruction included: text and nothing else shall differ."""
        most = call["max_sequence_length"]
        _fits(pipe, text, call, most)
        states, mask = pipe.encode_prompt(
            text,
            device=pipe._execution_device,
            clean_caption=call["clean_caption"],
            max_sequence_length=most,
            complex_human_instruction=call["complex_human_instruction"],
            lora_scale=_lora_scale(call),
        )
        return {"encoder_hidden_states": states, "encoder_attention_mask": mask}


def _fits(pipe: Any, text: str, call: Mapping[str, Any], most: int) -> None:
    fits(pipe.tokenizer, pipe._text_preprocessing(text, clean_caption=call["clean_caption"])[0], most)


def _lora_scale(call: Mapping[str, Any]) -> float | None:
    scale: float | None = (call.get("attention_kwargs") or {}).get("scale")
    return scale


SANA = Sana("sana", ("SanaPipeline",), batched=("hidden_states", "timestep"))
SANA_SPRINT = SanaSprint(
    "sana-sprint",
    ("SanaSprintPipeline", "SanaSprintImg2ImgPipeline"),
    batched=("hidden_states", "timestep", "guidance"),
)
