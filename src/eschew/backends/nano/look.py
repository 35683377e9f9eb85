"""One point of a run, and what the model predicts there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eschew.backends.nano.conditions import Negative
from eschew.backends.nano.runtime import LEAD, Push, Runtime
from eschew.backends.steering import Steer
from eschew.plan import Plan

Floats = NDArray[np.float32]

UNREAD = -1e9
"""Added to the logit of a token that belongs to another layer."""


def _bounded(steer: Steer) -> Push:
    return Push(steer.knobs["phi"] * steer.least, 1.0, 0.0, steer.knobs["tau"], steer.knobs["alpha"])


PUSHES: Mapping[str, Callable[[Steer], Push]] = {
    "nag": _bounded,
    "contrast": _bounded,
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


@dataclass(frozen=True, eq=False)
class Look:
    """Step `step` of a run, from time `now` to `after`, at `latents` (frames, channels).

    Predictions are (1, frames, channels): guidance reckons per sample, along the first axis. `cores` may work on one.
    """

    scene: Scene
    latents: Floats
    step: int
    now: float
    after: float

    def seen(self, conditions: Floats, cores: int) -> tuple[Floats, None]:
        """With these conditions: those of the prompt, of a layer of the negative, or the learned null."""
        return self.scene.runtime.velocity(self.latents, self.now, conditions, cores)[None], None

    def attended(self, steer: Steer, cores: int) -> tuple[Floats, float | None]:
        """With the prompt, and the negative inside the cross-attentions; and the share of tokens that τ bounded."""
        if steer.method == "vsf":
            return self._joint(steer, cores)
        return self._apart(steer, PUSHES[steer.method](steer), cores)

    def _apart(self, steer: Steer, push: Push, cores: int) -> tuple[Floats, float | None]:
        """The negative's layers each read in a softmax of its own."""
        layers = [states for states, _ in self.scene.negative]
        owners = np.repeat(range(len(layers)), [states.shape[1] for states in layers])
        bias = np.where(owners == np.arange(len(layers))[:, None], 0.0, UNREAD).astype(np.float32)
        velocity, clipped = self.scene.runtime.velocity_apart(
            self.latents,
            self.now,
            self.scene.cond,
            np.concatenate(layers, axis=1),
            bias,
            np.array(steer.shares, np.float32),
            push,
            cores,
        )
        return velocity[None], clipped

    def _joint(self, steer: Steer, cores: int) -> tuple[Floats, None]:
        """The negative's words beside the prompt's with their values turned round, those of a layer as its share counts.

        Words alone: the tokens before them are the prompt's too, and turned round they would cancel its own.
        """
        words = [states[:, LEAD:] for states, _ in self.scene.negative]
        shares = np.repeat(steer.shares, [states.shape[1] for states in words])
        if not shares.size:
            return self.seen(self.scene.cond, cores)
        bias = (np.log(shares) - steer.knobs["beta"]).astype(np.float32)
        weights = np.full_like(bias, steer.knobs["scale"] * steer.least)
        velocity = self.scene.runtime.velocity_joint(
            self.latents, self.now, self.scene.cond, np.concatenate(words, axis=1), bias, weights, cores
        )
        return velocity[None], None
