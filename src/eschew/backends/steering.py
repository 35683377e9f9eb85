"""Which predictions a method needs in a step, and what it makes of them. NumPy and PyTorch alike.

Every backend that owns its denoising step uses this one table: the embedded models over NumPy, diffusers over PyTorch.
Attention-side methods have acted inside the prediction `cond` already; what is left for them here is plain guidance.

Weighted clauses of a negative act as its layers do, and not at all where all weigh 1: the first at strength · its weight,
each further one as a negative of its own (three-branch, Perp-Neg), as far as it goes beyond the null (the other
velocities) or beyond Z⁺ (NAG, NASA, ONG), or as tokens that count a share of one (VSF).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from eschew import guidance
from eschew.guidance import Kernel, in_window
from eschew.guidance.dng import UNIT_STEP
from eschew.guidance.projection import Axes

ATTENTION = ("nag", "contrast", "vsf", "nasa", "ong")
"""Methods that act where the model reads the text."""
BOUNDED = ("nag", "contrast")
"""Those whose result τ bounds."""
NULL_READERS = ("three-branch", "perp-neg", "sld", "dng")
"""Methods that need the null's prediction beside the negative's."""


@dataclass(frozen=True)
class Steer:
    """A method with every knob decided.

    `weights` has one entry a layer of the negative (`eschew.backends.layers`); one of 1.0 where nothing is weighted.
    `positive` names how the prompt itself is guided: "cfg", "apg" where the model's own pipeline does so (ACE-Step), or
    "none" in a call of the denoiser that the pipeline leaves unguided; the negative acts there all the same. `axes` are
    those that APG norms and projects over: all but the batch, or time alone for ACE-Step.
    """

    method: str
    guidance_scale: float
    negative_scale: float = 0.0
    window: tuple[float, float] = (0.0, 1.0)
    knobs: Mapping[str, float] = field(default_factory=dict)
    weights: tuple[float, ...] = (1.0,)
    positive: Literal["cfg", "apg", "none"] = "cfg"
    axes: Axes = None

    @property
    def least(self) -> float:
        """The weight of the first layer, which holds every clause: a factor on a method's one strength."""
        return self.weights[0]

    @property
    def shares(self) -> tuple[float, ...]:
        """The weight of each layer as a multiple of the first one's."""
        return tuple(weight / self.least for weight in self.weights)


@dataclass(frozen=True)
class Memory:
    """What a step hands to the next: of the prompt's own guidance, and of the method."""

    positive: Any = None
    method: Any = None


@dataclass(frozen=True)
class At:
    """Where in the run a method stands: the step (0-based), and what tells the sampler's Gaussian step in it."""

    step: int
    kernel: Callable[[], Kernel]


@dataclass(frozen=True)
class Needs:
    """The predictions of one step: `attention` says that the negative acts inside `cond`."""

    neg: bool
    uncond: bool
    attention: bool


def needs(steer: Steer, step: int, steps: int) -> Needs:
    """What step `step` (0-based, of `steps`) has to compute beside `cond`."""
    guided = steer.guidance_scale != 1.0 and steer.positive != "none"
    if steer.method == "none" or not in_window(step, steps, steer.window) or is_off(steer):
        return Needs(neg=False, uncond=guided, attention=False)
    if steer.method in ATTENTION:
        return Needs(neg=False, uncond=guided, attention=True)
    return Needs(neg=True, uncond=steer.method in NULL_READERS or len(steer.weights) > 1, attention=False)


OFF: Mapping[str, tuple[tuple[str, float], ...]] = {
    "cfg-substitution": (("negative_scale", 0.0),),
    "three-branch": (("negative_scale", 0.0),),
    "perp-neg": (("negative_scale", 0.0), ("guidance_scale", 0.0)),
    "apg": (("guidance_scale", 1.0),),
    "cfg-zero": (("guidance_scale", 1.0),),
    "sld": (("strength", 0.0), ("guidance_scale", 0.0)),
    "dng": (("strength", 0.0),),
    "nag": (("phi", 0.0), ("alpha", 0.0)),
    "contrast": (("phi", 0.0), ("alpha", 0.0)),
    "nasa": (("phi", 0.0),),
    "ong": (("strength", 0.0),),
    "vsf": (),
}
"""Knobs that switch a method off, any one of them. VSF has none: at strength 0 the negative's words still take their
share of the attention."""


def is_off(steer: Steer) -> bool:
    """Whether the settings are those at which the method changes nothing."""
    if steer.method == "none":
        return True
    values = {
        **steer.knobs, "guidance_scale": steer.guidance_scale, "negative_scale": steer.negative_scale
    }  # fmt: skip
    return any(values[knob] == value for knob, value in OFF[steer.method])


def guide(
    steer: Steer,
    cond: Any,
    negs: Sequence[Any],
    uncond: Any | None,
    step: int,
    memory: Memory,
    kernel: Callable[[], Kernel] = lambda: UNIT_STEP,
) -> tuple[Any, Memory]:
    """The prediction to go on with. `negs` is empty where no negative acts by velocity in this step.

    `kernel` gives that of the sampler's step, and is asked by the one method that weighs evidence by it (DNG).
    """
    if not negs:
        return plain(steer, cond, uncond, memory)
    return METHODS[steer.method](steer, cond, negs, uncond, At(step, kernel), memory)


def plain(steer: Steer, cond: Any, uncond: Any | None, memory: Memory) -> tuple[Any, Memory]:
    """Guidance towards the prompt alone."""
    if uncond is None or steer.positive == "none":
        return cond, memory
    if steer.positive == "apg":
        guided, kept = guidance.adaptive_projected(
            cond, uncond, steer.guidance_scale, memory.positive, axes=steer.axes
        )
        return guided, replace(memory, positive=kept)
    return guidance.classifier_free(cond, uncond, steer.guidance_scale), memory


def _substituted(
    steer: Steer, cond: Any, negs: Sequence[Any], uncond: Any, at: At, memory: Memory
) -> tuple[Any, Memory]:
    """Substitution with a strength of its own, c + s·(c − n); s = w − 1 is the field's n + w·(c − n)."""
    scale = 1.0 + steer.negative_scale * steer.least
    return guidance.classifier_free(cond, one_of(steer, negs, uncond), scale), memory


def one_of(steer: Steer, negs: Sequence[Any], base: Any) -> Any:
    """The layers as one negative: the first, and each heavier one as far as it goes beyond `base`."""
    out = negs[0]
    for neg, share in zip(negs[1:], steer.shares[1:], strict=True):
        out = out + share * (neg - base)
    return out


def _composed(
    method: Callable[..., Any],
    steer: Steer,
    cond: Any,
    negs: Sequence[Any],
    uncond: Any,
    memory: Memory,
) -> tuple[Any, Memory]:
    """Null, prompt and negatives, each negative with its own strength."""
    scales = [steer.negative_scale * weight for weight in steer.weights]
    guided = method(cond, negs, uncond, steer.guidance_scale, scales)
    return _beside_own(steer, guided, cond, uncond, memory)


def _beside_own(steer: Steer, guided: Any, cond: Any, uncond: Any, memory: Memory) -> tuple[Any, Memory]:
    """The model's own guidance towards the prompt, and of the method only what it does about the negatives."""
    if steer.positive == "cfg":
        return guided, memory
    towards, memory = plain(steer, cond, uncond, memory)
    return towards + (guided - guidance.classifier_free(cond, uncond, steer.guidance_scale)), memory


def _three_branch(
    steer: Steer, cond: Any, negs: Sequence[Any], uncond: Any, at: At, memory: Memory
) -> tuple[Any, Memory]:
    return _composed(guidance.three_branch, steer, cond, negs, uncond, memory)


def _perp_neg(
    steer: Steer, cond: Any, negs: Sequence[Any], uncond: Any, at: At, memory: Memory
) -> tuple[Any, Memory]:
    return _composed(guidance.perp_neg, steer, cond, negs, uncond, memory)


def _apg(
    steer: Steer, cond: Any, negs: Sequence[Any], uncond: Any, at: At, memory: Memory
) -> tuple[Any, Memory]:
    guided, kept = guidance.adaptive_projected(
        cond,
        one_of(steer, negs, uncond),
        _excess(steer),
        memory.method,
        beta=steer.knobs["momentum"],
        eta=steer.knobs["eta"],
        norm_threshold=steer.knobs["norm_threshold"],
        axes=steer.axes,
    )
    return guided, replace(memory, method=kept)


def _cfg_zero(
    steer: Steer, cond: Any, negs: Sequence[Any], uncond: Any, at: At, memory: Memory
) -> tuple[Any, Memory]:
    base = one_of(steer, negs, uncond)
    zero_steps = int(steer.knobs["zero_steps"])
    return guidance.cfg_zero_star(cond, base, _excess(steer), at.step, zero_steps=zero_steps), memory


def _sld(
    steer: Steer, cond: Any, negs: Sequence[Any], uncond: Any, at: At, memory: Memory
) -> tuple[Any, Memory]:
    guided, kept = guidance.safe_latent(
        cond,
        one_of(steer, negs, uncond),
        uncond,
        steer.guidance_scale,
        at.step,
        memory.method,
        warmup=int(steer.knobs["warmup"]),
        scale=steer.knobs["strength"] * steer.least,
        threshold=steer.knobs["threshold"],
        momentum_scale=steer.knobs["momentum_scale"],
        momentum_beta=steer.knobs["momentum"],
    )
    return _beside_own(steer, guided, cond, uncond, replace(memory, method=kept))


def _dng(
    steer: Steer, cond: Any, negs: Sequence[Any], uncond: Any, at: At, memory: Memory
) -> tuple[Any, Memory]:
    guided, kept = guidance.dynamic_negative(
        cond,
        one_of(steer, negs, uncond),
        uncond,
        steer.guidance_scale,
        memory.method,
        step_kernel=at.kernel(),
        strength=steer.knobs["strength"] * steer.least,
        prior=steer.knobs["prior"],
        temperature=steer.knobs["temperature"],
        offset=steer.knobs["offset"],
    )
    return _beside_own(steer, guided, cond, uncond, replace(memory, method=kept))


def _excess(steer: Steer) -> float:
    """w, its part beyond 1 multiplied by the negative's weight."""
    return 1.0 + (steer.guidance_scale - 1.0) * steer.least


METHODS: Mapping[str, Callable[..., tuple[Any, Memory]]] = {
    "cfg-substitution": _substituted,
    "three-branch": _three_branch,
    "perp-neg": _perp_neg,
    "apg": _apg,
    "cfg-zero": _cfg_zero,
    "sld": _sld,
    "dng": _dng,
}
