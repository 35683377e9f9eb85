"""Agreement with diffusers, where it has the method. Its guiders are called directly, with tensors."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
import torch
from diffusers.guiders import (
    AdaptiveProjectedGuidance,
    ClassifierFreeGuidance,
    ClassifierFreeZeroStarGuidance,
)
from diffusers.guiders.adaptive_projected_guidance import MomentumBuffer, normalized_guidance
from diffusers.guiders.guider_utils import rescale_noise_cfg

from eschew import guidance as g

SHAPE = (2, 4, 8, 8)


def draw(seed: int, count: int, shape: tuple[int, ...] = SHAPE) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=generator) for _ in range(count)]


def at_step(guider: Any, step: int) -> Any:
    guider.set_state(step=step, num_inference_steps=10, timestep=torch.tensor(500))
    return guider


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_plain_guidance_is_the_same_bit_for_bit(dtype: torch.dtype) -> None:
    c, u = (a.to(dtype) for a in draw(0, 2))

    theirs = at_step(ClassifierFreeGuidance(guidance_scale=7.5), 3).forward(c, u).pred

    assert torch.equal(g.classifier_free(c, u, 7.5), theirs)


def test_their_original_formulation_counts_the_excess() -> None:
    c, u = draw(1, 2)

    theirs = (
        at_step(ClassifierFreeGuidance(guidance_scale=6.5, use_original_formulation=True), 3)
        .forward(c, u)
        .pred
    )

    torch.testing.assert_close(g.classifier_free(c, u, g.excess_to_guidance_scale(6.5)), theirs)


def test_rescaled_guidance() -> None:
    c, u = draw(2, 2)
    guided = g.classifier_free(c, u, 7.5)

    torch.testing.assert_close(g.rescale(guided, c, 0.7), rescale_noise_cfg(guided, c, 0.7))


@pytest.mark.parametrize("step", [0, 1, 4])
def test_cfg_zero_star(step: int) -> None:
    c, u = draw(3, 2)

    theirs = (
        at_step(ClassifierFreeZeroStarGuidance(guidance_scale=5.0, zero_init_steps=1), step)
        .forward(c, u)
        .pred
    )

    torch.testing.assert_close(g.cfg_zero_star(c, u, 5.0, step, zero_steps=1), theirs)


@pytest.mark.parametrize("dims", [None, (2, 3), (1,)])
@pytest.mark.parametrize(("eta", "threshold"), [(1.0, 15.0), (0.0, 5.0), (0.3, 0.0)])
def test_apg_over_several_steps(dims: Any, eta: float, threshold: float) -> None:
    guider = AdaptiveProjectedGuidance(
        guidance_scale=6.5,
        adaptive_projected_guidance_momentum=-0.5,
        adaptive_projected_guidance_rescale=threshold,
        adaptive_projected_guidance_norm_dim=dims,
        eta=eta,
        use_original_formulation=True,
    )
    guider.momentum_buffer = MomentumBuffer(-0.5)
    momentum = None

    for step in range(3):
        c, u = draw(10 + step, 2)
        theirs = at_step(guider, step).forward(c, u).pred
        ours, momentum = g.adaptive_projected(
            c, u, 7.5, momentum, beta=-0.5, eta=eta, norm_threshold=threshold, axes=dims
        )
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


def test_apg_as_the_ace_step_pipeline_calls_it() -> None:
    """(batch, frames, channels), norm and projection over time, our defaults."""
    buffer, momentum = MomentumBuffer(momentum=-0.75), None

    for step in range(4):
        c, u = draw(20 + step, 2, (2, 32, 8))
        theirs = normalized_guidance(
            pred_cond=c,
            pred_uncond=u,
            guidance_scale=7.0 - 1.0,
            momentum_buffer=buffer,
            eta=0.0,
            norm_threshold=2.5,
            use_original_formulation=True,
            norm_dim=(1,),
        )
        ours, momentum = g.adaptive_projected(c, u, 7.0, momentum, axes=1)
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("level", ["weak", "medium", "strong", "max"])
def test_safe_latent_diffusion_as_their_deprecated_pipeline_has_it(level: str) -> None:
    from diffusers.pipelines.deprecated.stable_diffusion_safe.pipeline_stable_diffusion_safe import (
        StableDiffusionPipelineSafe,
    )

    knobs = g.SAFETY_LEVELS[level]
    theirs_memory, ours_memory = None, None
    for step in (0, 7, 10, 15, 16):
        c, n, u = draw(30 + step, 3)
        n = c + 0.02 * n  # near enough for the threshold to part the elements
        push, theirs_memory = StableDiffusionPipelineSafe.perform_safety_guidance(
            None,  # the method reads nothing of its pipeline
            True,
            theirs_memory,
            c - u,
            (c, u, n),
            step,
            knobs.scale,
            knobs.warmup,
            knobs.threshold,
            knobs.momentum_scale,
            knobs.momentum_beta,
        )
        ours, ours_memory = g.safe_latent(c, n, u, 7.5, step, ours_memory, **asdict(knobs))
        torch.testing.assert_close(ours, u + 7.5 * push, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(ours_memory, theirs_memory, atol=1e-5, rtol=1e-5)
