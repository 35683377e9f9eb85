"""The early look on the graphs of nano-image."""

from __future__ import annotations

import numpy as np

from eschew.backends.nano.image.runtime import LATENTS, Runtime
from eschew.backends.nano.image.scene import predicted, read_scene
from eschew.backends.nano.image.schedule import levels, moved
from eschew.backends.probe import PROBED_STEPS, Probe, probed
from eschew.backends.seam import noise_seed
from eschew.backends.steering import Memory, Steer, plain
from eschew.plan import Plan


def early(runtime: Runtime, plan: Plan, seed: int) -> tuple[Probe, ...]:
    """The first steps of a plan with a negative, on the way that the prompt alone would go."""
    scene, unsteered = read_scene(runtime, plan), Steer("none", plan.guidance_scale)
    latents = noise_seed(seed, 0).standard_normal(LATENTS, dtype=np.float32)
    texts = [scene.cond, scene.negative[:1], scene.uncond]
    seen = []
    for step, (now, after) in enumerate(levels(plan.num_inference_steps)[:PROBED_STEPS]):
        cond, neg, uncond = np.split(predicted(scene, latents, now.timestep, texts, attention=False)[0], 3)
        seen.append(probed(step, cond, neg, uncond))
        velocity, _ = plain(unsteered, cond, uncond, Memory())
        latents = moved(latents, velocity, now, after)
    return tuple(seen)
