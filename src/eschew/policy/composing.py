"""Several policies as one, or a PolicyError that names both lines where they cannot both be kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TypeVar

from eschew.catalog.capabilities import Capabilities
from eschew.catalog.model_facts import model_ids
from eschew.catalog.taxonomy import by_id
from eschew.catalog.wording import fold
from eschew.errors import PolicyError
from eschew.policy.matching import Target, mentions
from eschew.policy.values import LEVELS, Ask, Ban, Budget, Floor, Line, Policy, covers

__all__ = ["Composite", "Limit", "Yielded", "asks_for", "bans_for", "budget_for", "compose", "floors_for"]

Entry = TypeVar("Entry", Floor, Ban, Ask)


@dataclass(frozen=True)
class Yielded:
    """A line that gave way to one of a higher level, because its policy says it may."""

    line: Line
    to: Line
    because: str


@dataclass(frozen=True)
class Composite:
    """Policies that go together, higher levels first."""

    policies: tuple[Policy, ...] = ()
    yielded: tuple[Yielded, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the policies, in order."""
        return tuple(policy.name for policy in self.policies)


@dataclass(frozen=True)
class Limit:
    """One bound of the budgets in force, and the line that sets it."""

    value: float
    line: Line


@dataclass(frozen=True)
class Limits:
    """The tightest of all budgets in force; None = nobody sets it."""

    num_inference_steps: Limit | None = None
    guidance_least: Limit | None = None
    guidance_most: Limit | None = None
    clauses: Limit | None = None


def compose(policies: Sequence[Policy]) -> Composite:
    """`policies` as one, organisation before domain before team before user. Raises PolicyError for a conflict."""
    ordered = sorted(
        policies, key=lambda policy: LEVELS.index(policy.level)
    )  # stable: as given within a level
    _company(ordered)
    yielded: dict[Line, Yielded] = {}
    for higher, lower in ((ordered[a], ordered[b]) for b in range(len(ordered)) for a in range(b + 1)):
        for mine, theirs, because in _conflicts(higher, lower):
            if mine in yielded or theirs in yielded:
                continue
            may = lower.compose.on_conflict == "yield"
            if may and LEVELS.index(higher.level) < LEVELS.index(lower.level):
                yielded[theirs] = Yielded(theirs, mine, because)
                continue
            raise PolicyError(f"{mine} and {theirs} contradict each other", why=because, hint=_way_out(lower))
    composite = Composite(tuple(ordered), tuple(yielded.values()))
    _room_for_floors(composite)
    return composite


def _way_out(lower: Policy) -> str:
    return f'take one of the two lines out, or set on_conflict = "yield" in {lower.name} below the other\'s level'


def _company(policies: Sequence[Policy]) -> None:
    names = [policy.name for policy in policies]
    for policy in policies:
        if names.count(policy.name) > 1:
            raise PolicyError(f"policy {policy.name} is given twice", hint="give each once")
        for needed in policy.compose.needs:
            if needed not in names:
                raise PolicyError(f"{policy.line('compose')} needs policy {needed}", hint=f"add {needed}")
        for other in policies:
            if other.name in policy.compose.excludes:
                raise PolicyError(
                    f"{policy.line('compose')} cannot go with {other.line('compose')}",
                    why=f"it excludes {other.name}",
                )


def _conflicts(one: Policy, other: Policy) -> Iterator[tuple[Line, Line, str]]:
    """Pairs of lines that cannot both be kept: of `one` first, of `other` second."""
    for a, b, turned in ((one, other, False), (other, one, True)):
        if turned and one is other:
            break
        for asked, ask in enumerate(a.ask):
            for number, floor in enumerate(b.floor):
                if _meet(a, ask, b, floor) and _same(ask, floor):
                    because = f"one asks for {ask.text!r}, the other always avoids {floor.text!r}"
                    yield _turned(a.line("ask", asked), b.line("floor", number), because, turned)
            for number, ban in enumerate(b.ban):
                if _meet(a, ask, b, ban) and ban.field != "negative_prompt" and _speaks(ask.text, ban):
                    because = f"one asks for {ask.text!r}, which the other bans: {ban.reason}"
                    yield _turned(a.line("ask", asked), b.line("ban", number), because, turned)
            for number, second in enumerate(b.ask if not turned and one is not other else ()):
                if _meet(a, ask, b, second) and second.concept in _opposed(ask.concept):
                    because = f"{ask.text!r} and {second.text!r} cannot be there together"
                    yield _turned(a.line("ask", asked), b.line("ask", number), because, turned)
        for number, floor in enumerate(a.floor):
            for banned, ban in enumerate(b.ban):
                if _meet(a, floor, b, ban) and ban.field != "prompt" and _speaks(floor.text, ban):
                    because = f"one writes {floor.text!r} into the negative prompt, where the other bans it"
                    yield _turned(a.line("floor", number), b.line("ban", banned), because, turned)
    if (
        one is not other
        and one.budget
        and other.budget
        and one.budget.guidance_scale
        and other.budget.guidance_scale
    ):
        (low, high), (least, most) = one.budget.guidance_scale, other.budget.guidance_scale
        if low > most or least > high:
            because = f"no guidance_scale lies in both {low:g}–{high:g} and {least:g}–{most:g}"
            yield one.line("budget"), other.line("budget"), because


def _turned(mine: Line, theirs: Line, because: str, turned: bool) -> tuple[Line, Line, str]:
    return (theirs, mine, because) if turned else (mine, theirs, because)


def _same(ask: Ask, floor: Floor) -> bool:
    return (bool(ask.concept) and ask.concept == floor.concept) or _speaks(
        ask.text,
        Ban(reason="", concepts=(floor.concept,) if floor.concept else (), words=(floor.text, *floor.words)),
    )


def _speaks(text: str, ban: Ban) -> bool:
    found = mentions(text, Target(ban.concepts, ban.words))
    return any(not mention.negated or ban.mention == "any" for mention in found)


def _opposed(concept: str) -> tuple[str, ...]:
    return by_id()[concept].opposes if concept in by_id() else ()


def _meet(a: Policy, mine: Floor | Ban | Ask, b: Policy, theirs: Floor | Ban | Ask) -> bool:
    """Whether some model is under both lines."""
    sets = [set(scope) for scope in (a.modalities, mine.modalities, b.modalities, theirs.modalities) if scope]
    if sets and not set.intersection(*sets):
        return False
    patterns = [scope for scope in (a.models, mine.models, b.models, theirs.models) if scope]
    return not patterns or any(
        all(any(fnmatchcase(model, pattern) for pattern in scope) for scope in patterns)
        for model in model_ids()
    )


def _room_for_floors(composite: Composite) -> None:
    """A budget of clauses that the floors alone overrun is a conflict of the two."""
    for policy in composite.policies:
        budget = policy.budget
        if budget is None or budget.clauses is None:
            continue
        for modality in ("image", "music"):
            written = [
                (owner.line("floor", number), fold(floor.text))
                for owner in composite.policies
                for number, floor in enumerate(owner.floor)
                if covers(owner.modalities, owner.models, modality, "*")
                and covers(floor.modalities, floor.models, modality, "*")
                and not _has_yielded(composite, owner.line("floor", number))
            ]
            distinct = list({text: line for line, text in reversed(written)}.items())
            if covers(policy.modalities, (), modality, "*") and len(distinct) > budget.clauses:
                too_many = distinct[::-1][budget.clauses][1]
                raise PolicyError(
                    f"{policy.line('budget')} and {too_many} contradict each other",
                    why=f"the budget allows {budget.clauses} clauses and the floors are {len(distinct)}",
                )


def _has_yielded(composite: Composite, line: Line) -> bool:
    return any(entry.line == line for entry in composite.yielded)


def _in_force(
    composite: Composite, can: Capabilities, table: str, entries: Sequence[tuple[Policy, Sequence[Entry]]]
) -> tuple[tuple[Entry, Line], ...]:
    return tuple(
        (entry, policy.line(table, number))
        for policy, rows in entries
        if covers(policy.modalities, policy.models, can.modality, can.model)
        for number, entry in enumerate(rows)
        if covers(entry.modalities, entry.models, can.modality, can.model)
        and not _has_yielded(composite, policy.line(table, number))
    )


def floors_for(composite: Composite, can: Capabilities) -> tuple[tuple[Floor, Line], ...]:
    """The floors that hold for this model, each wording once, higher levels first."""
    found: dict[str, tuple[Floor, Line]] = {}
    for floor, line in _in_force(composite, can, "floor", [(p, p.floor) for p in composite.policies]):
        key = fold(floor.text)
        if key not in found or (floor.required and not found[key][0].required):
            found[key] = (floor, line)
    return tuple(found.values())


def bans_for(composite: Composite, can: Capabilities) -> tuple[tuple[Ban, Line], ...]:
    """The bans that hold for this model."""
    return _in_force(composite, can, "ban", [(p, p.ban) for p in composite.policies])


def asks_for(composite: Composite, can: Capabilities) -> tuple[tuple[Ask, Line], ...]:
    """What is always asked of this model."""
    return _in_force(composite, can, "ask", [(p, p.ask) for p in composite.policies])


def budget_for(composite: Composite, can: Capabilities) -> Limits:
    """The tightest bounds of all budgets that hold for this model."""
    rows = [
        (policy.budget, policy.line("budget"))
        for policy in composite.policies
        if policy.budget is not None
        and covers(policy.modalities, policy.models, can.modality, can.model)
        and not _has_yielded(composite, policy.line("budget"))
    ]

    def tightest(values: list[tuple[float | None, Line]], most: bool) -> Limit | None:
        stated = [Limit(value, line) for value, line in values if value is not None]
        pick = min if most else max
        return pick(stated, key=lambda limit: limit.value) if stated else None

    return Limits(
        tightest([(budget.num_inference_steps, line) for budget, line in rows], most=True),
        tightest([(_end(budget, 0), line) for budget, line in rows], most=False),
        tightest([(_end(budget, 1), line) for budget, line in rows], most=True),
        tightest([(budget.clauses, line) for budget, line in rows], most=True),
    )


def _end(budget: Budget, index: int) -> float | None:
    return budget.guidance_scale[index] if budget.guidance_scale else None
