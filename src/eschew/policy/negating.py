"""Whether a mention is one that asks for absence: "no logo", "free of text", "without people, cars or signs"."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from eschew.policy.folding import Token

__all__ = ["Bounds", "clause_bounds", "is_negated"]

BORDER = re.compile(r"[,;.\n\r!?，、；。:|()\[\]{}]")
NEGATORS = frozenset(
    [
        "no",
        "not",
        "without",
        "never",
        "avoid",
        "avoiding",
        "exclude",
        "excluding",
        "minus",
        "zero",
        "none",
        "nor",
        "sans",
        "dont",
        "isnt",
        "arent",
        "removing",
        "remove",
        "free",
        "lacking",
        "non",
        "kein",
        "keine",
        "ohne",
        "sin",
        "senza",
    ]
)
DOUBLES = frozenset(
    [
        "without",
        "not",
        "no",
        "never",
        "lack",
        "lacking",
        "shortage",
        "limit",
        "less",
        "avoid",
        "only",
        "just",
        "but",
        "except",
        "unless",
        "end",
    ]
)
"""After a negator these turn it round ("no shortage of", "not without", "not only")."""
BREAKERS = frozenset(
    [
        "but",
        "with",
        "instead",
        "yet",
        "however",
        "featuring",
        "showing",
        "plus",
        "add",
        "adding",
        "include",
        "including",
        "then",
        "only",
    ]
)
REACH = 5
"""Words over which a negation carries."""
LISTED = 4
"""Most words of an item in a list that one negation opens."""


@dataclass(frozen=True)
class Bounds:
    """Which clause each word is in."""

    clause_of: tuple[int, ...]
    firsts: tuple[int, ...]
    """The first word of each clause, and the number of words at the end."""

    def is_whole(self, first: int, last: int) -> bool:
        """Whether words `first` to `last` are all of a clause."""
        clause = self.clause_of[first]
        return self.firsts[clause] == first and self.firsts[clause + 1] == last + 1


def clause_bounds(text: str, words: tuple[Token, ...]) -> Bounds:
    """The clauses of a text that has these words."""
    borders = [found.start() for found in BORDER.finditer(text)]
    sections = [bisect_right(borders, token.span[0]) for token in words]
    firsts = [i for i, section in enumerate(sections) if i == 0 or section != sections[i - 1]]
    clause_of: list[int] = []
    for number, (start, end) in enumerate(pairwise([*firsts, len(words)])):
        clause_of += [number] * (end - start)
    return Bounds(tuple(clause_of), (*firsts, len(words)))


def is_negated(words: tuple[Token, ...], bounds: Bounds, first: int, last: int) -> bool:
    """Whether the mention at words `first` to `last` is negated, by its own clause or as an item of a list."""
    if (
        last + 1 < len(words)
        and words[last + 1].text == "free"
        and words[last + 1].span[0] - words[last].span[1] == 1
    ):
        return True
    clause = bounds.clause_of[first]
    start = bounds.firsts[clause]
    verdict = _within(words, start, first, REACH)
    if verdict is not None:
        return verdict
    return _listed(words, bounds, clause)


def _within(words: tuple[Token, ...], start: int, stop: int, reach: int) -> bool | None:
    """Negated, asked for, or None where nothing before it in the clause says so."""
    negators = [i for i in range(max(start, stop - reach), stop) if words[i].text in NEGATORS]
    if not negators:
        return None
    at = negators[-1]
    between = {words[i].text for i in range(at + 1, stop)}
    before = {words[at - 1].text} if at > start else set()
    if between & (BREAKERS | DOUBLES) or before & {"not", "never", "no", "without"}:
        return False
    return words[at].text != "free" or "of" in between or "from" in between


def _listed(words: tuple[Token, ...], bounds: Bounds, clause: int) -> bool:
    """Lists such as "no people, cars, or signs": short items between a negated one and one that opens with "or"."""
    later = clause
    while later + 1 < len(bounds.firsts) and words[bounds.firsts[later]].text not in ("or", "nor"):
        if bounds.firsts[later + 1] - bounds.firsts[later] > LISTED or later + 2 >= len(bounds.firsts):
            return _closing(words, bounds, later) and _opened(words, bounds, clause)
        later += 1
    return later + 1 < len(bounds.firsts) and _opened(words, bounds, clause)


def _closing(words: tuple[Token, ...], bounds: Bounds, clause: int) -> bool:
    """Whether a clause is the end of such a list without a comma before its "or": "cars or signs"."""
    inside = words[bounds.firsts[clause] : bounds.firsts[clause + 1]]
    return len(inside) <= LISTED + 1 and any(token.text in ("or", "nor") for token in inside[1:])


def _opened(words: tuple[Token, ...], bounds: Bounds, clause: int) -> bool:
    for earlier in range(clause - 1, -1, -1):
        start, end = bounds.firsts[earlier], bounds.firsts[earlier + 1]
        verdict = _within(words, start, end, end - start)
        if verdict is not None:
            return verdict
        if end - start > LISTED:
            return False
    return False
