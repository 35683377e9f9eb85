"""The backend of weights that run through diffusers: one sample a call, both arms of a pair through the same loop."""

from __future__ import annotations

import inspect
import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch

from eschew.backends.diffusers.attach import Steered, attach
from eschew.backends.diffusers.loading import Loaded, quiet
from eschew.backends.diffusers.run import Run
from eschew.backends.diffusers.sources import Begun, begun, knobs, sourced
from eschew.backends.seam import Knob, Picture, Receipt, Sample, Step, noise_seed
from eschew.catalog.capabilities import capabilities
from eschew.catalog.method_facts import method as method_facts
from eschew.errors import RefusalError
from eschew.plan import Plan

NO_GUIDANCE = "guidance was distilled into these weights, so there is none to scale"


@dataclass(frozen=True, eq=False)
class DiffusersBackend:
    """Runs plans on loaded weights. A pipeline can make one sample at a time: `turn` lets threads take turns."""

    loaded: Loaded
    turn: threading.Lock = field(default_factory=threading.Lock)

    def sample(self, plan: Plan, seed: int, item: int = 0, on_step: Step | None = None) -> Sample | Picture:
        """One clip or picture. RefusalError for a method that this pipeline cannot be steered by."""
        if plan.model != self.loaded.facts.id:
            raise RefusalError(
                f"this plan is for {plan.model}, and the weights are those of {self.loaded.facts.id}",
                where="model",
            )
        with self.turn:
            began = time.perf_counter()
            with _in_words(self.loaded):
                result, receipt = run(self.loaded, plan, seed, item, on_step)
            receipt = replace(receipt, seconds=time.perf_counter() - began)
        return _picture(result, receipt) if _is_picture(result) else _clip(self.loaded, result, receipt)


@contextmanager
def _in_words(loaded: Loaded) -> Iterator[None]:
    """What a pipeline throws for a plan it will not run, as a sentence. That a negative did nothing is in the receipt."""
    try:
        with quiet(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "the negative changed nothing", UserWarning)
            yield
    except torch.OutOfMemoryError as problem:
        raise RefusalError(
            f"{loaded.facts.title} does not fit into the memory of {loaded.device}",
            where="--device",
            why=" ".join(str(problem).split())[:200],
            hint="--dtype bfloat16, or another device",
        ) from problem
    except ValueError as problem:
        raise RefusalError(
            f"{type(loaded.pipe).__name__} refuses this plan",
            where="plan",
            why=" ".join(str(problem).split())[:300],
        ) from problem


def run(loaded: Loaded, plan: Plan, seed: int, item: int, on_step: Step | None) -> tuple[Any, Receipt]:
    """The pipeline's own result, and the receipt but for its seconds."""
    loaded = sourced(loaded, plan)
    steered = steering(loaded, plan)
    begin, generator = drawn(loaded, plan, seed, item)
    call = arguments(loaded, plan, begin, generator, on_step)
    if plan.method == "none":
        result, state = unsteered(steered, call)
        steps, passes, honoured = state.step + 1, state.passes, _knobs(plan, loaded, None)
    else:
        result = steered(**call)
        assert steered.receipt is not None
        steps, passes = steered.receipt.steps, steered.receipt.passes
        honoured = _knobs(plan, loaded, steered)
    honoured += knobs(loaded, plan, begin.because)
    return result, Receipt(plan.digest, seed, item, passes, steps, 0.0, honoured)


def steering(loaded: Loaded, plan: Plan) -> Steered:
    """The pipeline with the plan's negative. A negative that changes nothing is for the lab to say, so it passes here."""
    bare = plan.method == "none"
    facts = None if bare else method_facts(plan.method)
    own_strength = facts is not None and any(knob.name == "negative_scale" for knob in facts.knobs)
    return attach(
        loaded.pipe,
        # Without a negative a text is needed only to learn which arguments carry one.
        "music" if bare else plan.negative_prompt,
        method=None if bare else plan.method,
        guidance_scale=scale_of(loaded, plan),
        negative_scale=plan.negative_scale if own_strength else None,
        window=plan.window,
        knobs={} if bare else plan.knobs,
        on_noop="warn",
        prompt_guidance=loaded.prompt_guidance,
    )


def scale_of(loaded: Loaded, plan: Plan) -> float:
    """The denoiser's w. 1 where guidance was distilled away, and below 1, where pipelines have theirs off."""
    return 1.0 if _distilled_away(loaded) else max(1.0, plan.guidance_scale)


def _distilled_away(loaded: Loaded) -> bool:
    can = capabilities(loaded.facts)
    return can.guidance is not None and can.guidance.convention == "ignored"


def unsteered(steered: Steered, call: Mapping[str, Any]) -> tuple[Any, Run]:
    """The same loop with the prompt's own guidance and no negative: its result, and what was counted."""
    scale = steered.asked_guidance
    assert scale is not None
    state = Run(replace(steered.steer, method="none", guidance_scale=scale))
    return steered._run(steered._call((), dict(call)), state), state


def drawn(loaded: Loaded, plan: Plan, seed: int, item: int) -> tuple[Begun, torch.Generator]:
    """Where the call begins, and the pipeline's generator. Noise comes from (seed, item), drawn on the processor
    whatever the device.
    """
    noise = noise_seed(seed, item)
    own = None if loaded.noise is None else noise.standard_normal(loaded.noise, dtype=np.float32)
    return begun(loaded, plan, own), torch.Generator("cpu").manual_seed(int(noise.integers(2**63)))


def arguments(
    loaded: Loaded, plan: Plan, begin: Begun, generator: torch.Generator, on_step: Step | None
) -> dict[str, Any]:
    """What the pipeline is called with."""
    takes = inspect.signature(type(loaded.pipe).__call__).parameters
    call: dict[str, Any] = {
        "prompt": plan.prompt,
        "num_inference_steps": plan.num_inference_steps,
        **loaded.always,
        **begin.call,
        "generator": generator,
    }
    if on_step is not None and "callback_on_step_end" in takes:
        call["callback_on_step_end"] = _Watcher(on_step, begin.steps)
    elif on_step is not None and "callback" in takes:
        call |= {"callback": _Watcher(on_step, begin.steps).step, "callback_steps": 1}
    return call


@dataclass(frozen=True)
class _Watcher:
    """diffusers' two kinds of callback, as a `Step`."""

    on_step: Step
    steps: int

    def __call__(self, _pipe: Any, index: int, _timestep: Any, kept: dict[str, Any]) -> dict[str, Any]:
        """The callback of today."""
        self.on_step(index + 1, self.steps)
        return kept

    def step(self, index: int, _timestep: Any, _latents: Any) -> None:
        """The callback of older pipelines."""
        self.on_step(index + 1, self.steps)


def _knobs(plan: Plan, loaded: Loaded, steered: Steered | None) -> tuple[Knob, ...]:
    """Every field of the plan: honoured, or why not."""
    away = _distilled_away(loaded) and plan.guidance_scale != 1.0
    guidance = Knob("guidance_scale", not away, NO_GUIDANCE if away else "")
    always = (Knob("prompt", True), Knob("num_inference_steps", True), guidance)
    if steered is None:
        none = "no negative acts" if plan.negative_prompt else ""
        return (*always, Knob("negative_prompt", not plan.negative_prompt, none))
    assert steered.receipt is not None
    of_method = (knob for knob in steered.receipt.knobs if knob.field != "guidance_scale")
    return (*always, *of_method)


def _is_picture(result: Any) -> bool:
    return hasattr(result, "images")


def _picture(result: Any, receipt: Receipt) -> Picture:
    image = result.images[0]
    if hasattr(image, "convert"):
        return Picture(np.asarray(image.convert("RGB"), np.uint8), receipt)
    values = np.asarray(image, np.float32)
    return Picture(np.rint(np.clip(values, 0.0, 1.0) * 255).astype(np.uint8), receipt)


def _clip(loaded: Loaded, result: Any, receipt: Receipt) -> Sample:
    audio = result.audios[0]
    with suppress(AttributeError):
        audio = audio.float().cpu().numpy()
    values = np.asarray(audio, np.float32)
    if loaded.codec is not None:
        return Sample(loaded.codec.decode(values), loaded.sample_rate, receipt)
    # (channels, samples) → (samples, channels), or (samples,) where there is one
    frames = values.T if values.ndim == 2 else values
    if frames.ndim == 2 and frames.shape[1] == 1:
        frames = frames[:, 0]
    peak = float(np.abs(frames).max(initial=0.0))
    return Sample((frames / max(1.0, peak)).astype(np.float32), loaded.sample_rate, receipt)
