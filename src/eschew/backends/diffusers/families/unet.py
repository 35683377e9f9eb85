"""Stable Diffusion 1.5, 2 and XL, and latent consistency models: a UNet whose `attn2` layers read CLIP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from eschew.backends.diffusers.chunks import chunked
from eschew.backends.diffusers.family import Encoding
from eschew.backends.diffusers.run import Arguments
from eschew.errors import RefusalError

FEW_STEPS = ("LCMScheduler", "TCDScheduler")
"""Schedulers of distilled weights: guidance near 1, four to eight steps."""


@dataclass(frozen=True)
class StableDiffusion(Encoding):
    """SD 1.5 and 2: one CLIP. A negative longer than it reads goes in in chunks, one behind the other."""

    def embedded(self, pipe: Any) -> bool:
        """Whether the guidance scale is an input of these weights (LCM), where it costs and separates nothing."""
        return pipe.unet.config.time_cond_proj_dim is not None

    def distilled(self, pipe: Any) -> bool:
        """LCM weights say so themselves, and so does nano-image-turbo; LCM and TCD adapters are told by their scheduler.
        SD and SDXL turbo carry no mark: name the method there.
        """
        marked = pipe.unet.config.get("model_version") == "turbo"
        return marked or self.embedded(pipe) or type(pipe.scheduler).__name__ in FEW_STEPS

    def guidance_scale(self, pipe: Any, call: Mapping[str, Any]) -> float:
        """Off where the scale is an input of the weights; turbo is called with 0, which is off too."""
        return 1.0 if self.embedded(pipe) else max(1.0, super().guidance_scale(pipe, call))

    def unguided(self, pipe: Any, call: Mapping[str, Any]) -> dict[str, Any]:
        """An embedded scale stays: it is no guidance of two predictions."""
        return dict(call) if self.embedded(pipe) else super().unguided(pipe, call)

    def encode(self, pipe: Any, text: str, call: Mapping[str, Any]) -> Arguments:
        """As the pipeline encodes its own negative: `clip_skip` is the prompt's alone."""
        _no_image_prompt(pipe, call)
        chunks = [
            pipe.encode_prompt(piece, pipe._execution_device, 1, False, lora_scale=_lora_scale(call))[0]
            for piece in chunked(pipe, [pipe.tokenizer], text)
        ]
        return {"encoder_hidden_states": torch.cat(chunks, 1)}

    def attentions(self, denoiser: nn.Module) -> dict[str, Any]:
        """The second attention of every transformer block."""
        return {name: module for name, module in denoiser.named_modules() if name.endswith("attn2")}


@dataclass(frozen=True)
class StableDiffusionXL(StableDiffusion):
    """SDXL: two CLIPs, and a pooled text beside the timestep. A long negative is chunked alike for both encoders, and
    pooled is its first chunk: one vector has no place for more.
    """

    def encode(self, pipe: Any, text: str, call: Mapping[str, Any]) -> Arguments:
        """As the pipeline encodes its own negative, pooled text and negative sizes included."""
        _no_image_prompt(pipe, call)
        tokenizers = [t for t in (pipe.tokenizer, pipe.tokenizer_2) if t is not None]
        chunks: list[Tensor] = []
        pools: list[Tensor] = []
        for piece in chunked(pipe, tokenizers, text):
            states, _, pooled, _ = pipe.encode_prompt(
                piece,
                None,
                pipe._execution_device,
                num_images_per_prompt=1,
                do_classifier_free_guidance=False,
                lora_scale=_lora_scale(call),
            )
            chunks.append(states)
            pools.append(pooled)
        beside = {"text_embeds": pools[0]}
        sizes = _negative_sizes(pipe, call)
        if sizes is not None:
            beside["time_ids"] = torch.tensor([sizes], dtype=pools[0].dtype, device=pools[0].device)
        return {"encoder_hidden_states": torch.cat(chunks, 1), "added_cond_kwargs": beside}

    def null(self, pipe: Any, call: Mapping[str, Any], positive: Arguments) -> Arguments:
        """Zeros where the weights were trained with them, the empty text elsewhere."""
        empty = self.encode(pipe, "", call)
        if not pipe.config.force_zeros_for_empty_prompt:
            return empty
        beside = empty["added_cond_kwargs"]
        return {
            "encoder_hidden_states": torch.zeros_like(empty["encoder_hidden_states"]),
            "added_cond_kwargs": {**beside, "text_embeds": torch.zeros_like(beside["text_embeds"])},
        }


def _lora_scale(call: Mapping[str, Any]) -> float | None:
    scale: float | None = (call.get("cross_attention_kwargs") or {}).get("scale")
    return scale


def _no_image_prompt(pipe: Any, call: Mapping[str, Any]) -> None:
    if call.get("ip_adapter_image") is not None or call.get("ip_adapter_image_embeds") is not None:
        raise RefusalError(
            f"{type(pipe).__name__} with an image prompt (IP-Adapter) is not steered",
            where="ip_adapter_image",
            why="its attentions read text and image together, and a negative text has no image of its own",
            hint="leave the image prompt away, or the negative",
        )


def _negative_sizes(pipe: Any, call: Mapping[str, Any]) -> tuple[float, ...] | None:
    """The micro-conditions of the negative, where the caller or the refiner's aesthetic score gives it other ones than
    the prompt's; None where both have the same.
    """
    original, target = call.get("negative_original_size"), call.get("negative_target_size")
    crops = call.get("negative_crops_coords_top_left") or (0, 0)
    if "negative_aesthetic_score" not in call:
        return None if original is None or target is None else (*original, *crops, *target)
    size = call.get("original_size") or _size(pipe, call)
    if pipe.config.requires_aesthetics_score:
        return (*(original or size), *crops, call["negative_aesthetic_score"])
    if original is None and target is None:
        return None
    told = target or call.get("target_size") or _size(pipe, call)
    return (*(original or size), *call["crops_coords_top_left"], *told)


def _size(pipe: Any, call: Mapping[str, Any]) -> tuple[int, int]:
    """Height and width of the result of image-to-image and inpainting, as the pipeline takes them."""
    if call.get("height") and call.get("width"):
        height, width = call["height"], call["width"]
    elif "mask_image" in call:
        height = width = pipe.unet.config.sample_size * pipe.vae_scale_factor
    else:
        height, width = pipe.image_processor.preprocess(call["image"]).shape[-2:]
    step = pipe.vae_scale_factor
    return height // step * step, width // step * step


STABLE_DIFFUSION = StableDiffusion(
    "sd",
    (
        "StableDiffusionPipeline", "StableDiffusionImg2ImgPipeline", "StableDiffusionInpaintPipeline",
        "LatentConsistencyModelPipeline", "LatentConsistencyModelImg2ImgPipeline",
    ),
    denoiser="unet",
    batched=("sample", "timestep", "timestep_cond"),
)  # fmt: skip
STABLE_DIFFUSION_XL = StableDiffusionXL(
    "sdxl",
    ("StableDiffusionXLPipeline", "StableDiffusionXLImg2ImgPipeline", "StableDiffusionXLInpaintPipeline"),
    denoiser="unet",
    batched=("sample", "timestep", "timestep_cond", "added_cond_kwargs"),
)
