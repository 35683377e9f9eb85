"""The early look on the embedded graphs."""

from __future__ import annotations

from functools import partial

import numpy as np

from eschew.backends.nano.conditions import read_negative, read_prompt
from eschew.backends.nano.look import Look, Scene
from eschew.backends.nano.runtime import CHANNELS, FRAMES, Runtime
from eschew.backends.nano.sampling import timesteps
from eschew.backends.probe import PROBED_STEPS, Probe, probed
from eschew.backends.seam import noise_seed
from eschew.backends.steering import Memory, Steer, plain
from eschew.plan import Plan


def early(runtime: Runtime, plan: Plan, seed: int) -> tuple[Probe, ...]:
    """The first steps of a plan with a negative, on the way that the prompt alone would go."""
    scene = Scene(
        runtime, plan, read_prompt(runtime, plan.prompt), read_negative(runtime, plan.negative_prompt)
    )
    conditions = (scene.cond, scene.negative[0][0], runtime.null)
    latents = noise_seed(seed, 0).standard_normal((FRAMES, CHANNELS), dtype=np.float32)
    times = timesteps(plan.num_inference_steps, runtime.folder.facts.shift)
    unsteered, seen = Steer("none", plan.guidance_scale), []
    for step in range(min(PROBED_STEPS, plan.num_inference_steps)):
        look = Look(scene, latents, step, float(times[step]), float(times[step + 1]))
        (cond, _), (neg, _), (uncond, _) = runtime.cores.each([partial(look.seen, c) for c in conditions])
        seen.append(probed(step, cond, neg, uncond))
        velocity, _ = plain(unsteered, cond, uncond, Memory())
        latents = (latents + (look.after - look.now) * velocity[0]).astype(np.float32)
    return tuple(seen)
