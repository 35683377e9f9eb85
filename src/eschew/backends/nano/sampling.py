"""The sampling loop of the embedded models: rectified flow, Euler steps, steered as the plan says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eschew.backends.layers import reads_prompt
from eschew.backends.nano.conditions import Negative, read_contrast, read_negative, read_prompt
from eschew.backends.nano.look import Look, Scene
from eschew.backends.nano.runtime import CHANNELS, FRAMES, Runtime
from eschew.backends.nano.source import started
from eschew.backends.nano.steering import CARRIED, guided, settings
from eschew.backends.seam import Step, noise_seed
from eschew.backends.steering import Memory, Steer, is_off
from eschew.plan import Plan

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Run:
    """Latents (128, 64) of one clip, the forward passes it took, and what became of the negative.

    `idle_because` is empty where it acted. `clipped` is the share of tokens that τ bounded, where NAG ran. `steps` are
    those that were run, and `source_because` says what became of the source, where there was one.
    """

    latents: Floats
    passes: int
    idle_because: str
    clipped: float | None
    steps: int
    source_because: str

    @property
    def steered(self) -> bool:
        """Whether the negative acted in at least one step."""
        return not self.idle_because


def timesteps(steps: int, shift: float) -> Floats:
    """`steps` + 1 times from 1 (noise) to 0 (data). `shift` is a fact of the model's folder."""
    t = np.linspace(1.0, 0.0, steps + 1)
    return (shift * t / (1 + (shift - 1) * t)).astype(np.float32)


def sample_latents(runtime: Runtime, plan: Plan, seed: int, item: int, on_step: Step | None) -> Run:
    """One clip. The method acts inside the plan's window of the steps that are run; outside it, plain guidance."""
    scene = Scene(runtime, plan, read_prompt(runtime, plan.prompt), negative_of(runtime, plan))
    steer = settings(scene)
    noise = noise_seed(seed, item).standard_normal((FRAMES, CHANNELS), dtype=np.float32)
    times = timesteps(plan.num_inference_steps, runtime.folder.facts.shift)
    start = started(runtime.codec, plan, noise, times)
    latents, times = start.latents, times[start.first :]
    steps, passes, memory = len(times) - 1, 0, Memory()
    clipped: list[float] = []
    for step in range(steps):
        look = Look(scene, latents, step, float(times[step]), float(times[step + 1]))
        seen = guided(look, steer, steps, memory)
        latents = (latents + (look.after - look.now) * seen.velocity[0]).astype(np.float32)
        memory, passes = seen.memory, passes + seen.passes
        if seen.clipped is not None:
            clipped.append(seen.clipped)
        if on_step is not None:
            on_step(step + 1, steps)
    bounded = float(np.mean(clipped)) if clipped else None
    return Run(latents, passes, idle_because(plan, steer), bounded, steps, start.because)


def negative_of(runtime: Runtime, plan: Plan) -> Negative:
    """The plan's negative as its method reads it: nothing, as it stands, or behind the prompt."""
    if plan.method == "none":
        return ()
    if reads_prompt(plan.method):
        return read_contrast(runtime, plan.prompt, plan.negative_prompt)
    return read_negative(runtime, plan.negative_prompt)


def idle_because(plan: Plan, steer: Steer) -> str:
    """Why the plan's method does nothing; empty where it acts."""
    if plan.method not in CARRIED:
        return "the plan's method is none"
    if steer.method == "none":
        return "no clause of it has a weight above 0"
    return "its strength is none" if is_off(steer) else ""
