"""The sampling loop of nano-image: DDIM from noise, or from a picture with part of it, steered as the plan says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eschew.backends.nano.image.runtime import LATENTS, SIDE, Runtime
from eschew.backends.nano.image.scene import guided, read_scene
from eschew.backends.nano.image.schedule import Level, levels, moved
from eschew.backends.nano.sampling import Run, idle_because
from eschew.backends.seam import Step, noise_seed
from eschew.backends.sources import picture_source
from eschew.backends.steering import Memory
from eschew.plan import Plan
from eschew.plan.source import steps_run

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Start:
    """Latents to begin with, the steps that are run from there, and what became of the source."""

    latents: Floats
    ways: tuple[tuple[Level, Level], ...]
    because: str = ""


def sample_latents(runtime: Runtime, plan: Plan, seed: int, item: int, on_step: Step | None) -> Run:
    """One picture. The method acts inside the plan's window of the steps that are run; outside it, plain guidance."""
    scene = read_scene(runtime, plan)
    noise = noise_seed(seed, item).standard_normal(LATENTS, dtype=np.float32)
    start = started(runtime, plan, noise)
    latents, steps, passes, memory = start.latents, len(start.ways), 0, Memory()
    clipped: list[float] = []
    for step, way in enumerate(start.ways):
        seen = guided(scene, latents, step, steps, way, memory)
        latents, memory, passes = moved(latents, seen.velocity, *way), seen.memory, passes + seen.passes
        if seen.clipped is not None:
            clipped.append(seen.clipped)
        if on_step is not None:
            on_step(step + 1, steps)
    bounded = float(np.mean(clipped)) if clipped else None
    return Run(latents, passes, idle_because(plan, scene.steer), bounded, steps, start.because)


def started(runtime: Runtime, plan: Plan, noise: Floats) -> Start:
    """Where a plan begins: at its noise, or at its source with part of that, for the last part of the steps.

    As image-to-image of diffusers: of n steps the last int(n · strength) are run. KnobError where these are none,
    FileError for a source that is no use.
    """
    ways = levels(plan.num_inference_steps)
    if plan.source is None:
        return Start(noise, ways)
    assert plan.strength is not None
    run = steps_run(len(ways), plan.strength)
    source = picture_source(plan, SIDE, SIDE)
    left = ways[len(ways) - run :]
    done = [source.because] if source.because else []
    done.append(f"{run} of {len(ways)} steps ran")
    return Start(left[0][0].noised(runtime.encode(source.pixels), noise), left, "; ".join(done))
