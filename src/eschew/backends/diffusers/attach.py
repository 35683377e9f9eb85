"""`attach`: a pipeline that steers away from a negative for as long as a `with` block lasts, and is then as it was."""

from __future__ import annotations

import difflib
import inspect
import math
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Literal

from eschew.backends.diffusers.denoiser import steered_forward
from eschew.backends.diffusers.families import FAMILIES
from eschew.backends.diffusers.family import Family
from eschew.backends.diffusers.processors import eject, inject
from eschew.backends.diffusers.replay import replaying, same
from eschew.backends.diffusers.run import Run
from eschew.backends.layers import beside, layers_of, reads_prompt
from eschew.backends.seam import Knob
from eschew.backends.steering import ATTENTION, Steer, is_off
from eschew.catalog.method_facts import PLAN_FIELDS, default_strength
from eschew.catalog.method_facts import method as method_facts
from eschew.errors import KnobError, NoopError, PromptError, RefusalError, UsageError

__all__ = ["Steered", "SteeredReceipt", "attach"]


DISTILLED = "guidance was distilled away"
RAISED = 1.5
"""Guidance for a method that needs some where the pipeline was called with none, as services do."""


@dataclass(frozen=True)
class SteeredReceipt:
    """What really ran in one call.

    `passes` counts rows of the denoiser per sample, `clipped` is NAG's share of bounded tokens (None for other
    methods), `changed` whether the negative changed any prediction. `identical` compares the outputs, byte for byte,
    with those of the same call without the negative; None where that was not asked for.
    """

    method: str
    steps: int
    passes: int
    seconds: float
    changed: bool
    clipped: float | None
    identical: bool | None
    knobs: tuple[Knob, ...]


@dataclass(eq=False)
class Steered:
    """A pipeline with a negative. Call it as you call the pipeline; `receipt` says what the last call really did."""

    pipe: Any
    family: Family
    negatives: tuple[str, ...]
    steer: Steer
    asked_guidance: float | None
    on_noop: Literal["raise", "warn"]
    against_unguided: bool
    receipt: SteeredReceipt | None = None

    def __enter__(self) -> Steered:
        """Nothing is touched yet: each call injects and ejects, so an error in between leaves the pipeline whole."""
        denoiser = getattr(self.pipe, self.family.denoiser)
        if getattr(denoiser.forward, "eschew", False):
            raise UsageError(
                "this pipeline is already steered",
                where="attach",
                hint="leave the other with-block first, or put both negatives into one",
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The pipeline is as it was: calls have put back what they took."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The pipeline's own result. NoopError (or a warning) if the negative changed nothing."""
        began = time.perf_counter()
        call = self._call(args, kwargs)
        steer = self._decided(call)
        run = Run(steer)
        with replaying(call) as again:
            result = self._run(call, run)
            identical = None
            if self.against_unguided:
                again()
                identical = same(result, self._run(call, Run(replace(steer, method="none"))))
        steps = run.step + 1
        self.receipt = SteeredReceipt(
            steer.method,
            steps,
            run.passes,
            time.perf_counter() - began,
            run.changed,
            float(sum(run.clipped) / len(run.clipped)) if run.clipped else None,
            identical,
            self._knobs(steer, run, call),
        )
        if not run.changed or identical:
            self._noop(steer, run)
        return result

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """The arguments of the pipeline's call, defaults filled in."""
        signature = inspect.signature(type(self.pipe).__call__)
        try:
            bound = signature.bind(self.pipe, *args, **kwargs)
        except TypeError as problem:
            raise UsageError(
                f"{type(self.pipe).__name__} cannot be called like this", where="steered(…)", why=str(problem)
            ) from problem
        bound.apply_defaults()
        call = dict(bound.arguments)
        call.pop("self")
        for name in ("negative_prompt", "negative_prompt_2", "negative_prompt_embeds"):
            if call.get(name) is not None and name in kwargs:
                raise UsageError(
                    f"{name} is given twice",
                    where="steered(…)",
                    why="attach already holds the negative",
                    hint="give it to attach alone",
                )
        for parameter in signature.parameters.values():
            if parameter.kind is parameter.VAR_KEYWORD:
                loose = call.pop(parameter.name, {})
                # A modular pipeline takes what its blocks take.
                inputs = getattr(getattr(self.pipe, "blocks", None), "inputs", ())
                taken = (*LOOSE, *(one.name for one in inputs if one.name))
                _known_loose(loose, type(self.pipe).__name__, taken, list(signature.parameters))
                call |= loose
        return call

    def _decided(self, call: Mapping[str, Any]) -> Steer:
        """The settings with the scale of this call in them."""
        scale = self.asked_guidance
        if scale is None:
            scale = self.family.guidance_scale(self.pipe, call)
        needs_guidance = method_facts(self.steer.method).needs == "guidance" and math.isnan(
            self.steer.negative_scale
        )
        if needs_guidance and scale <= 1.0 and self.family.distilled(self.pipe):
            raise RefusalError(
                f"{self.steer.method} needs guidance, and these weights have none left",
                where="method",
                why=DISTILLED,
                hint=f'method="{self.family.first_choice(self.pipe)}"; or guidance_scale=1.5 here, to try it all the same',
            )
        if needs_guidance and scale <= 1.0:
            scale = RAISED
        negative = self.steer.negative_scale
        if math.isnan(negative):
            negative = default_strength(method_facts(self.steer.method), scale)
        return replace(self.steer, guidance_scale=scale, negative_scale=negative)

    def _run(self, call: dict[str, Any], run: Run) -> Any:
        import torch

        pipe, family = self.pipe, self.family
        denoiser = getattr(pipe, family.denoiser)
        attends = run.steer.method in ATTENTION
        attentions = family.attentions(denoiser) if attends else {}
        own = family.unguided(pipe, call)
        texts = self._read(run.steer, call)
        with torch.no_grad(), _too_long_together(run.steer), family.negatives(pipe, run, texts, call):
            had_forward = "forward" in vars(denoiser)
            forward = denoiser.forward
            kept = inject(attentions, run, family.steering)
            denoiser.forward = steered_forward(forward, pipe, family, run, call)
            try:
                result = pipe(**own)
            finally:
                if had_forward:
                    denoiser.forward = forward
                else:
                    del denoiser.forward
                eject(attentions, kept)
        if attends and not is_off(run.steer) and run.met == 0:
            raise RefusalError(
                f"{run.steer.method} did not meet a single attention",
                where="method",
                why="this attention backend does not go through torch's scaled_dot_product_attention",
                hint='pipe.transformer.set_attention_backend("native")',
            )
        return result

    def _read(self, steer: Steer, call: Mapping[str, Any]) -> tuple[str, ...]:
        """The negatives as the method reads them: as they stand, or behind this call's prompt."""
        if not reads_prompt(steer.method):
            return self.negatives
        prompt = call.get("prompt")
        if isinstance(prompt, Sequence) and not isinstance(prompt, str) and len(prompt) == 1:
            (prompt,) = prompt
        if not isinstance(prompt, str):
            raise RefusalError(
                f"{steer.method} needs one prompt, as a text",
                where="prompt",
                why="it reads the negative behind the prompt",
                hint='one prompt a call; or method="nag", which reads the negative alone',
            )
        return tuple(beside(prompt, negative) for negative in self.negatives)

    def _knobs(self, steer: Steer, run: Run, call: Mapping[str, Any]) -> tuple[Knob, ...]:
        """Each knob: honoured or ignored, and because of what."""
        asked = self.asked_guidance
        if asked is None:
            asked = self.family.guidance_scale(self.pipe, call)
        noted = ""
        raised = "" if asked == steer.guidance_scale else (
            f"raised from {asked:g} to {steer.guidance_scale:g}: at {asked:g} a negative cannot act"
        )  # fmt: skip
        if not raised and steer.guidance_scale > 1.0 and self.family.distilled(self.pipe):
            noted = f"{DISTILLED} in these weights: more of it may oversaturate"
        because = "" if run.changed else "nothing came out otherwise than without the negative"
        of_negative = ["negative_prompt", "method", "window", *steer.knobs]
        if any(knob.name == "negative_scale" for knob in method_facts(steer.method).knobs):
            of_negative.append("negative_scale")
        return (
            Knob("guidance_scale", not raised, raised or noted),
            *(Knob(name, run.changed, because) for name in of_negative),
        )

    def _noop(self, steer: Steer, run: Run) -> None:
        """NoopError or a warning, with the reason."""
        if is_off(steer):
            why = "its settings are those at which it does nothing"
        elif run.passes <= run.step + 1:
            why = "the window holds no step"
        elif steer.knobs.get("warmup", 0) > run.step:
            why = f"its warm-up of {steer.knobs['warmup']:g} steps outlasts the {run.step + 1} of this run"
        else:
            why = "the prediction is the same with it and without"
        message = f"the negative changed nothing ({steer.method})"
        if self.on_noop == "raise":
            raise NoopError(message, where="attach", why=why, hint='on_noop="warn" lets it pass')
        warnings.warn(f"{message}: {why}", stacklevel=3)


def attach(
    pipe: Any,
    negative_prompt: str,
    *,
    method: str | None = None,
    guidance_scale: float | None = None,
    negative_scale: float | None = None,
    window: tuple[float, float] = (0.0, 1.0),
    knobs: Mapping[str, float] | None = None,
    on_noop: Literal["raise", "warn"] = "raise",
    against_unguided: bool = False,
    prompt_guidance: Literal["own", "cfg"] = "own",
) -> Steered:
    """A diffusers pipeline with a negative that acts, for the length of a `with` block.

    `negative_prompt` may weight its clauses: "(vinyl crackle:1.5), tape hiss". `guidance_scale` is w of
    uncond + w·(cond − uncond); None takes what the pipeline is called with. `negative_scale` is the negative's own
    strength where the method has one; None means as strong as plain substitution, w − 1. `window` is the part of the
    steps in which it acts. `knobs` turn the method: `eschew methods` lists them. `against_unguided` runs each call a
    second time without the negative, and the receipt says whether the outputs are the same bytes. `prompt_guidance`
    says how the prompt itself is guided: "own" as the pipeline does it (ACE-Step: APG), "cfg" by plain guidance.

    RefusalError for a pipeline or method that eschew cannot steer, KnobError for a number out of range, PromptError
    for a negative that is empty or longer than the text encoder reads, NoopError from a call that changed nothing.
    """
    family = _family(pipe)
    if not negative_prompt.strip():
        raise PromptError("the negative is empty", where="negative_prompt", hint='name it: "vinyl crackle"')
    if on_noop not in ("raise", "warn"):
        raise KnobError(f"on_noop is raise or warn, not {on_noop!r}", where="on_noop")
    if prompt_guidance not in ("own", "cfg"):
        raise KnobError(f"prompt_guidance is own or cfg, not {prompt_guidance!r}", where="prompt_guidance")
    chosen = method or family.first_choice(pipe)
    facts = method_facts(chosen)
    if chosen not in family.methods:
        raise RefusalError(
            f"{chosen} does not work on {type(pipe).__name__}",
            where="method",
            hint="one of " + ", ".join(family.methods),
        )
    start, stop = window
    if not 0.0 <= start < stop <= 1.0:
        raise KnobError(
            f"the window {start:g}–{stop:g} is empty or outside 0–1", where="window", hint="0.0 0.3"
        )
    for name, value in (("guidance_scale", guidance_scale), ("negative_scale", negative_scale)):
        if value is not None and not (math.isfinite(value) and 0.0 <= value <= 100.0):
            raise KnobError(f"{name} must be a number from 0 to 100, not {value:g}", where=name)
    if negative_scale is not None and not any(knob.name == "negative_scale" for knob in facts.knobs):
        raise KnobError(f"{chosen} does not take a negative_scale", where="negative_scale")
    asked = dict(knobs or {})
    for name, value in asked.items():
        facts.knob(name).checked(value)
    resolved = {k.name: asked.get(k.name, k.default) for k in facts.knobs if k.name not in PLAN_FIELDS}
    layers = layers_of(negative_prompt)
    if not layers:
        raise PromptError(
            "no clause of the negative has any weight",
            where="negative_prompt",
            text=negative_prompt,
            hint="(x:1.2)",
        )
    steer = Steer(
        chosen,
        math.nan,
        math.nan if negative_scale is None else negative_scale,
        (start, stop),
        resolved,
        tuple(layer.weight for layer in layers),
        family.positive if prompt_guidance == "own" else "cfg",
        family.axes,
    )
    return Steered(
        pipe, family, tuple(layer.text for layer in layers), steer, guidance_scale, on_noop, against_unguided
    )


@contextmanager
def _too_long_together(steer: Steer) -> Iterator[None]:
    """Where a method reads the negative behind the prompt, it is the two that are too long for a text encoder."""
    try:
        yield
    except PromptError as problem:
        if not reads_prompt(steer.method) or problem.where != "negative_prompt":
            raise
        raise PromptError(
            f"prompt and negative together are too long for {steer.method}",
            where=problem.where,
            why=f"it reads them as one text, and {problem.what}",
            hint='a shorter prompt; or method="nag", which reads the negative alone',
            text=problem.text,
            span=problem.span,
        ) from problem


LOOSE = ("callback", "callback_steps")
"""Arguments that pipelines of diffusers still take through **kwargs. Anything else in there would be dropped."""


def _known_loose(loose: Mapping[str, Any], pipeline: str, taken: Sequence[str], names: Sequence[str]) -> None:
    for name in loose:
        if name not in taken:
            near = difflib.get_close_matches(name, [*names, *taken], 1)
            raise UsageError(
                f"{pipeline} takes no {name!r}",
                where="steered(…)",
                why="it would be dropped without a word",
                hint=f"did you mean {near[0]!r}?" if near else "",
            )


def _family(pipe: Any) -> Family:
    for family in FAMILIES:
        if family.knows(pipe):
            return family
    if not hasattr(pipe, "components"):
        raise UsageError(
            f"{type(pipe).__name__} is no pipeline of diffusers",
            where="attach",
            hint="pass the loaded pipeline",
        )
    known = ", ".join(sorted(name for family in FAMILIES for name in family.pipelines))
    raise RefusalError(
        f"eschew does not know how to steer {type(pipe).__name__}", where="attach", why=f"it knows {known}"
    )
