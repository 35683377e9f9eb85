"""The sampling loop of the embedded models: rectified flow, Euler steps, guidance as the plan says."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eschew.backends.nano.runtime import CHANNELS, FRAMES, Runtime
from eschew.backends.seam import Step, noise_seed
from eschew.guidance import classifier_free, in_window, three_branch
from eschew.plan import Plan

Floats = NDArray[np.float32]

SHIFT = 2.0
"""Timesteps lean towards noise: t' = s·t / (1 + (s − 1)·t), as in Esser et al. 2024 (arXiv 2403.03206)."""


def timesteps(steps: int) -> Floats:
    """`steps` + 1 times from 1 (noise) to 0 (data)."""
    t = np.linspace(1.0, 0.0, steps + 1)
    return (SHIFT * t / (1 + (SHIFT - 1) * t)).astype(np.float32)


def sample_latents(
    runtime: Runtime, plan: Plan, seed: int, item: int, on_step: Step | None
) -> tuple[Floats, int]:
    """Latents (128, 64) of one clip, and the number of forward passes."""
    latents = noise_seed(seed, item).standard_normal((FRAMES, CHANNELS), dtype=np.float32)
    cond = runtime.encode(plan.prompt)
    neg = runtime.encode(plan.negative_prompt) if plan.method != "none" else runtime.null
    times, passes = timesteps(plan.num_inference_steps), 0
    for step in range(plan.num_inference_steps):
        now, after = float(times[step]), float(times[step + 1])
        c = runtime.velocity(latents, now, cond)
        passes += 1
        inside = in_window(step, plan.num_inference_steps, plan.window)
        negative = plan.method != "none" and plan.negative_scale != 0.0 and inside
        if negative and plan.method == "three-branch":
            n, u = runtime.velocity(latents, now, neg), runtime.velocity(latents, now, runtime.null)
            velocity = three_branch(c, n, u, plan.guidance_scale, plan.negative_scale)
            passes += 2
        elif negative or plan.guidance_scale != 1.0:
            base = runtime.velocity(latents, now, neg if negative else runtime.null)
            # c + s·(c − n): the substitution with a strength of its own; s = w − 1 is the plain one.
            scale = 1.0 + plan.negative_scale if negative else plan.guidance_scale
            velocity = classifier_free(c, base, scale)
            passes += 1
        else:
            velocity = c
        latents = (latents + (after - now) * velocity).astype(np.float32)
        if on_step is not None:
            on_step(step + 1, plan.num_inference_steps)
    return latents, passes
