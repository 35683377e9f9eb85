"""Decide: Request + Capabilities → Plan, one small step after another, each leaving a Change where it changed something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from eschew.catalog.capabilities import Capabilities
from eschew.catalog.method_facts import PLAN_FIELDS, MethodFacts, default_strength, method
from eschew.catalog.vocabulary import unknown_words, vocabulary, vocabulary_words
from eschew.check.carrying import carries_negative_weights, dialect_read_by
from eschew.errors import KnobError, PolicyError, PromptError, RefusalError
from eschew.plan.draft import CATALOGUE, RULE, Draft, inside
from eschew.plan.source import of_source, some_steps
from eschew.plan.text import checked, cut_to_words
from eschew.plan.values import Change, Plan
from eschew.prompt import clauses
from eschew.request import Request

if TYPE_CHECKING:
    from eschew.policy import Composite, FloorClause

OFF = ("none", "rewrite")
"""Methods that leave no negative for the sampler."""
KINDS = (("mix-character", {"mix-character"}), ("production", {"mix-character", "production"}))
"""Presets by kind of negative: their names, and the classes that a negative of this kind keeps to."""
KIND_NAMES = (*(name for name, _ in KINDS), "other")
STEPS_DEFAULT = 30
GUIDANCE_DEFAULT = 1.0


def draft_of(request: Request) -> dict[str, Any]:
    """The first draft: what the request says of the plan's fields, None where it says nothing."""
    asked = {f.name for f in fields(Request)}
    return {
        f.name: getattr(request, f.name) if f.name in asked else None
        for f in fields(Plan)
        if f.name != "history"
    }


def decide(request: Request, can: Capabilities, policies: Composite | None = None) -> Plan:
    """What will run. PromptError, KnobError, RefusalError, PolicyError or UnknownNameError if nothing can."""
    draft = Draft(draft_of(request))
    held: tuple[FloorClause, ...] = ()
    if policies is not None:
        draft, held = _under_policies(draft, request, can, policies)
    for step in STEPS:
        draft = step(draft, can)
    plan = Plan(**draft.values, history=draft.history)
    _check_floors(plan, can, policies, held)
    return plan


def _under_policies(
    draft: Draft, request: Request, can: Capabilities, policies: Composite
) -> tuple[Draft, tuple[FloorClause, ...]]:
    """The draft with every floor, ask and budget of the policies in it, and the floors that must hold to the end."""
    from eschew.policy import apply

    for field in ("prompt", "negative_prompt"):
        checked(getattr(request, field), field)
    applied = apply(request, policies, can)
    for step in applied.additions:
        draft = draft.set(step.field, step.after, step.by, step.because)
    required = tuple(floor.text for floor in applied.floor if floor.required)
    return replace(draft, held=required), applied.floor


def _check_floors(
    plan: Plan, can: Capabilities, policies: Composite | None, held: tuple[FloorClause, ...]
) -> None:
    """The last look, at the plan itself: every required floor stands in it, or PolicyError."""
    if policies is None or not held:
        return
    from eschew.policy import missing_floors, missing_from_prompt

    missing = (
        missing_from_prompt(plan.prompt, policies, can)
        if plan.method == "rewrite"
        else missing_floors(plan.negative_prompt, policies, can)
    )
    for gap in missing:
        if gap.floor.required:
            left = [c.because for c in plan.history if (c.by, c.field) == ("rewrite", "negative_prompt")]
            told = left[-1] if left and gap.floor.text in left[-1] else gap.because
            raise PolicyError(
                f"{gap.line} cannot be kept: {gap.floor.text!r} would not reach {can.title}",
                where="plan",
                why=told,
                hint="a shorter prompt leaves room for it" if "no room" in told else "",
            )


def _texts(draft: Draft, _: Capabilities) -> Draft:
    prompt = checked(draft["prompt"], "prompt")
    negative = checked(draft["negative_prompt"], "negative_prompt")
    if not prompt:
        raise PromptError(
            "the prompt is empty", where="prompt", hint='say what you want: "lo-fi hip-hop with piano"'
        )
    draft = draft.set("prompt", prompt, RULE, "space at the ends means nothing")
    return draft.set("negative_prompt", negative, RULE, "space at the ends means nothing")


def _weights(draft: Draft, can: Capabilities) -> Draft:
    """Weights that nothing here would carry come off in the open: "(crackle:1.5)" would be read as four words."""
    if dialect_read_by(can) != "plain":
        return draft
    for field in ("prompt",) if carries_negative_weights(can) else ("prompt", "negative_prompt"):
        found = clauses(draft[field])
        plain = ", ".join(clause.text for clause in found if clause.weight > 0)
        if plain and any(clause.weight != 1.0 for clause in found):
            lost = ", ".join(
                f"{clause.text} at {clause.weight:g}" for clause in found if clause.weight != 1.0
            )
            draft = draft.set(field, plain, RULE, f"{can.title} reads no weights here; taken off: {lost}")
    return draft


def _lengths(draft: Draft, can: Capabilities) -> Draft:
    for field, limit in (
        ("prompt", can.limits.prompt_max_tokens),
        ("negative_prompt", can.limits.negative_max_tokens),
    ):
        most = _most_words(limit, can)
        if most is not None:
            kept = _cut(draft[field], most)
            draft = draft.set(field, kept, can.model, f"it reads {most} words; the rest was cut off")
    return draft


def _most_words(limit: int | None, can: Capabilities) -> int | None:
    """How many words are read of a text of at most `limit` tokens, the first of which is its start; None where it has no
    limit, or the model's words are not known.
    """
    return None if limit is None or vocabulary(can.limits.tokenizer) is None else limit - 1


def _cut(text: str, limit: int) -> str:
    """`text` within `limit` words. Marks of weight are no words; a marked text loses whole clauses from its end."""
    found = clauses(text)
    if all(clause.weight == 1.0 for clause in found):
        return cut_to_words(text, limit)
    kept = list(found)
    while len(vocabulary_words(" ".join(clause.text for clause in kept))) > limit and len(kept) > 1:
        kept.pop()
    if len(kept) == len(found):
        return text
    return ", ".join(c.text if c.weight == 1.0 else f"({c.text}:{c.weight:g})" for c in kept)


def _read(text: str) -> str:
    """What of a text is read as words: weights and their brackets are not, and clauses of no weight are left out."""
    found = clauses(text)
    if all(clause.weight == 1.0 for clause in found):
        return text
    return ", ".join(clause.text for clause in found if clause.weight > 0)


def _words(draft: Draft, can: Capabilities) -> Draft:
    known = vocabulary(can.limits.tokenizer)
    if known is None:
        return draft.set("words_unknown", (), can.model, "its vocabulary is open")
    both = draft["prompt"] + " " + _read(draft["negative_prompt"])
    unknown = tuple(word for word, _, _ in unknown_words(both, known))
    because = (
        "it never saw these words in training and reads each as 'unknown'"
        if unknown
        else "it knows every word"
    )
    return draft.set("words_unknown", unknown, can.model, because)


def _method(draft: Draft, can: Capabilities) -> Draft:
    asked = draft["method"]
    if not draft["negative_prompt"]:
        return draft.set("method", "none", RULE, "there is no negative prompt")
    if asked == "rewrite" or (asked is None and can.rewrites_only):
        return _said_in_the_prompt(draft, can)
    if asked is None:
        usable = [m for m in can.methods if m != "rewrite"]
        if not usable:
            raise RefusalError(
                f"{can.title} takes no negative prompt",
                where="negative_prompt",
                why=can.why_not,
                hint="say it in the positive prompt, or choose another model: eschew models",
            )
        first = usable[0]
        chosen = next((name for name in usable if not _too_long_together(draft, name, can)), first)
        because = f"the first choice for {can.title}"
        if chosen != first:
            because = f"{first} reads prompt and negative as one text, too long here for {can.title}"
        return draft.set("method", chosen, CATALOGUE, because)
    if asked == "none":
        return draft
    facts = method(asked)
    if asked not in can.methods:
        raise RefusalError(
            f"{can.title} cannot run {facts.title.lower()}",
            where="method",
            hint="one of " + ", ".join(can.methods) if can.methods else "another model: eschew models",
        )
    if excess := _too_long_together(draft, asked, can):
        raise PromptError(
            f"prompt and negative together are too long for {asked}",
            where="negative_prompt",
            why=f"it reads them as one text, {excess} words longer than {can.title} reads",
            hint="a shorter prompt; or --method nag, which reads the negative alone",
        )
    return draft


def _too_long_together(draft: Draft, name: str, can: Capabilities) -> int:
    """By how many words prompt and negative are longer than the model reads, where the method joins them; else 0."""
    most = _most_words(can.limits.negative_max_tokens, can)
    if most is None or method(name).reads != "prompt-and-negative":
        return 0
    words = vocabulary_words(_read(draft["prompt"]) + " " + _read(draft["negative_prompt"]))
    return max(0, len(words) - most)


def _said_in_the_prompt(draft: Draft, can: Capabilities) -> Draft:
    """No field and no hold on the model: the avoidances move into the prompt, as far as they can be said there."""
    from eschew.plan.rewrite import rewrite

    result = rewrite(draft["prompt"], draft["negative_prompt"], can, draft.held)
    if not result.said and not draft.held:
        first = result.left_out[0]
        raise RefusalError(
            f"{can.title} takes no negative prompt, and this one cannot be said in the prompt",
            where="negative_prompt",
            why=f"{first.clause}: {first.reason}",
            hint=first.proposal or "ask for what you want instead",
        )
    said = "; ".join(f"{s.clause} → {s.phrase}" for s in result.said)
    left = "; ".join(f"{gap.clause} ({gap.reason})" for gap in result.left_out)
    draft = draft.set("prompt", result.text, "rewrite", f"{can.why_not} Said in the prompt: {said}")
    because = f"left out: {left}" if left else "all of it is said in the prompt now"
    draft = draft.set("negative_prompt", "", "rewrite", because)
    return draft.set("method", "rewrite", "rewrite", "the only way on this host")


def _guidance(draft: Draft, can: Capabilities) -> Draft:
    scale, host = draft["guidance_scale"], can.guidance
    name, preset = _preset(draft, _facts(draft), can)
    if scale is None and "guidance_scale" in preset:
        because = f"the preset {name!r} of {draft['method']}"
        draft = draft.set("guidance_scale", preset["guidance_scale"], CATALOGUE, because)
    elif scale is None:
        default = host.to_standard(host.default) if host and host.default is not None else GUIDANCE_DEFAULT
        draft = draft.set("guidance_scale", default, CATALOGUE, f"the default of {can.title}")
    elif host and host.convention != "ignored":
        low = host.to_standard(host.min) if host.min is not None else 0.0
        high = host.to_standard(host.max) if host.max is not None else 100.0
        inside("guidance_scale", scale, low, high)
    else:
        inside("guidance_scale", scale, 0.0, 100.0)
    scale = draft["guidance_scale"]
    open_strength = draft["negative_scale"] is None  # a strength of its own acts at any guidance
    if (
        draft["method"] not in OFF
        and scale <= 1.0
        and method(draft["method"]).needs == "guidance"
        and open_strength
        and not (host and host.convention == "ignored")
    ):
        raised = host.to_standard(host.raises_to) if host and host.raises_to is not None else 1.5
        return draft.set(
            "guidance_scale",
            raised,
            RULE,
            f"at {scale:g} guidance is off and a negative cannot act; raised as services do",
        )
    return draft


def _negative_scale(draft: Draft, can: Capabilities) -> Draft:
    facts, asked = _facts(draft), draft["negative_scale"]
    knob = next((k for k in facts.knobs if k.name == "negative_scale"), None) if facts else None
    if facts is None or knob is None:
        because = "this method has no strength of its own for the negative"
        if asked is not None and facts is not None:
            raise KnobError(f"{facts.id} does not take a negative_scale", where="negative_scale", why=because)
        return draft.set("negative_scale", 0.0, RULE, because)
    if asked is not None:
        knob.checked(asked)
        return draft
    name, preset = _preset(draft, facts, can)
    if "negative_scale" in preset:
        because = f"preset {name!r} for {can.title}"
        if name in KIND_NAMES:
            because = f"measured on {can.title} for negatives of the kind '{name}'"
        return draft.set("negative_scale", preset["negative_scale"], CATALOGUE, because)
    scale = default_strength(facts, draft["guidance_scale"])
    because = (
        "guidance_scale − 1: as strong as substitution"
        if knob.follows_guidance
        else f"the default of {facts.id}"
    )
    return draft.set("negative_scale", scale, RULE, because)


def _window(draft: Draft, can: Capabilities) -> Draft:
    if draft["window"] is not None:
        start, stop = draft["window"]
        if not (0.0 <= start < stop <= 1.0):
            raise KnobError(
                f"the window {start:g}–{stop:g} is empty or outside 0–1", where="window", hint="0.0 0.3"
            )
        return draft
    _, preset = _preset(draft, _facts(draft), can)
    if "window_stop" in preset:
        window = (preset.get("window_start", 0.0), preset["window_stop"])
        return draft.set(
            "window", window, CATALOGUE, f"measured on {can.title}: this is where a negative acts"
        )
    return draft.set("window", (0.0, 1.0), RULE, "every step")


def _knobs(draft: Draft, can: Capabilities) -> Draft:
    """Every other knob of the method: as asked, or measured on this model, or the method's default."""
    facts, asked = _facts(draft), dict(draft["knobs"])
    if facts is None:
        if asked:
            said = (
                "it is said in the prompt"
                if draft["method"] == "rewrite"
                else "there is none, or its method is none"
            )
            raise KnobError(
                f"no method runs that could be turned by {', '.join(asked)}",
                where="knobs",
                why=f"nothing is left of the negative for the sampler: {said}",
            )
        return draft
    for name, value in asked.items():
        if name in PLAN_FIELDS:
            raise KnobError(
                f"{name} is not among the knobs",
                where="knobs",
                hint=f"it has a place of its own: {'window' if name.startswith('window') else name}",
            )
        facts.knob(name).checked(value)
    name, preset = _preset(draft, facts, can)
    resolved = {
        knob.name: asked.get(knob.name, preset.get(knob.name, knob.default))
        for knob in facts.knobs
        if knob.name not in PLAN_FIELDS
    }
    left = "what was left open stands at " + (
        f"preset {name!r} of {facts.id} for {can.title}" if preset else f"the defaults of {facts.id}"
    )
    return draft.set("knobs", resolved, CATALOGUE, left)


def _steps(draft: Draft, can: Capabilities) -> Draft:
    asked, known = draft["num_inference_steps"], can.num_inference_steps
    if asked is None:
        default = int(known.default) if known and known.default else STEPS_DEFAULT
        return draft.set("num_inference_steps", default, CATALOGUE, f"the default of {can.title}")
    low = known.min if known and known.min is not None else 1
    high = known.max if known and known.max is not None else 1000
    inside("num_inference_steps", asked, low, high)
    return draft


STEPS: tuple[Callable[[Draft, Capabilities], Draft], ...] = (
    of_source, _texts, _weights, _lengths, _words, _method, _guidance, _negative_scale, _window, _knobs, _steps,
    some_steps,
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
    return None if draft["method"] in OFF else method(draft["method"])


def _preset(draft: Draft, facts: MethodFacts | None, can: Capabilities) -> tuple[str, dict[str, float]]:
    """Name and knobs of the preset for this model, and for this kind of negative where presets tell kinds apart."""
    from eschew.catalog.placing import place

    mine = {p.name: p for p in facts.presets if can.model in p.models} if facts else {}
    if not mine:
        return "", {}
    name = next(iter(mine))
    if mine.keys() & set(KIND_NAMES):
        classes = {placement.klass for placement in place(draft["negative_prompt"], can.modality)}
        name = next((kind for kind, held in KINDS if classes <= held), "other")
    return name, {s.name: s.value for s in mine[name].knobs} if name in mine else {}
