"""One style of a template → a curated set, with an account of every character that is not in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from eschew.policy.values import CuratedSet, Policy
from eschew.prompt import ALWAYS, clauses, parse
from eschew.prompt.weights import spell

__all__ = ["Imported", "LeftOut", "Row", "set_of"]

LOADED = re.compile(r"<[a-z]+:[^<>]*>|\bembedding:\S+", re.IGNORECASE)
"""Names of files that only one machine has: LoRAs, hypernetworks, embeddings."""


@dataclass(frozen=True)
class Row:
    """One style as the file has it. `line` counts from 1 and is 0 where the format has no lines."""

    line: int
    name: str
    prompt: str
    negative: str


@dataclass(frozen=True)
class LeftOut:
    """Something that was not imported: where, what, and why."""

    line: int
    what: str
    why: str

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.what}: {self.why}"


@dataclass(frozen=True)
class Imported:
    """A template as a policy, and all that did not come along."""

    policy: Policy
    left_out: tuple[LeftOut, ...] = ()


def set_of(row: Row) -> tuple[CuratedSet | None, list[LeftOut]]:
    """The set that a row makes; None if there is nothing in it."""
    lost: list[LeftOut] = []
    if not row.name.strip():
        return None, [LeftOut(row.line, row.prompt or row.negative or "an empty row", "it has no name")]
    if not row.negative.strip() and not row.prompt.strip():
        return None, [LeftOut(row.line, row.name, "it is a heading: both prompts are empty")]
    negative = row.negative
    for found in LOADED.finditer(row.negative):
        lost.append(LeftOut(row.line, found[0], "it names a file that other machines do not have"))
        negative = negative.replace(found[0], "")
    avoid: list[str] = []
    for clause in clauses(parse(negative, "a1111")):
        if clause.weight != 1:
            why = "a set has no weights; the words are kept"
            lost.append(LeftOut(row.line, f"the weight {spell(clause.weight)} of {clause.text!r}", why))
        if clause.when != ALWAYS or clause.part.join:
            lost.append(
                LeftOut(row.line, f"the schedule or part of {clause.text!r}", "a set holds in every step")
            )
        if clause.weight <= 0:
            lost.append(LeftOut(row.line, clause.text, "a weight of 0 or less asks for it"))
        elif clause.text in avoid:
            lost.append(LeftOut(row.line, clause.text, "it stands there twice"))
        else:
            avoid.append(clause.text)
    return CuratedSet(name=row.name.strip(), avoid=tuple(avoid), prompt=row.prompt.strip()), lost
