"""The user's negative prompt, made so that it cannot act on what stands before it.

A text is tame when every prompt syntax reads it as one flat list at weights between LEAST and MOST. Only a text
that is not tame is rewritten: its clauses are kept, its structure goes, and each step says what it did.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from eschew.prompt import ALWAYS, DIALECTS, Clause, clauses, detect, hidden_characters, parse

__all__ = ["LEAST", "MOST", "Tamed", "Wish", "is_tame", "tame"]

LEAST, MOST = 0.05, 2.0
"""Weights a user may give. Some pipelines rescale a whole prompt by its mean weight, so one huge weight starves
its neighbours, and a weight of nought or less asks for the thing."""
STRUCTURE = ("switch", "turns", "next", "end", "break", "part")
SIGNS = re.compile(r"[()\[\]{}|\\\"<>]")
NUMBER = re.compile(r":\s*[-+]?[\d.]+(?=\s|$)|:")
SPEAKS = re.compile(
    r"[()\[\]{}|\\\"<>:+]|-(?![A-Za-z0-9])|\b(?:AND|BREAK)\b|\.(?:blend|and|add|attend|swap)\b"
)
"""What a text needs to have for any syntax to read more than words in it."""
EDGES = " \t+-.:=*_~^#"
KEYWORD = re.compile(r"\b(?:AND|BREAK)\b")
"""Words that are commands in A1111, as long as they are in capitals."""


@dataclass(frozen=True)
class Wish:
    """Something a negative prompt asks *for*, through a weight of nought or less."""

    text: str
    span: tuple[int, int]


@dataclass(frozen=True)
class Tamed:
    """The text, what was done to it, and what it asked for."""

    text: str
    did: tuple[str, ...] = ()
    wishes: tuple[Wish, ...] = ()


def is_tame(text: str) -> bool:
    """Whether every syntax reads `text` as one flat list at moderate weights."""
    if text.isascii() and text.isprintable() and not SPEAKS.search(text):
        return True
    if text.count("(") != text.count(")") or text.count("[") != text.count("]"):
        return False
    if hidden_characters(text) or unicodedata.normalize("NFKC", text) != text:
        return False
    for name in DIALECTS:
        for node in parse(text, name).nodes:
            if node.role in STRUCTURE or (node.text.strip(" ,") and not LEAST <= node.weight <= MOST):
                return False
    return True


def tame(text: str) -> Tamed:
    """`text`, or as much of it as can stand beside a floor."""
    if is_tame(text):
        return Tamed(text.strip())
    did: list[str] = []
    hidden = {found.span[0] for found in hidden_characters(text)}
    clean = "".join(char for place, char in enumerate(text) if place not in hidden)
    if hidden:
        did.append(f"{len(hidden)} hidden characters taken out")
    plain = unicodedata.normalize("NFKC", clean)
    if plain != clean:
        did.append("letters in compatibility forms written plainly")
    if is_tame(plain):
        return Tamed(plain.strip(), tuple(did))
    out, steps, wishes = _flat(plain)
    if not is_tame(out):
        pieces = (_words(part) for part in re.split(r"[,;\n]", SIGNS.sub(" ", out)))
        out = ", ".join(piece for piece in pieces if piece)
        steps.add("weights taken out: the syntaxes disagree about them")
    return Tamed(out, (*did, *sorted(steps)), wishes)


def _flat(text: str) -> tuple[str, set[str], tuple[Wish, ...]]:
    """The clauses of `text` as a flat list, what that took, and the clauses that are wishes."""
    steps = {"brackets and commands that reach beyond a clause taken out"}
    wishes: list[Wish] = []
    kept: list[str] = []
    for clause in clauses(parse(text, detect(text))):
        weight, words = _weight(clause), _words(clause.text)
        if weight <= 0:
            wishes.append(Wish(clause.text, clause.span))
            steps.add("clauses of weight 0 or less taken out: they ask for what a negative prompt avoids")
            continue
        if clause.when != ALWAYS or clause.chunk or clause.part.join:
            steps.add("schedules, chunks and sub-prompts made one flat list")
        if words:
            bounded = min(MOST, max(LEAST, weight))
            if bounded != weight:
                steps.add(f"weights brought between {LEAST:g} and {MOST:g}")
            kept.append(words if bounded == 1 else f"({words}:{bounded:g})")
    return ", ".join(kept), steps, tuple(wishes)


def _weight(clause: Clause) -> float:
    """What the clause weighs; nought or less if a phrase of it or its sub-prompt does."""
    lightest = min((phrase.weight for phrase in clause.phrases if phrase.text.strip()), default=clause.weight)
    return min(lightest, clause.part.weight) if min(lightest, clause.part.weight) <= 0 else clause.weight


def _words(text: str) -> str:
    """A clause without the signs that mean something in some syntax."""
    flat = KEYWORD.sub(lambda word: word[0].lower(), NUMBER.sub(" ", SIGNS.sub(" ", text)))
    return " ".join(re.sub(r"[+-]+(?=\s|$)", " ", flat).split()).strip(EDGES)
