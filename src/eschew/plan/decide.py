"""Decide: Request + Capabilities → Plan, one small step after another, each leaving a Change where it changed something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from eschew.catalog.capabilities import Capabilities
from eschew.catalog.method_facts import MethodFacts, method
from eschew.errors import KnobError, PromptError, RefusalError
from eschew.plan.text import checked, cut_to_words, unknown_words, vocabulary
from eschew.plan.values import Change, Plan
from eschew.request import Request

PERSON, CATALOGUE, RULE = "you", "catalogue", "eschew"
STEPS_DEFAULT = 30
GUIDANCE_DEFAULT = 1.0


@dataclass(frozen=True)
class Draft:
    """A plan in the making: the values so far (None = not decided) and how they came about."""

    values: dict[str, Any]
    history: tuple[Change, ...] = ()

    def __getitem__(self, field: str) -> Any:
        return self.values[field]

    def set(self, field: str, value: Any, by: str, because: str) -> Draft:
        """With `field` at `value`; unchanged, and no Change, if it already is."""
        before = self.values[field]
        if before == value:
            return self
        change = Change(field, before, value, by, because)
        return Draft({**self.values, field: value}, (*self.history, change))


def draft_of(request: Request) -> dict[str, Any]:
    """The first draft: what the request says of the plan's fields, None where it says nothing."""
    asked = {f.name for f in fields(Request)}
    return {f.name: getattr(request, f.name) if f.name in asked else None for f in fields(Plan) if f.name != "history"}


def decide(request: Request, can: Capabilities) -> Plan:
    """What will run. PromptError, KnobError, RefusalError or UnknownNameError if nothing can."""
    draft = Draft(draft_of(request))
    for step in STEPS:
        draft = step(draft, can)
    return Plan(**draft.values, history=draft.history)


def _texts(draft: Draft, can: Capabilities) -> Draft:
    prompt = checked(draft["prompt"], "prompt")
    negative = checked(draft["negative_prompt"], "negative_prompt")
    if not prompt:
        raise PromptError("the prompt is empty", where="prompt", hint='say what you want: "lo-fi hip-hop with piano"')
    draft = draft.set("prompt", prompt, RULE, "space at the ends means nothing")
    return draft.set("negative_prompt", negative, RULE, "space at the ends means nothing")


def _lengths(draft: Draft, can: Capabilities) -> Draft:
    known = vocabulary(can.limits.tokenizer)
    if known is None:
        return draft
    for field, limit in (("prompt", can.limits.prompt_max_tokens), ("negative_prompt", can.limits.negative_max_tokens)):
        if limit is not None:
            # One token is the start of the text.
            kept = cut_to_words(draft[field], limit - 1)
            draft = draft.set(field, kept, can.model, f"it reads {limit - 1} words; the rest was cut off")
    return draft


def _words(draft: Draft, can: Capabilities) -> Draft:
    known = vocabulary(can.limits.tokenizer)
    if known is None:
        return draft.set("words_unknown", (), can.model, "its vocabulary is open")
    unknown = unknown_words(draft["prompt"] + " " + draft["negative_prompt"], known)
    because = "it never saw these words in training and reads each as 'unknown'" if unknown else "it knows every word"
    return draft.set("words_unknown", unknown, can.model, because)


def _method(draft: Draft, can: Capabilities) -> Draft:
    asked = draft["method"]
    if not draft["negative_prompt"]:
        return draft.set("method", "none", RULE, "there is no negative prompt")
    if asked is None:
        usable = [m for m in can.methods if m != "rewrite"]
        if not usable:
            raise RefusalError(
                f"{can.title} takes no negative prompt",
                where="negative_prompt",
                why=can.why_not,
                hint="say it in the positive prompt, or choose another model: eschew models",
            )
        return draft.set("method", usable[0], CATALOGUE, f"the first choice for {can.title}")
    if asked == "none":
        return draft
    facts = method(asked)
    if asked not in can.methods:
        raise RefusalError(
            f"{can.title} cannot run {facts.title.lower()}",
            where="method",
            hint="one of " + ", ".join(can.methods) if can.methods else "another model: eschew models",
        )
    return draft


def _guidance(draft: Draft, can: Capabilities) -> Draft:
    scale, host = draft["guidance_scale"], can.guidance
    if scale is None:
        default = host.to_standard(host.default) if host and host.default is not None else GUIDANCE_DEFAULT
        draft = draft.set("guidance_scale", default, CATALOGUE, f"the default of {can.title}")
    elif host and host.convention != "ignored":
        low = host.to_standard(host.min) if host.min is not None else 0.0
        high = host.to_standard(host.max) if host.max is not None else 100.0
        _inside("guidance_scale", scale, low, high)
    else:
        _inside("guidance_scale", scale, 0.0, 100.0)
    scale = draft["guidance_scale"]
    if draft["method"] != "none" and scale <= 1.0 and method(draft["method"]).needs == "guidance":
        raised = host.to_standard(host.raises_to) if host and host.raises_to is not None else 1.5
        return draft.set(
            "guidance_scale", raised, RULE, f"at {scale:g} guidance is off and a negative cannot act; raised as services do"
        )
    return draft


def _negative_scale(draft: Draft, can: Capabilities) -> Draft:
    facts, asked = _facts(draft), draft["negative_scale"]
    knob = next((k for k in facts.knobs if k.name == "negative_scale"), None) if facts else None
    if knob is None:
        because = "this method has no strength of its own for the negative"
        if asked is not None and facts is not None:
            raise KnobError(f"{facts.id} does not take a negative_scale", where="negative_scale", why=because)
        return draft.set("negative_scale", 0.0, RULE, because)
    if asked is not None:
        knob.checked(asked)
        return draft
    preset = _preset(facts, can.model).get("negative_scale")
    if preset is not None:
        return draft.set("negative_scale", preset, CATALOGUE, f"measured on {can.title}")
    scale = draft["guidance_scale"] - 1.0
    return draft.set("negative_scale", scale, RULE, "guidance_scale − 1: as strong as substitution")


def _window(draft: Draft, can: Capabilities) -> Draft:
    if draft["window"] is not None:
        start, stop = draft["window"]
        if not (0.0 <= start < stop <= 1.0):
            raise KnobError(f"the window {start:g}–{stop:g} is empty or outside 0–1", where="window", hint="0.0 0.3")
        return draft
    preset = _preset(_facts(draft), can.model)
    if "window_stop" in preset:
        window = (preset.get("window_start", 0.0), preset["window_stop"])
        return draft.set("window", window, CATALOGUE, f"measured on {can.title}: this is where a negative acts")
    return draft.set("window", (0.0, 1.0), RULE, "every step")


def _steps(draft: Draft, can: Capabilities) -> Draft:
    asked, known = draft["num_inference_steps"], can.num_inference_steps
    if asked is None:
        default = int(known.default) if known and known.default else STEPS_DEFAULT
        return draft.set("num_inference_steps", default, CATALOGUE, f"the default of {can.title}")
    low = known.min if known and known.min is not None else 1
    high = known.max if known and known.max is not None else 1000
    _inside("num_inference_steps", asked, low, high)
    return draft


STEPS: tuple[Callable[[Draft, Capabilities], Draft], ...] = (
    _texts, _lengths, _words, _method, _guidance, _negative_scale, _window, _steps,
)  # fmt: skip


def without_negative(plan: Plan) -> Plan:
    """The same plan but for the negative: the other arm of a paired comparison. Nothing else changes."""
    because = "the arm without: all else equal"
    changes = (
        Change("negative_prompt", plan.negative_prompt, "", "compare", because),
        Change("method", plan.method, "none", "compare", because),
    )
    return replace(plan, negative_prompt="", method="none", history=(*plan.history, *changes))


def _facts(draft: Draft) -> MethodFacts | None:
    return None if draft["method"] == "none" else method(draft["method"])


def _preset(facts: MethodFacts | None, model: str) -> dict[str, float]:
    preset = facts.preset_for(model) if facts else None
    return {s.name: s.value for s in preset.knobs} if preset and model in preset.models else {}


def _inside(knob: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise KnobError(f"{knob} must be a number from {low:g} to {high:g}, not {value:g}", where=knob)
