"""What is known of a clause of a negative before anything is sampled. Light: no NumPy, no model, no sound.

Strength acts at its time: for methods that push velocities the push, s in c + s·(c − n), is counted by the part of the
steps in which it acts (the first fifth, up to a half, the rest), times the share of that part that the window covers.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log, log1p

from eschew.catalog.capabilities import Capabilities
from eschew.catalog.method_facts import method
from eschew.catalog.placing import Placement
from eschew.catalog.vocabulary import unknown_words, vocabulary, vocabulary_words
from eschew.check.meaning import clashes
from eschew.plan import Plan
from eschew.prompt import Clause, clauses

__all__ = ["NAMES", "PROBED", "features", "named", "of_probe"]

PARTS = ((0.0, 0.2), (0.2, 0.5), (0.5, 1.0))
TEXTURES = ("mix-character", "production")
NAMES = (
    "texture",
    "instrument",
    "genre",
    "mood or voice",
    "placement confidence",
    "unknown words",
    "companion",
    "contradiction",
    "clauses",
    "guidance",
    "attention method",
    "push early",
    "push midway",
    "push late",
    "push midway on a texture",
    "push midway on a contradiction",
    "push late on a contradiction",
)
"""Of the numbers in `features`, in order."""
PROBED = ("cosine at step 1", "reach at step 1", "cosine at step 2", "reach at step 2")
"""Of the numbers in `of_probe`, in order."""


def features(plan: Plan, clause: Clause, placed: Placement, can: Capabilities) -> tuple[float, ...]:
    """One number for each of NAMES, about one clause of the plan's negative. 0 or 1 where the name is a yes or no."""
    texture = placed.klass in TEXTURES
    contradiction, companion = _clash(plan, clause, placed, can)
    pushes = _pushes(plan)
    return (
        float(texture),
        float(placed.klass == "instrument"),
        float(placed.klass == "genre"),
        float(placed.klass in ("mood", "vocal-style")),
        placed.confidence,
        _unknown(clause.text, can),
        companion,
        contradiction,
        log(max(1, len(clauses(plan.negative_prompt)))),
        log(max(1.0, plan.guidance_scale)),
        float(method(plan.method).kind == "attention"),
        *pushes,
        pushes[1] * texture,
        pushes[1] * contradiction,
        pushes[2] * contradiction,
    )


def of_probe(probes: tuple[tuple[float, float], ...]) -> tuple[float, ...]:
    """One number for each of PROBED from (cosine, reach) of the first two steps, in order."""
    return tuple(number for cosine, reach in probes[:2] for number in (cosine, min(reach, 10.0)))


def named(numbers: tuple[float, ...]) -> Mapping[str, float]:
    """The features by name."""
    return dict(zip((*NAMES, *PROBED), numbers, strict=False))


def _clash(plan: Plan, clause: Clause, placed: Placement, can: Capabilities) -> tuple[float, float]:
    """Whether the prompt asks for it, and whether a style in the prompt brings it."""
    found = clashes(clauses(plan.prompt), (clause,), (placed,), can.model)
    kinds = {clash.kind for clash in found}
    return float(bool(kinds & {"words", "meaning"})), float("companion" in kinds)


def _unknown(text: str, can: Capabilities) -> float:
    """The share of its words that the model never saw."""
    known, all_words = vocabulary(can.limits.tokenizer), vocabulary_words(text)
    if known is None or not all_words:
        return 0.0
    return len(unknown_words(text, known)) / len({word for word, _, _ in all_words})


def _pushes(plan: Plan) -> tuple[float, float, float]:
    """log(1 + push) in each of PARTS; 0 for methods that act in the attention."""
    facts = method(plan.method)
    if facts.kind == "attention":
        return (0.0, 0.0, 0.0)
    # Where a method has no strength of its own it pushes as guidance does.
    has_own = any(knob.name == "negative_scale" for knob in facts.knobs)
    push = plan.negative_scale if has_own else max(0.0, plan.guidance_scale - 1.0)
    start, stop = plan.window
    early, midway, late = (
        log1p(push * max(0.0, min(stop, high) - max(start, low)) / (high - low)) for low, high in PARTS
    )
    return (early, midway, late)
