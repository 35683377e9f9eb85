"""The methods as the embedded models run them: what each asks the model for, and the formula it hands that to.

Weights of the negative's clauses ("(vinyl crackle:1.5), tape hiss") act as follows, and not at all where all are 1:

    three-branch, perp-neg     all clauses at strength · the smallest weight, the heavier ones again with the rest
    the other velocities       the same, as one prediction (`Look.neg`) at strength · the smallest weight
    NAG, NASA, ONG             strength · the mean weight; a token of r times the mean counts as r tokens in Z⁻
    VSF                        strength · weight, for each token
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eschew.backends.nano.look import Look
from eschew.backends.nano.runtime import Push
from eschew.guidance import (
    adaptive_projected,
    cfg_zero_star,
    classifier_free,
    dynamic_negative,
    kernel,
    perp_neg,
    safe_latent,
    three_branch,
)
from eschew.plan import Plan

Floats = NDArray[np.float32]
Memory = Any
"""What a method hands itself from step to step; None before the first."""
Steer = Callable[[Look, Memory], tuple[Floats, Memory]]

TIME = 1
"""The axis of APG's norm and projection, as in ACE-Step 1.5."""


@dataclass(frozen=True)
class Method:
    """A way to steer, and the knobs that switch it off with their off values: any one of them does."""

    name: str
    steer: Steer
    off: tuple[tuple[str, float], ...]

    def idle(self, plan: Plan) -> bool:
        """Whether the plan switches it off; then no pass is spent on the negative, and the result is that without."""
        fields = {"guidance_scale": plan.guidance_scale, "negative_scale": plan.negative_scale}
        return any({**plan.knobs, **fields}.get(knob) == value for knob, value in self.off)


def plain(look: Look, memory: Memory) -> tuple[Floats, Memory]:
    """Without a negative: guidance away from the null."""
    return _from_null(look, look.cond), memory


def substitution(look: Look, memory: Memory) -> tuple[Floats, Memory]:
    """Substitution with a strength of its own: c + s·(c − n), where s = w − 1 is the usual one."""
    scale = look.scene.plan.negative_scale * look.negative.least
    return classifier_free(look.cond, look.neg, 1.0 + scale), memory


def branches(look: Look, memory: Memory) -> tuple[Floats, Memory]:
    """Null, prompt and each layer of the negative with its own strength."""
    return three_branch(
        look.cond, look.negs, look.uncond, look.scene.plan.guidance_scale, _scales(look)
    ), memory


def perpendicular(look: Look, memory: Memory) -> tuple[Floats, Memory]:
    """Perp-Neg; negative_scale is relative to the guidance scale."""
    return perp_neg(look.cond, look.negs, look.uncond, look.scene.plan.guidance_scale, _scales(look)), memory


def projected(look: Look, memory: Memory) -> tuple[Floats, Memory]:
    """APG away from the negative."""
    knob = look.scene.knob
    return adaptive_projected(
        look.cond,
        look.neg,
        _guidance(look),
        memory,
        beta=knob("momentum"),
        eta=knob("eta"),
        norm_threshold=knob("norm_threshold"),
        axes=TIME,
    )


def zero_star(look: Look, memory: Memory) -> tuple[Floats, Memory]:
    """CFG-Zero* away from the negative."""
    zero_steps = int(look.scene.knob("zero_steps"))
    return cfg_zero_star(look.cond, look.neg, _guidance(look), look.step, zero_steps=zero_steps), memory


def dynamic(look: Look, memory: Memory) -> tuple[Floats, Memory]:
    """DNG, with the ancestral step between the same two noise levels in place of the variance that Euler lacks."""
    knob = look.scene.knob
    return dynamic_negative(
        look.cond,
        look.neg,
        look.uncond,
        look.scene.plan.guidance_scale,
        memory,
        step_kernel=kernel("flow", (1.0 - look.now, look.now), (1.0 - look.after, look.after)),
        strength=knob("strength") * look.negative.least,
        prior=knob("prior"),
        temperature=knob("temperature"),
        offset=knob("offset"),
    )


def safe(look: Look, memory: Memory) -> tuple[Floats, Memory]:
    """SLD."""
    knob = look.scene.knob
    return safe_latent(
        look.cond,
        look.neg,
        look.uncond,
        look.scene.plan.guidance_scale,
        look.step,
        memory,
        warmup=int(knob("warmup")),
        scale=knob("strength") * look.negative.least,
        threshold=knob("threshold"),
        momentum_scale=knob("momentum_scale"),
        momentum_beta=knob("momentum"),
    )


def normalised_attention(look: Look, memory: Memory) -> tuple[Floats, Memory]:
    """NAG on the prompt's pass; the null's stays plain."""
    knob = look.scene.knob
    push = Push(knob("phi") * look.negative.mean, 1.0, 0.0, knob("tau"), knob("alpha"))
    return _from_null(look, look.apart(push)), memory


def away_attention(look: Look, memory: Memory) -> tuple[Floats, Memory]:
    """NASA."""
    push = Push(look.scene.knob("phi") * look.negative.mean, 0.0, 0.0)
    return _from_null(look, look.apart(push)), memory


def orthogonal_attention(look: Look, memory: Memory) -> tuple[Floats, Memory]:
    """ONG."""
    push = Push(look.scene.knob("strength") * look.negative.mean, 0.0, 1.0)
    return _from_null(look, look.apart(push)), memory


def flipped_values(look: Look, memory: Memory) -> tuple[Floats, Memory]:
    """VSF. It has no off value: at a strength of 0 the negative's words still take their share of the attention."""
    return _from_null(look, look.joint(look.scene.knob("scale"), look.scene.knob("beta"))), memory


METHODS = (
    Method("cfg-substitution", substitution, (("negative_scale", 0.0),)),
    Method("three-branch", branches, (("negative_scale", 0.0),)),
    Method("perp-neg", perpendicular, (("negative_scale", 0.0), ("guidance_scale", 0.0))),
    Method("apg", projected, (("guidance_scale", 1.0),)),
    Method("cfg-zero", zero_star, (("guidance_scale", 1.0),)),
    Method("dng", dynamic, (("strength", 0.0),)),
    Method("sld", safe, (("strength", 0.0), ("guidance_scale", 0.0))),
    Method("nag", normalised_attention, (("phi", 0.0), ("alpha", 0.0))),
    Method("nasa", away_attention, (("phi", 0.0),)),
    Method("ong", orthogonal_attention, (("strength", 0.0),)),
    Method("vsf", flipped_values, ()),
)


def _from_null(look: Look, cond: Floats) -> Floats:
    """Plain guidance; at a scale of 1 the null is not asked for."""
    scale = look.scene.plan.guidance_scale
    return cond if scale == 1.0 else np.asarray(classifier_free(cond, look.uncond, scale), np.float32)


def _guidance(look: Look) -> float:
    """w, its part beyond 1 multiplied by the negative's weight."""
    return 1.0 + (look.scene.plan.guidance_scale - 1.0) * look.negative.least


def _scales(look: Look) -> list[float]:
    """The strength of each layer of the negative."""
    return [look.scene.plan.negative_scale * weight for _, weight in look.negative.layers]
