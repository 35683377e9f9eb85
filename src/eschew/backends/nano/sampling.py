"""The sampling loop of the embedded models: rectified flow, Euler steps, steered as the plan says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eschew.backends.nano.conditions import read_negative, read_prompt
from eschew.backends.nano.look import Look, Scene
from eschew.backends.nano.runtime import CHANNELS, FRAMES, Runtime
from eschew.backends.nano.steering import METHODS, Steer, plain
from eschew.backends.seam import Step, noise_seed
from eschew.guidance import in_window
from eschew.plan import Plan

Floats = NDArray[np.float32]

SHIFT = 2.0
"""Timesteps lean towards noise: t' = s·t / (1 + (s − 1)·t), as in Esser et al. 2024 (arXiv 2403.03206)."""


@dataclass(frozen=True, eq=False)
class Run:
    """Latents (128, 64) of one clip, the forward passes it took, and what became of the negative.

    `idle_because` is empty where it acted. `clipped` is the share of tokens that τ bounded, where NAG ran.
    """

    latents: Floats
    passes: int
    idle_because: str
    clipped: float | None

    @property
    def steered(self) -> bool:
        """Whether the negative acted in at least one step."""
        return not self.idle_because


def timesteps(steps: int) -> Floats:
    """`steps` + 1 times from 1 (noise) to 0 (data)."""
    t = np.linspace(1.0, 0.0, steps + 1)
    return (SHIFT * t / (1 + (SHIFT - 1) * t)).astype(np.float32)


def sample_latents(runtime: Runtime, plan: Plan, seed: int, item: int, on_step: Step | None) -> Run:
    """One clip. The method acts inside the plan's window; outside it, plain guidance."""
    negative = read_negative(runtime, plan.negative_prompt) if plan.method != "none" else None
    scene = Scene(runtime, plan, read_prompt(runtime, plan.prompt), negative)
    inside, idle_because = _steer(scene)
    latents = noise_seed(seed, item).standard_normal((FRAMES, CHANNELS), dtype=np.float32)
    times, steps, passes, memory = timesteps(plan.num_inference_steps), plan.num_inference_steps, 0, None
    clipped: list[float] = []
    for step in range(steps):
        look = Look(scene, latents, step, float(times[step]), float(times[step + 1]))
        steer = inside if in_window(step, steps, plan.window) else plain
        velocity, memory = steer(look, memory)
        latents = (latents + (look.after - look.now) * velocity[0]).astype(np.float32)
        passes += look.passes
        if look.clipped is not None:
            clipped.append(look.clipped)
        if on_step is not None:
            on_step(step + 1, steps)
    return Run(latents, passes, idle_because, float(np.mean(clipped)) if clipped else None)


def _steer(scene: Scene) -> tuple[Steer, str]:
    """The plan's method; or plain guidance, and why."""
    method = next((m for m in METHODS if m.name == scene.plan.method), None)
    if method is None:
        return plain, "the plan's method is none"
    if scene.negative is None:
        return plain, "no clause of it has a weight above 0"
    if method.idle(scene.plan):
        return plain, "its strength is none"
    return method.steer, ""
