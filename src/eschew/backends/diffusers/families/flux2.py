"""Flux.2 dev and Klein: text first, then the image, with attention and MLP side by side in the blocks of one stream.

Dev has no guidance but the distilled one. Klein base guides away from an empty text; distilled Klein does not guide at
all. Neither pipeline takes a negative text: here both do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eschew.backends.diffusers.families.flux import Flux
from eschew.backends.diffusers.family import LANE_METHODS
from eschew.backends.diffusers.run import Arguments
from eschew.backends.diffusers.templates import fits_inside


@dataclass(frozen=True)
class Flux2(Flux):
    """One language model, whose layers are stacked."""

    def unguided(self, pipe: Any, call: Mapping[str, Any]) -> dict[str, Any]:
        """Nothing to switch off: guidance_scale is an input of the weights."""
        return dict(call)

    def guidance_scale(self, pipe: Any, call: Mapping[str, Any]) -> float:
        """None of that kind."""
        return 1.0

    def encode(self, pipe: Any, text: str, call: Mapping[str, Any]) -> Arguments:
        """As the pipeline encodes a prompt."""
        most = call["max_sequence_length"]
        tokenizer, whole = self.templated(pipe, text)
        fits_inside(tokenizer, text, whole, most)
        states, ids = pipe.encode_prompt(
            text,
            device=pipe._execution_device,
            max_sequence_length=most,
            text_encoder_out_layers=call["text_encoder_out_layers"],
        )
        return {"encoder_hidden_states": states, "txt_ids": ids}

    def templated(self, pipe: Any, text: str) -> tuple[Any, str]:
        """The tokenizer, and the text as it reads it: inside a conversation with the pipeline's system message."""
        from diffusers.pipelines.flux2.pipeline_flux2 import format_input

        messages = format_input(prompts=[text], system_message=pipe.system_message)
        whole = pipe.tokenizer.apply_chat_template(messages, add_generation_prompt=False, tokenize=False)
        return getattr(pipe.tokenizer, "tokenizer", pipe.tokenizer), whole[0] if isinstance(
            whole, list
        ) else whole


@dataclass(frozen=True)
class Flux2Klein(Flux2):
    """Base and distilled, as the pipeline's configuration says."""

    def distilled(self, pipe: Any) -> bool:
        """Distilled weights ignore guidance_scale."""
        return bool(pipe.config.is_distilled)

    def guidance_scale(self, pipe: Any, call: Mapping[str, Any]) -> float:
        """Off in distilled weights, whatever they are called with."""
        return 1.0 if self.distilled(pipe) else max(1.0, float(call["guidance_scale"]))

    def unguided(self, pipe: Any, call: Mapping[str, Any]) -> dict[str, Any]:
        """The branch of the empty text is left out."""
        return {**call, "guidance_scale": 1.0}

    def templated(self, pipe: Any, text: str) -> tuple[Any, str]:
        """A conversation of one message."""
        messages = [{"role": "user", "content": text}]
        whole = pipe.tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True, enable_thinking=False
        )
        return pipe.tokenizer, whole


FLUX_2 = Flux2(
    "flux2",
    ("Flux2Pipeline",),
    LANE_METHODS,
    batched=("hidden_states", "timestep", "guidance", "img_ids"),
    text_first=True,
    shared=("txt_ids",),
)
FLUX_2_KLEIN = Flux2Klein(
    "flux2-klein",
    ("Flux2KleinPipeline", "Flux2KleinInpaintPipeline"),
    LANE_METHODS,
    batched=("hidden_states", "timestep", "img_ids"),
    text_first=True,
    shared=("txt_ids",),
)
