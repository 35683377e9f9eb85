"""Policies applied to a request: what it becomes, step by step, or the PolicyError that says which line refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from eschew.catalog.capabilities import Capabilities
from eschew.catalog.wording import fold, without_negation
from eschew.errors import PolicyError
from eschew.policy.budgeting import check_budget, within_budget
from eschew.policy.composing import Composite, asks_for, floors_for
from eschew.policy.limits import LONGEST, within_reach
from eschew.policy.matching import Target, mentions
from eschew.policy.refusing import refuse_knobs, refuse_opposites, refuse_texts, refuse_wishes
from eschew.policy.taming import is_tame, tame
from eschew.policy.values import Floor, Line, Remark
from eschew.policy.verifying import missing_floors
from eschew.prompt import clauses, parse
from eschew.request import Request

__all__ = ["Addition", "Applied", "FloorClause", "apply"]


@dataclass(frozen=True)
class Addition:
    """One step: `field` of the request went from `before` to `after`. `by` is "policy:<name>"."""

    field: str
    before: Any
    after: Any
    by: str
    because: str


@dataclass(frozen=True)
class FloorClause:
    """A floor that holds for this request. `required`: refuse rather than run without it."""

    text: str
    required: bool
    reason: str
    line: Line


@dataclass(frozen=True)
class Applied:
    """The request as the policies leave it, and how it came to that."""

    request: Request
    additions: tuple[Addition, ...] = ()
    remarks: tuple[Remark, ...] = ()
    floor: tuple[FloorClause, ...] = ()
    must_fold: bool = False
    """The model hears no negative prompt, so whoever plans must say the required floors in the prompt, or refuse."""


@dataclass(frozen=True)
class _Draft:
    request: Request
    additions: tuple[Addition, ...] = ()

    def set(self, field: str, value: Any, line: Line, because: str) -> _Draft:
        before = getattr(self.request, field)
        if before == value:
            return self
        step = Addition(field, before, value, f"policy:{line.policy}", because)
        return _Draft(replace(self.request, **{field: value}), (*self.additions, step))


def apply(request: Request, composite: Composite, can: Capabilities) -> Applied:
    """`request` with every floor of `composite` in it. Raises PolicyError, naming the line that refuses and why."""
    floors = floors_for(composite, can)
    remarks = refuse_texts(request, composite, can)
    refuse_knobs(request, composite, can)
    check_budget(
        composite,
        can,
        num_inference_steps=request.num_inference_steps,
        guidance_scale=request.guidance_scale,
    )
    draft = _with_floors(
        _with_budget(_with_asks(_Draft(request), composite, can), composite, can), composite, can
    )
    check_budget(composite, can, negative_prompt=draft.request.negative_prompt)
    must_fold = bool(floors) and not any(method != "rewrite" for method in can.methods)
    if must_fold:
        message = f"{can.title} hears no negative prompt: the floors have to be said in the prompt, or the request refused"
        remarks = (*remarks, Remark("warning", message, floors[0][1], "negative_prompt"))
    elif missing := missing_floors(draft.request.negative_prompt, composite, can):
        first = missing[0]
        raise PolicyError(
            f"{first.line} cannot be kept: {first.floor.text!r} would not reach {can.title}",
            where="negative_prompt",
            why=first.because,
        )
    held = tuple(FloorClause(floor.text, floor.required, floor.reason, line) for floor, line in floors)
    return Applied(draft.request, draft.additions, remarks, held, must_fold)


def _with_asks(draft: _Draft, composite: Composite, can: Capabilities) -> _Draft:
    for ask, line in reversed(asks_for(composite, can)):
        target = Target((), (ask.text,), can.modality)
        if not any(not mention.negated for mention in mentions(draft.request.prompt, target)):
            # In front: nothing that follows can weigh it down, and no limit cuts it off.
            draft = draft.set("prompt", f"{ask.text}, {draft.request.prompt}", line, ask.reason)
    return draft


def _with_budget(draft: _Draft, composite: Composite, can: Capabilities) -> _Draft:
    for field, value, limit in within_budget(composite, can):
        if getattr(draft.request, field) is None:
            draft = draft.set(field, value, limit.line, f"the default of {can.title} is over budget")
    return draft


def _with_floors(draft: _Draft, composite: Composite, can: Capabilities) -> _Draft:
    floors = floors_for(composite, can)
    asked = draft.request.negative_prompt
    tamed = tame(asked[:LONGEST])
    refuse_wishes(tamed.wishes, composite, can)
    if not floors:
        return draft
    first = floors[0][1]
    did = [*tamed.did, f"cut at {LONGEST:,} characters"] if len(asked) > LONGEST else tamed.did
    because = "; ".join(did) or "space at the ends means nothing"
    draft = draft.set("negative_prompt", tamed.text, first, because)
    draft = _trimmed(draft, first, 0, can)
    own, dropped = _without_floors(draft.request.negative_prompt, floors)
    refuse_opposites(own, composite, can)
    if dropped:
        because = f"the floor says it already: {', '.join(dropped)[:200]}"
        draft = draft.set("negative_prompt", own, first, because)
    written: list[str] = []
    for name in dict.fromkeys(line.policy for _, line in floors):
        mine = [(floor, line) for floor, line in floors if line.policy == name]
        written += [floor.text for floor, _ in mine]
        because = "; ".join(f"{floor.text}: {floor.reason}" for floor, _ in mine)
        draft = draft.set("negative_prompt", _joined(written, own), mine[0][1], because)
    return _trimmed(draft, first, len(", ".join(written)), can)


def _joined(floors: list[str], own: str) -> str:
    return ", ".join([*floors, own] if own else floors)


def _without_floors(text: str, floors: tuple[tuple[Floor, Line], ...]) -> tuple[str, tuple[str, ...]]:
    """`text` without clauses that say a floor again at no more than its weight, or deny one; and those clauses."""
    known = {fold(floor.text) for floor, _ in floors}
    prompt = parse(text, "a1111" if "(" in text else "plain")
    kept: list[str] = []
    dropped: list[str] = []
    start = 0
    for clause in clauses(prompt):
        said = fold(clause.text)
        if (said in known and clause.weight <= 1) or (said not in known and without_negation(said) in known):
            kept.append(text[start : _left(text, clause.span[0])])
            start = _right(text, clause.span[1])
            dropped.append(clause.text)
    kept.append(text[start:])
    out = "".join(kept).strip(" ,;\n")
    # A floor inside a bracket with others cannot be lifted out alone; then it is simply said twice.
    return (out, tuple(dropped)) if dropped and is_tame(out) else (text, ())


def _left(text: str, place: int) -> int:
    """From a clause to the left over its own bracket."""
    while place and text[place - 1] in "( ":
        place -= 1
    return place


def _right(text: str, place: int) -> int:
    """From a clause to the right over its own number and bracket, and one separator."""
    while place < len(text) and text[place] not in ",;\n":
        place += 1
    return place + 1 if place < len(text) else place


def _trimmed(draft: _Draft, line: Line, floor_end: int, can: Capabilities) -> _Draft:
    """Without the user's clauses that lie beyond what the model reads, for certain; the floors stand first."""
    text = draft.request.negative_prompt
    reach = len(within_reach(text, can))
    if reach >= len(text):
        return draft
    cut = text.rfind(",", 0, reach + 1)
    kept = tame(text[: max(cut, floor_end)].rstrip(" ,")).text
    because = f"{can.title} reads no further; what came after the floors and does not fit was left out"
    return draft.set("negative_prompt", kept, line, because)
