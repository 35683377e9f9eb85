"""What a policy refuses in a request: asking for what is banned or floored, and switching the floor off."""

from __future__ import annotations

import re

from eschew.catalog.capabilities import Capabilities
from eschew.errors import PolicyError
from eschew.policy.composing import Composite, bans_for, floors_for
from eschew.policy.folding import fold
from eschew.policy.limits import LONGEST
from eschew.policy.matching import Target, mentions
from eschew.policy.taming import Wish
from eschew.policy.values import Ban, Floor, Line, Remark
from eschew.request import Request

__all__ = ["refuse_knobs", "refuse_opposites", "refuse_texts", "refuse_wishes"]

LEAST_WINDOW = 0.2
"""The least share of the steps in which a required floor must act."""
OVERRIDE = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|disable|drop|skip|cancel|delete)\b(?:\s+\w+){0,5}?\s+"
    r"(?:polic(?:y|ies)|floors?|negative prompts?|(?:previous|prior|above|earlier) (?:\w+ )?(?:words|text|terms|exclusions|"
    r"instructions|negatives?|rules|restrictions|clauses|prompts?)|exclusions|safety|restrictions|avoid list|everything (?:above|before))\b"
)


def target_of(entry: Floor | Ban, can: Capabilities) -> Target:
    """What to look for to see whether a text asks for this."""
    if isinstance(entry, Ban):
        return Target(entry.concepts, entry.words, can.modality)
    return Target((entry.concept,) if entry.concept else (), (entry.text, *entry.words), can.modality)


def refuse_texts(request: Request, composite: Composite, can: Capabilities) -> tuple[Remark, ...]:
    """PolicyError where the texts ask for what a line forbids. Returns remarks for what is only worth saying."""
    floors, bans = floors_for(composite, can), bans_for(composite, can)
    if not floors and not bans:
        return ()
    remarks: list[Remark] = []
    line = (floors or bans)[0][1]
    if len(request.prompt) > LONGEST:
        why = f"{len(request.prompt):,} characters is more than any model reads"
        raise PolicyError(
            f"{line} cannot be kept: the prompt is too long to look through", where="prompt", why=why
        )
    for field in ("prompt", "negative_prompt"):
        text: str = getattr(request, field)
        found = OVERRIDE.search(fold(text[:LONGEST])[0])
        if found:
            raise PolicyError(
                f"{line} cannot be talked away",
                where=field,
                why=f"this reads as an instruction to drop it: {found[0]!r}",
                hint="say what you want to see or hear",
            )
        for ban, at in bans:
            if ban.field in (field, "both"):
                _refuse_mention(
                    field, text[:LONGEST], target_of(ban, can), at, ban.reason, any_=ban.mention == "any"
                )
    for floor, at in floors:
        if floor.when_asked == "refuse":
            _refuse_mention("prompt", request.prompt, target_of(floor, can), at, floor.reason, any_=False)
            continue
        asked = [found for found in mentions(request.prompt, target_of(floor, can)) if not found.negated]
        if asked:
            message = f"the prompt speaks of {asked[0].text[:60]!r} and {floor.text!r} is always avoided"
            remarks.append(Remark("warning", message, at, "prompt", asked[0].span))
    return tuple(remarks)


def _refuse_mention(field: str, text: str, target: Target, line: Line, reason: str, *, any_: bool) -> None:
    for mention in mentions(text, target):
        if any_ or not mention.negated:
            raise PolicyError(
                f"{line} does not allow {' '.join(mention.text.split())[:60]!r}",
                where=field,
                why=reason,
                text=text,
                span=mention.span,
                hint="leave it out; its owner can change the policy",
            )


def refuse_wishes(wishes: tuple[Wish, ...], composite: Composite, can: Capabilities) -> None:
    """PolicyError if a clause of weight 0 or less in the negative prompt asks for a floored or banned thing."""
    rows: list[tuple[Floor | Ban, Line]] = [*floors_for(composite, can), *bans_for(composite, can)]
    for wish in wishes:
        for entry, line in rows:
            for mention in mentions(wish.text, target_of(entry, can)):
                raise PolicyError(
                    f"{line} cannot be weighed away: {mention.text[:60]!r} has a weight of 0 or less",
                    where="negative_prompt",
                    why=entry.reason,
                    hint="a weight above 0, or leave it out",
                )


def refuse_opposites(negative: str, composite: Composite, can: Capabilities) -> None:
    """PolicyError if the negative prompt avoids the very opposite of a floor, which asks for the floored thing."""
    for floor, line in floors_for(composite, can):
        if not floor.opposites:
            continue
        for mention in mentions(negative, Target((), floor.opposites, can.modality)):
            if not mention.negated:
                raise PolicyError(
                    f"{line} would be undone: to avoid {mention.text[:60]!r} is to ask for {floor.text!r}",
                    where="negative_prompt",
                    why=floor.reason,
                    text=negative,
                    span=mention.span,
                )


def refuse_knobs(request: Request, composite: Composite, can: Capabilities) -> None:
    """PolicyError if the request switches the negative prompt off, or nearly, while a required floor holds."""
    required = [line for floor, line in floors_for(composite, can) if floor.required]
    if not required:
        return
    line = required[0]
    if request.method == "none":
        raise PolicyError(
            f"{line} needs a method that hears the negative prompt", where="method", hint="leave it open"
        )
    if request.negative_scale is not None and not request.negative_scale > 0:
        raise PolicyError(
            f"{line} would not act at negative_scale {request.negative_scale:g}",
            where="negative_scale",
            hint="a number above 0, or leave it open",
        )
    if request.window is not None:
        start, stop = request.window
        if not stop - start >= LEAST_WINDOW:
            raise PolicyError(
                f"{line} would act in {max(0.0, stop - start):.0%} of the steps only",
                where="window",
                hint=f"at least {LEAST_WINDOW:.0%}, or leave it open",
            )
