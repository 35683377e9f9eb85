"""One tiny pipeline of each family that reads text by cross-attention, and how to call it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from tests.backends.diffusers import tiny_dit, tiny_generic, tiny_unet
from torch import Tensor

SQUARE = {"height": 16, "width": 16, "use_resolution_binning": False}
PIXART = {**SQUARE, "clean_caption": False, "max_sequence_length": 24}
SANA = {**PIXART, "height": 32, "width": 32}
SECONDS = {"duration": 4.0}


@dataclass(frozen=True)
class Case:
    """A pipeline and a call of it; results are latents."""

    make: Callable[[], Any]
    call: Mapping[str, Any]
    denoiser: str = "transformer"
    guidance: Mapping[str, Any] = field(default_factory=lambda: {"guidance_scale": 4.0})
    steps: int = 3
    own_negative: bool = True
    limit: float = 1e-4

    def run(self, pipe: Any, prompt: Any = "a cat", seeds: tuple[int, ...] = (1,), **more: Any) -> Tensor:
        """The latents that a call gives."""
        generators = [torch.Generator().manual_seed(seed) for seed in seeds]
        call = {
            "num_inference_steps": self.steps,
            "output_type": "latent",
            **self.call,
            **self.guidance,
            **more,
        }
        out = pipe(prompt=prompt, generator=generators[0] if len(seeds) == 1 else generators, **call)
        return torch.as_tensor(next(iter(out.values())))


CASES = {
    "sd": Case(tiny_unet.stable_diffusion, {"height": 16, "width": 16}, denoiser="unet"),
    "sdxl": Case(tiny_unet.stable_diffusion_xl, {"height": 16, "width": 16}, denoiser="unet"),
    "pixart-alpha": Case(tiny_dit.pixart, PIXART),
    "pixart-sigma": Case(lambda: tiny_dit.pixart(sigma=True), PIXART),
    "sana": Case(tiny_dit.sana, SANA),
    "sana-sprint": Case(lambda: tiny_dit.sana(sprint=True), SANA, steps=2, own_negative=False),
    "stable-audio-open": Case(tiny_dit.stable_audio, {"audio_end_in_s": 4.0}),
    "stable-audio-3": Case(tiny_dit.stable_audio_3, SECONDS),
    "stable-audio-3-distilled": Case(
        lambda: tiny_dit.stable_audio_3(distilled=True), SECONDS, guidance={}, own_negative=False
    ),
    "wan": Case(tiny_generic.wan, {"height": 16, "width": 16, "num_frames": 5, "max_sequence_length": 32}),
    "ltx": Case(tiny_generic.ltx, {"height": 32, "width": 32, "num_frames": 9, "max_sequence_length": 32}),
    "hunyuan-dit": Case(tiny_generic.hunyuan, SQUARE),
    "latte": Case(tiny_generic.latte, {"height": 8, "width": 8, "video_length": 2, "clean_caption": False}),
}
DISTILLED = ("sana-sprint", "stable-audio-3-distilled")
