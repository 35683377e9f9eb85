"""PixArt-α and PixArt-Σ: a transformer whose `attn2` layers read T5, with a mask over its padding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from eschew.backends.diffusers.family import Encoding
from eschew.backends.diffusers.lengths import fits
from eschew.backends.diffusers.run import Arguments


@dataclass(frozen=True)
class PixArt(Encoding):
    """The mask travels with the text: padding is there, and no attention sees it. Half of the prediction's channels may
    be a learned variance, which is left as the prompt has it.
    """

    def encode(self, pipe: Any, text: str, call: Mapping[str, Any]) -> Arguments:
        """As the pipeline encodes its own negative."""
        most = call["max_sequence_length"]
        cleaned = pipe._text_preprocessing(text, clean_caption=call["clean_caption"])[0]
        fits(pipe.tokenizer, cleaned, most)
        states, mask, _, _ = pipe.encode_prompt(
            text,
            False,
            device=pipe._execution_device,
            clean_caption=call["clean_caption"],
            max_sequence_length=most,
        )
        return {"encoder_hidden_states": states, "encoder_attention_mask": mask}

    def guided_channels(self, denoiser: Any) -> int | None:
        """The first half, where the second is a variance."""
        config = denoiser.config
        return int(config.in_channels) if config.out_channels == 2 * config.in_channels else None

    def attentions(self, denoiser: nn.Module) -> dict[str, Any]:
        """The second attention of every block."""
        return {name: module for name, module in denoiser.named_modules() if name.endswith("attn2")}

    def states(self, denoiser: Any, negative: Arguments) -> Tensor:
        """Behind the caption projection, without what the mask hides."""
        states = visible(negative)
        return states if denoiser.caption_projection is None else denoiser.caption_projection(states)


def visible(negative: Arguments) -> Tensor:
    """The states of a text, batch 1, without those that its mask hides."""
    states: Tensor = negative["encoder_hidden_states"]
    return states[:, negative["encoder_attention_mask"][0].bool()]


PIXART = PixArt(
    "pixart",
    ("PixArtAlphaPipeline", "PixArtSigmaPipeline"),
    batched=("hidden_states", "timestep", "added_cond_kwargs"),
)
