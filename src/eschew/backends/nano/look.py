"""One point of a run, and what the model predicts there. Each prediction is computed when asked for, once, and counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from eschew.backends.nano.conditions import Negative
from eschew.backends.nano.runtime import LEAD, Push, Runtime
from eschew.backends.steering import Steer
from eschew.plan import Plan

Floats = NDArray[np.float32]

UNREAD = -1e9
"""Added to the logit of a token that belongs to another layer."""

PUSHES: Mapping[str, Callable[[Steer], Push]] = {
    "nag": lambda s: Push(s.knobs["phi"] * s.least, 1.0, 0.0, s.knobs["tau"], s.knobs["alpha"]),
    "nasa": lambda s: Push(s.knobs["phi"] * s.least, 0.0, 0.0),
    "ong": lambda s: Push(s.knobs["strength"] * s.least, 0.0, 1.0),
}
"""Each method that reads the negative apart, by the numbers of the one graph for all of them."""


@dataclass(frozen=True, eq=False)
class Scene:
    """What a run reads: the plan, and its texts as conditions."""

    runtime: Runtime
    plan: Plan
    cond: Floats
    negative: Negative


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
        return [self._see(states) for states, _ in self.scene.negative]

    def attended(self, steer: Steer) -> Floats:
        """With the prompt, and the negative inside the cross-attentions."""
        return (
            self._joint(steer) if steer.method == "vsf" else self._apart(steer, PUSHES[steer.method](steer))
        )

    def _apart(self, steer: Steer, push: Push) -> Floats:
        """The negative's layers each read in a softmax of its own."""
        layers = [states for states, _ in self.scene.negative]
        owners = np.repeat(range(len(layers)), [states.shape[1] for states in layers])
        bias = np.where(owners == np.arange(len(layers))[:, None], 0.0, UNREAD).astype(np.float32)
        velocity, self.clipped = self.scene.runtime.velocity_apart(
            self.latents,
            self.now,
            self.scene.cond,
            np.concatenate(layers, axis=1),
            bias,
            np.array(steer.shares, np.float32),
            push,
        )
        self.passes += 1
        return velocity[None]

    def _joint(self, steer: Steer) -> Floats:
        """The negative's words beside the prompt's with their values turned round, those of a layer as its share counts.

        Words alone: the tokens before them are the prompt's too, and turned round they would cancel its own.
        """
        words = [states[:, LEAD:] for states, _ in self.scene.negative]
        shares = np.repeat(steer.shares, [states.shape[1] for states in words])
        if not shares.size:
            return self.cond
        bias = (np.log(shares) - steer.knobs["beta"]).astype(np.float32)
        weights = np.full_like(bias, steer.knobs["scale"] * steer.least)
        self.passes += 1
        return self.scene.runtime.velocity_joint(
            self.latents, self.now, self.scene.cond, np.concatenate(words, axis=1), bias, weights
        )[None]

    def _see(self, conditions: Floats) -> Floats:
        self.passes += 1
        return self.scene.runtime.velocity(self.latents, self.now, conditions)[None]
