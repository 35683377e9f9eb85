"""Advise: what to try next when a result is wrong, in the order that people in the field work.

    1. positive    say more exactly what is wanted
    2. negative    three to five short clauses, where negating this kind of thing is reliable
    3. guidance    12 to 15, where texts are ignored and guidance acts
    4. strength    where there is a source clip

Each move is a request ready to run. What it should do is said in words, with who says so: nothing here is measured.
The order is that of "Negative prompts in AI music" (Z.Tools, 2026-11).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, final

from eschew.catalog.capabilities import Capabilities
from eschew.catalog.model_facts import model
from eschew.plan.advise_negative import negative_draft
from eschew.plan.advise_positive import positive_draft
from eschew.plan.advise_problem import Problem, read_problem
from eschew.plan.advise_values import Draft
from eschew.plan.text import checked
from eschew.request import Request

__all__ = ["Move", "Name", "advise", "next_move"]

Name = Literal["positive", "negative", "guidance", "strength"]

FIELD = "Z.Tools, “Negative prompts in AI music”, 2026-11"
LEAN_HARDER = (12.0, 15.0)
"""Where the field sends people on ACE-Step whose texts are ignored; the default there is 10 (Z.Tools, 2026-11)."""
FROM = 10.0
SOURCE_TASKS = frozenset(
    {"audio2audio", "cover", "repaint", "extract", "lego", "complete", "image2image", "variation"}
)
MIDDLE_STRENGTH = 0.5
STRONGEST = 0.95


@final
@dataclass(frozen=True, slots=True)
class Move:
    """One rung of the ladder. `request` is ready to run where `applies`; where it does not, `because` says why."""

    name: Name
    title: str
    why: str
    request: Request
    expected: str
    applies: bool
    because: str
    done: bool
    """Whether the request does this already, so that the next rung is the one to take."""


def advise(request: Request, can: Capabilities, problem: str) -> tuple[Move, ...]:
    """The four moves, in order. PromptError when prompt, negative or problem cannot be read."""
    checked(request.prompt, "prompt")
    checked(request.negative_prompt, "negative_prompt")
    found = read_problem(problem, can.modality)
    drafts: tuple[tuple[Name, Draft], ...] = (
        ("positive", positive_draft(request, can, found)),
        ("negative", negative_draft(request, can, found)),
        ("guidance", _guidance(request, can, found)),
        ("strength", _strength(request, can, found)),
    )
    return tuple(
        Move(name, d.title, d.why, d.request, d.expected, not d.obstacle, d.obstacle or d.because, d.done)
        for name, d in drafts
    )


def next_move(moves: Sequence[Move]) -> Move | None:
    """The first move that applies and is not made yet; None when there is none left."""
    return next((move for move in moves if move.applies and not move.done), None)


def _guidance(request: Request, can: Capabilities, problem: Problem) -> Draft:
    knob = can.guidance
    draft = Draft(
        "Raise guidance",
        "Guidance is for a model that follows neither the prompt nor the negative.",
        request,
        f"It leans harder on both texts, and varies less (claim from the field: {FIELD}).",
    )
    if problem.kind in ("drift", "stuck"):
        return draft.blocked("the complaint is about the source, and guidance is about the texts")
    if problem.kind == "unclear":
        return draft.blocked("what is wrong was not recognised; name it in one or two words")
    if can.distilled or knob is None or knob.convention == "ignored":
        gone = (
            "distillation left no guidance to raise"
            if can.distilled
            else "no knob for guidance is known here"
        )
        return draft.blocked(f"{can.title} at {can.host}: {gone}")
    default = knob.to_standard(knob.default) if knob.default is not None else None
    now = request.guidance_scale if request.guidance_scale is not None else default
    low, high = _leaning(can, default)
    top = knob.to_standard(knob.max) if knob.max is not None else high
    bottom = knob.to_standard(knob.min) if knob.min is not None else 0.0
    low, high = (max(bottom, min(value, top)) for value in (low, high))
    if now is not None and now >= high:
        full = f"guidance is at {now:g} already, and {high:g} is as far as it is worth leaning here"
        return replace(draft, because=full, done=True)
    target = low if now is None or now < low else high
    start = "the default" if now is None else f"{now:g}"
    beyond = ""
    if knob.advised and target > knob.to_standard(knob.advised[1]):
        beyond = f" Its makers advise {knob.advised[0]:g} to {knob.advised[1]:g}; expect a harsher sound above that."
    return replace(
        draft,
        title=f"Raise guidance from {start} to {target:g}",
        because=f"guidance acts on {can.title}, and it stands at {start}",
        request=replace(request, guidance_scale=target),
        expected=draft.expected + beyond,
    )


def _leaning(can: Capabilities, default: float | None) -> tuple[float, float]:
    """The two steps up: the host's own, ACE-Step's, or as much more of this model's default."""
    if can.guidance is not None and can.guidance.lean_harder is not None:
        first, second = (can.guidance.to_standard(value) for value in can.guidance.lean_harder)
        return first, second
    if can.family == "ace-step" or default is None or default <= 1.0:
        return LEAN_HARDER
    first, second = (round(default * value / FROM, 1) for value in LEAN_HARDER)
    return first, second


def _strength(request: Request, can: Capabilities, problem: Problem) -> Draft:
    keep_more = problem.kind != "stuck"
    music = can.modality == "music"
    # ACE-Step's strength is how much of the source is kept; an image pipeline's is how much is drawn anew.
    keeps = can.strength_keeps or ("source" if music else "prompt")
    up = keep_more == (keeps == "source")
    rule = (
        "On music models a higher strength keeps more of the source."
        if keeps == "source"
        else "On image models a lower strength keeps more of the source."
    )
    source = FIELD if music else "the meaning of strength in diffusers' image-to-image pipelines, 2026-11"
    nearer = "closer to" if keep_more else "freer from"
    draft = Draft(
        "Raise strength" if up else "Lower strength",
        f"{rule} A result that wanders is brought back by it, before any words are touched.",
        request,
        f"The result stays {nearer} the structure of the source (claim from the field: {source}).",
    )
    task = request.task or can.task
    sourced = request.strength is not None or task in SOURCE_TASKS
    if not sourced and problem.kind in ("drift", "stuck"):
        tasks = model(can.model).host(can.host).tasks or model(can.model).tasks
        task = next((name for name in tasks if name in SOURCE_TASKS), task)
    if task not in SOURCE_TASKS and request.strength is None:
        return draft.blocked(
            "there is no source clip in the request: no task that takes one, and no strength"
        )
    if can.backend == "remote" and can.family != "ace-step":
        return draft.blocked(f"no strength is known for {can.title} at {can.host}")
    now = request.strength if request.strength is not None else MIDDLE_STRENGTH
    if (up and now >= STRONGEST) or (not up and now <= 1 - STRONGEST):
        return replace(draft, because=f"strength is at {now:g} already", done=True)
    target = round(now + (1 - now) / 2, 2) if up else round(now / 2, 2)
    given = f"from {now:g} " if request.strength is not None else ""
    return replace(
        draft,
        title=f"{draft.title} {given}to {target:g}",
        because="the request works from a source clip",
        request=replace(request, strength=target, task=task if task in SOURCE_TASKS else request.task),
    )
