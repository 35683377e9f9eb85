"""The families whose text and image share one sequence, each as a case for the laws that hold for all of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from tests.backends.diffusers.tiny_chroma import tiny_chroma
from tests.backends.diffusers.tiny_flux import tiny_flux
from tests.backends.diffusers.tiny_flux2 import READS, tiny_flux2, tiny_klein
from tests.backends.diffusers.tiny_qwen_image import tiny_qwen_image
from tests.backends.diffusers.tiny_sd3 import tiny_sd3
from tests.backends.diffusers.tiny_words import seeded
from tests.backends.diffusers.tiny_z_image import tiny_z_image
from torch import Tensor

from eschew.backends.diffusers import attach
from eschew.backends.diffusers.attach import Steered, SteeredReceipt

PROMPT, NEGATIVE = "a red cat on the hill", "snow"
STEPS = 4


@dataclass(frozen=True)
class Case:
    """`call` are arguments of every call; `off` and `guided` those without and with the pipeline's own guidance.

    `noise` is the shape of one sample's latents, `blocks` the modules after which image tokens are compared, and `image`
    finds them in a block's output. `most` is how many words a negative may have, `steered` how many attentions there are.
    """

    make: Callable[[], Any]
    call: Mapping[str, Any]
    noise: tuple[int, ...]
    blocks: tuple[str, ...]
    image: Callable[[Any], Tensor]
    most: int
    steered: int
    off: Mapping[str, Any] = field(default_factory=dict)
    guided: Mapping[str, Any] | None = None
    limit: Mapping[str, Any] = field(default_factory=dict)
    vsf: bool = False


def _second(output: Any) -> Tensor:
    """Blocks of two streams give (text, image)."""
    found: Tensor = output[1]
    return found


def _chroma(output: Any) -> Tensor:
    """The same, after 12 tokens of text."""
    found: Tensor = output[1] if isinstance(output, tuple) else output[:, 12:]
    return found


def _flux2(output: Any) -> Tensor:
    """Blocks of one stream give the whole sequence, text first."""
    found: Tensor = output[1] if isinstance(output, tuple) else output[:, READS["max_sequence_length"] :]
    return found


def _z_image(output: Any) -> Tensor:
    """The image is 16 tokens, and 16 of padding."""
    found: Tensor = output[:, :32]
    return found


SIZE = {"height": 64, "width": 64}
TWO = ("transformer_blocks.0", "transformer_blocks.1")
FLUX_BLOCKS = (*TWO, "single_transformer_blocks.0", "single_transformer_blocks.1")
FLUX2_BLOCKS = ("transformer_blocks.0", "single_transformer_blocks.0", "single_transformer_blocks.1")
SMALL = {"height": 16, "width": 16, **READS}
CASES: Mapping[str, Case] = {
    "sd3": Case(
        tiny_sd3, {**SIZE, "max_sequence_length": 12}, (4, 8, 8), TWO, _second, 11, 2,
        {"guidance_scale": 1.0}, {"guidance_scale": 4.0}, vsf=True,
    ),
    "sd3.5-medium": Case(
        lambda: tiny_sd3((0, 1)), {**SIZE, "max_sequence_length": 12}, (4, 8, 8), TWO, _second, 11, 2,
        {"guidance_scale": 1.0}, {"guidance_scale": 4.0}, vsf=True,
    ),
    "flux-dev": Case(
        tiny_flux, {**SIZE, "max_sequence_length": 12}, (16, 16), FLUX_BLOCKS, _second, 11, 4,
        {}, {"true_cfg_scale": 3.0}, vsf=True,
    ),
    "flux-schnell": Case(
        lambda: tiny_flux(False), {**SIZE, "max_sequence_length": 12}, (16, 16), FLUX_BLOCKS, _second, 11, 4,
        {}, {"true_cfg_scale": 3.0}, vsf=True,
    ),
    "chroma": Case(
        tiny_chroma, {**SIZE, "max_sequence_length": 12}, (16, 16), (FLUX_BLOCKS[0], FLUX_BLOCKS[2]), _chroma, 11, 2,
        {"guidance_scale": 1.0}, {"guidance_scale": 4.0},
    ),
    "flux2": Case(tiny_flux2, SMALL, (16, 8, 8), FLUX2_BLOCKS, _flux2, 7, 3),
    "klein-base": Case(tiny_klein, SMALL, (16, 8, 8), FLUX2_BLOCKS, _flux2, 11, 3, {"guidance_scale": 1.0}),
    "klein": Case(lambda: tiny_klein(True), SMALL, (16, 8, 8), FLUX2_BLOCKS, _flux2, 11, 3, {"guidance_scale": 1.0}),
    "z-image": Case(
        tiny_z_image, SIZE, (4, 8, 8), ("layers.0", "layers.1"), _z_image, 9, 2,
        {"guidance_scale": 0.0}, {"guidance_scale": 3.0}, {"max_sequence_length": 14},
    ),
    "qwen-image": Case(
        tiny_qwen_image, SIZE, (16, 16), TWO, _second, 10, 2,
        {"true_cfg_scale": 1.0}, {"true_cfg_scale": 3.0}, {"max_sequence_length": 13},
    ),
}  # fmt: skip


def image(pipe: Any, case: Case, prompt: Any = PROMPT, **more: Any) -> Tensor:
    """One call, from the pipeline or from a steered one: latents."""
    rows = 1 if isinstance(prompt, str) else len(prompt)
    latents = more.pop("latents", None)
    if latents is None:
        latents = noise(case, rows)
    call = {**case.call, **case.off, "num_inference_steps": STEPS, "output_type": "latent", **more}
    found: Tensor = pipe(prompt=prompt, latents=latents, **call).images
    return found


def noise(case: Case, rows: int) -> Tensor:
    """The same for the first rows however many there are."""
    return torch.stack([torch.randn(case.noise, generator=seeded(7 + row)) for row in range(rows)])


def told(held: Steered) -> SteeredReceipt:
    """What the last call really did."""
    assert held.receipt is not None
    return held.receipt


def steered(
    pipe: Any, negative: str, case: Case, method: str | None = "nag", **settings: Any
) -> tuple[Tensor, Steered]:
    """One steered call, without guidance."""
    with attach(pipe, negative, method=method, **settings) as held:
        return image(held, case), held


def silently(pipe: Any, negative: str, case: Case, **settings: Any) -> tuple[Tensor, list[str]]:
    """One call that may change nothing, and what was said of it."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        out, _ = steered(pipe, negative, case, on_noop="warn", **settings)
    return out, [str(one.message) for one in said]
