"""Words that negate: at the head of a clause, at its tail, and as a suffix."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import final

__all__ = ["LEADING", "Negated", "leading_negation", "negated", "negating_word"]

VERBS = "want|like|need|include|use|add|show|have|let there be"
LEADING = re.compile(
    r"(?:(?:please|and|or|but|also|absolutely|definitely|i|we|you|make sure there (?:is|are)|there (?:is|are|should be|must be))\s+)*"
    rf"(?:(?:do|does|should|must|can)(?:n['’]?t|\s+not)\s+(?:{VERBS})|without|avoid(?:ing)?|exclud(?:e|es|ing)|"
    r"remov(?:e|es|ing)|get rid of|stay away from|never|none of|no more|no|not|zero|minus)"
    r"(?:\s+(?:any|the|a|an|some|kind of|sort of|type of|more))*\s+(?=\S)",
    re.IGNORECASE,
)
"""What people put in front of the thing they do not want."""

KEPT = re.compile(
    r"no[ -]wave|no[ -]input|not safe for work|no man['’]?s land|no one['’]?s|zero gravity|minus one|never[ -]?ending",
    re.IGNORECASE,
)
"""Names and idioms that begin like a negation."""

INNER = re.compile(
    r"\b(?:without|with no|and no|but no|no|not|never|free of|free from|lacking|minus|avoid(?:ing)?|excluding)\b\s+",
    re.IGNORECASE,
)
SUFFIX = re.compile(
    r"\b[^\W\d_]{3,}(?:-|\s)(?:free|less)\b(?!\s+(?:jazz|form|time|style|verse|fall))", re.IGNORECASE
)
TURN = re.compile(r"\b(?:but|only|just|instead|with|yet)\b", re.IGNORECASE)
"""Where the reach of a negation ends before its clause does."""


@final
@dataclass(frozen=True, slots=True)
class Negated:
    """A negated stretch of a clause: where the negation begins, and the thing it negates, [start, end)."""

    start: int
    thing: int
    end: int


def leading_negation(text: str) -> int:
    """How many characters at the head of a clause negate the rest; 0 when it opens with the thing itself."""
    if KEPT.match(text):
        return 0
    found = LEADING.match(text)
    return found.end() if found else 0


def negated(text: str) -> tuple[Negated, ...]:
    """The stretches of a clause that say what is not there."""
    out: list[Negated] = []
    at = 0
    while found := INNER.search(text, at):
        if KEPT.match(text, found.start()):
            at = found.end()
            continue
        turn = TURN.search(text, found.end())
        end = turn.start() if turn else len(text)
        out.append(Negated(found.start(), found.end(), len(text[:end].rstrip())))
        at = max(end, found.end())
    out += [
        Negated(found.start(), found.start(), found.end())
        for found in SUFFIX.finditer(text)
        if not any(other.start <= found.start() < other.end for other in out)
    ]
    return tuple(sorted(out, key=lambda one: one.start))


def negating_word(text: str) -> str:
    """The first negation of a clause as it is written, empty when there is none."""
    found = negated(text)
    return (
        text[found[0].start : found[0].thing].strip() or text[found[0].start : found[0].end] if found else ""
    )
