"""One point of a run, and what the model predicts there. Each prediction is computed when asked for, once, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from eschew.backends.nano.conditions import Negative
from eschew.backends.nano.runtime import LEAD, Push, Runtime
from eschew.errors import KnobError
from eschew.plan import Plan

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Scene:
    """What a run reads: the plan, and its texts as conditions."""

    runtime: Runtime
    plan: Plan
    cond: Floats
    negative: Negative | None

    def knob(self, name: str) -> float:
        """A knob of the plan's method; KnobError if the plan was made by hand and lacks it."""
        if name not in self.plan.knobs:
            raise KnobError(f"this plan of {self.plan.method} has no {name}", where="knobs")
        return self.plan.knobs[name]


@dataclass(eq=False)
class Look:
    """Step `step` of a run, from time `now` to `after`, at `latents` (frames, channels).

    Predictions are (1, frames, channels): guidance reckons per sample, along the first axis. `passes` counts forward
    passes; `clipped` is the share of tokens that NAG bounded, where it ran.
    """

    scene: Scene
    latents: Floats
    step: int
    now: float
    after: float
    passes: int = 0
    clipped: float | None = None

    @cached_property
    def cond(self) -> Floats:
        """With the prompt."""
        return self._see(self.scene.cond)

    @cached_property
    def uncond(self) -> Floats:
        """With the learned null."""
        return self._see(self.scene.runtime.null)

    @cached_property
    def negs(self) -> list[Floats]:
        """With each layer of the negative."""
        return [self._see(states) for states, _ in self.negative.layers]

    @property
    def negative(self) -> Negative:
        """The negative; a method runs only where there is one."""
        assert self.scene.negative is not None
        return self.scene.negative

    @cached_property
    def neg(self) -> Floats:
        """All layers as one prediction: that of all clauses, and on it Σ weight / least·(layer − uncond).

        For a negative of one weight it is its own prediction, and the null is not asked for.
        """
        neg = self.negs[0]
        for heavier, (_, weight) in zip(self.negs[1:], self.negative.layers[1:], strict=True):
            neg = np.asarray(neg + weight / self.negative.least * (heavier - self.uncond), np.float32)
        return neg

    def apart(self, push: Push) -> Floats:
        """With the prompt, pushed away from the negative in the cross-attentions."""
        negative, runtime = self.negative, self.scene.runtime
        velocity, self.clipped = runtime.velocity_apart(
            self.latents, self.now, self.scene.cond, negative.whole, np.log(negative.relative), push
        )
        self.passes += 1
        return velocity[None]

    def joint(self, scale: float, beta: float) -> Floats:
        """With the prompt, and the negative's words beside it with their values turned round.

        Words alone: the tokens before them are the prompt's too, and turned round they would cancel its own.
        """
        negative = self.negative
        weights = (scale * negative.mean * negative.relative[LEAD:]).astype(np.float32)
        if not weights.size:
            return self.cond
        bias = np.full_like(weights, -beta)
        self.passes += 1
        return self.scene.runtime.velocity_joint(
            self.latents, self.now, self.scene.cond, negative.whole[:, LEAD:], bias, weights
        )[None]

    def _see(self, conditions: Floats) -> Floats:
        self.passes += 1
        return self.scene.runtime.velocity(self.latents, self.now, conditions)[None]
