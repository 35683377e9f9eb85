"""One step of the embedded models: the predictions that the common table of methods asks for, and what it makes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from eschew.backends.nano.look import Look, Scene
from eschew.backends.steering import ATTENTION, METHODS, Memory, Steer, guide, needs
from eschew.catalog.method_facts import PLAN_FIELDS
from eschew.catalog.method_facts import method as method_facts
from eschew.errors import KnobError
from eschew.guidance import Kernel, kernel
from eschew.guidance.projection import Axes
from eschew.plan import Plan

Floats = NDArray[np.float32]

CARRIED = (*METHODS, *ATTENTION)
"""The methods that these models' graphs carry."""
TIME = (1,)
"""The axis of APG's norm and projection, of (1, frames, channels), as in ACE-Step 1.5."""


def settings(scene: Scene) -> Steer:
    """The method of a scene of music."""
    return steer_of(scene.plan, tuple(weight for _, weight in scene.negative), TIME)


def steer_of(plan: Plan, weights: tuple[float, ...], axes: Axes = None) -> Steer:
    """The plan's method with its knobs; the method "none" where no negative can act. KnobError for a plan made by hand that
    lacks a knob. `weights` are those of the negative's layers.
    """
    if plan.method not in CARRIED or not weights:
        return Steer("none", plan.guidance_scale)
    for knob in method_facts(plan.method).knobs:
        if knob.name not in (*PLAN_FIELDS, *plan.knobs):
            raise KnobError(f"this plan of {plan.method} has no {knob.name}", where="knobs")
    return Steer(
        plan.method, plan.guidance_scale, plan.negative_scale, plan.window, plan.knobs, weights, axes=axes
    )


@dataclass(frozen=True, eq=False)
class Seen:
    """One step's guided velocity, of any shape of latents; its forward passes, and the share of tokens that τ bounded."""

    velocity: Floats
    memory: Memory
    passes: int
    clipped: float | None


def guided(look: Look, steer: Steer, steps: int, memory: Memory) -> Seen:
    """The velocity to go on with in this one of `steps` steps. Its predictions are made side by side."""

    def ancestral() -> Kernel:
        """The noisy step between the same two levels, in place of the variance that Euler lacks."""
        return kernel("flow", (1.0 - look.now, look.now), (1.0 - look.after, look.after))

    wanted, scene = needs(steer, look.step, steps), look.scene
    conditions = [] if wanted.attention else [scene.cond]
    conditions += [states for states, _ in scene.negative] if wanted.neg else []
    conditions += [scene.runtime.null] if wanted.uncond else []
    calls: list[Callable[[int], tuple[Floats, float | None]]] = [partial(look.seen, c) for c in conditions]
    if wanted.attention:
        calls.insert(0, partial(look.attended, steer))
    found = scene.runtime.cores.each(calls)
    clipped = found[0][1]
    cond, *rest = [velocity for velocity, _ in found]
    uncond = rest.pop() if wanted.uncond else None
    velocity, memory = guide(steer, cond, rest, uncond, look.step, memory, ancestral)
    return Seen(np.asarray(velocity, np.float32), memory, len(found), clipped)
