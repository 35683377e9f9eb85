"""`eschew policy check FILE`: everything that is wrong with a policy file, and what its author may want to know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from eschew.catalog.model_facts import model_ids
from eschew.catalog.placing import place_clause
from eschew.catalog.taxonomy import by_id
from eschew.catalog.wording import fold
from eschew.errors import PolicyError, UsageError
from eschew.policy.composing import compose
from eschew.policy.reading import load
from eschew.policy.values import Line, Policy, Remark, covers

__all__ = ["check_file", "check_policy"]

MANY = 8
"""Floor clauses of one modality beyond which each has little hold; field guides say 3 to 5 for a whole negative."""
PLACEHOLDER = "replace me"


def check_file(path: str | Path) -> tuple[Remark, ...]:
    """Remarks on a policy file, worst first. A file that is no policy is one error; nothing is raised for it."""
    try:
        policy = load(path)
    except UsageError as error:
        line = Line(Path(path).stem, str(path), _number(error.where), "file")
        return (Remark("error", f"{error.what}: {error.why}" if error.why else error.what, line),)
    order = ("error", "warning", "note")
    return tuple(sorted(check_policy(policy), key=lambda remark: order.index(remark.severity)))


def _number(where: str) -> int:
    digits = where.rpartition(", line ")[2]
    return int(digits) if digits.isdecimal() else 0


def check_policy(policy: Policy) -> Iterator[Remark]:
    """Remarks on a policy."""
    try:
        compose([policy] if not policy.compose.needs else [policy, *_stand_ins(policy)])
    except PolicyError as error:
        yield Remark("error", f"{error.what}: {error.why}", policy.line("floor"))
    yield from _floors(policy)
    for number, ban in enumerate(policy.ban):
        if any(PLACEHOLDER in word.lower() for word in ban.words):
            yield Remark("warning", "the words are still to be filled in", policy.line("ban", number))
    for table in ("floor", "ban", "ask"):
        for number, entry in enumerate(getattr(policy, table)):
            for pattern in (*policy.models, *entry.models):
                if not any(covers((), (pattern,), "", model) for model in model_ids()):
                    message = f"no model is called {pattern!r}"
                    yield Remark("warning", message, policy.line(table, number))
    if not policy.floor and not policy.ban and not policy.ask and policy.budget is None:
        yield Remark("warning", "this policy asks for nothing", policy.line("floor"))


def _stand_ins(policy: Policy) -> Iterator[Policy]:
    for name in policy.compose.needs:
        yield Policy(name=name, title=name, version="0", owner="-")


def _floors(policy: Policy) -> Iterator[Remark]:
    seen: dict[str, int] = {}
    for number, floor in enumerate(policy.floor):
        line = policy.line("floor", number)
        if fold(floor.text) in seen:
            yield Remark("warning", f"{floor.text!r} stands in line {seen[fold(floor.text)]} already", line)
        seen.setdefault(fold(floor.text), line.number)
        scopes = floor.modalities or policy.modalities
        placed = place_clause(floor.text, scopes[0] if len(scopes) == 1 else None)
        concept = floor.concept or (placed.concept if placed.how in ("exact", "wording") else None)
        if concept is None:
            message = (
                f"the taxonomy does not know {floor.text!r}: other wordings of it will not be recognised"
            )
            yield Remark("note", message, line)
        elif not floor.concept:
            message = f"concept = {concept!r} would let prompts that ask for it in other words be recognised"
            yield Remark("note", message, line)
        elif by_id()[concept].reliability == "unreliable":
            message = f"a negative seldom works for {concept!r}; ask for something instead: {by_id()[concept].instead!r}"
            yield Remark("warning", message, line)
    for modality in ("image", "music"):
        count = sum(covers(floor.modalities, (), modality, "") for floor in policy.floor)
        if covers(policy.modalities, (), modality, "") and count > MANY:
            message = f"{count} floors for {modality}: the more there are, the less each one weighs"
            yield Remark("note", message, policy.line("floor", MANY))
