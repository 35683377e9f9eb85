"""Does a text ask for a thing? By its name, another wording, a look-alike spelling, a translation, or by meaning.

Two kinds of error, kept apart. What is missed gets past a policy, so every reading of the text counts (each
syntax drops other signs). What is found wrongly refuses an honest request, so a one-word wording that has other
uses too ("soft", "words") counts only where it is a whole clause, and a guess by meaning must be a good one.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

from eschew.catalog.lexicon import lexicon
from eschew.catalog.placing import place_clause, tokens_and_head
from eschew.catalog.taxonomy import Modality, by_id
from eschew.catalog.wording import fold as fold_wording
from eschew.catalog.wording import stem
from eschew.policy.folding import Token, forms, raw_fold, tokens
from eschew.policy.negating import Bounds, clause_bounds, is_negated
from eschew.prompt import DIALECTS, parse

__all__ = ["Mention", "Target", "mentions", "readings"]

TRANSLATIONS = Path(__file__).with_name("translations.toml")
MEANT = 0.5
"""Least confidence at which a clause that only resembles a concept's wordings is taken to mean it."""
LONG_WORD = 8
"""Letters from which on a word is recognised with one slip, or inside a longer one."""
JOINABLE = 5
"""Letters from which on a word is recognised when it is written in pieces."""
MOST_PLACED = 200
"""Clauses of one text that are placed by meaning; spelling is looked at in all of them."""
PIECES = 5
SEGMENT = re.compile(
    r"[,;.\n\r，、；。|]+|\b(?:with|and|featuring|showing|including|in|on|over|across|as|like|plus)\b"
)

OPENING_WORDS = (
    "a an the his her their its my our your this that these those some any two three four five six many several with "
    "and or in on over across as like plus at by near beside under of from to for featuring showing including"
)
OPENING = frozenset(OPENING_WORDS.split())
CLOSING = OPENING - {"a", "an", "the", "of"}
"""What may stand before and after a noun phrase. Not "of" after it: a blade of grass is no blade."""

MARKUP = re.compile(r"[()\[\]{}\\\"<>:|+]|--")
SPOKEN = ("text", "escape", "markup")

How = Literal["name", "spelling", "translation", "meaning"]


@dataclass(frozen=True)
class Target:
    """What to look for."""

    concepts: tuple[str, ...]
    words: tuple[str, ...]
    modality: Modality | None = None


@dataclass(frozen=True)
class Mention:
    """Where a text speaks of a target; `span` is in the text as typed. `negated`: it asks for it not to be there."""

    span: tuple[int, int]
    text: str
    how: How
    negated: bool


@dataclass(frozen=True)
class Patterns:
    """A target, ready to be compared: sequences of stems by their first, and the same run together."""

    by_first: dict[str, tuple[tuple[str, ...], ...]]
    whole_only: frozenset[tuple[str, ...]]
    """Count only where they are a whole clause."""
    things: frozenset[tuple[str, ...]]
    """Of these, names of things: they count also where they are a whole noun phrase, as in "a man with a handgun"."""
    single: frozenset[str]
    """Words of one stem."""
    foreign: tuple[str, ...]
    """Wordings in other alphabets."""


@cache
def translations() -> dict[str, tuple[str, ...]]:
    """Concept → what it is called in other languages."""
    return {key: tuple(words) for key, words in tomllib.loads(TRANSLATIONS.read_text("utf-8")).items()}


@lru_cache(maxsize=256)
def patterns_of(target: Target) -> Patterns:
    """Compile a target."""
    free: set[tuple[str, ...]] = set()
    whole: set[tuple[str, ...]] = set()
    things: set[tuple[str, ...]] = set()
    foreign: list[str] = []
    wordings = list(target.words)
    for name in target.concepts:
        concept = by_id()[name]
        wordings += [concept.wording, *translations().get(name, ())]
        own = _stems(concept.wording)
        for other in concept.also:
            stems = _stems(other)
            # A single word that is no form of the name ("soft" for blurry) has other uses.
            (free if len(stems) > 1 or set(stems) & set(own) else whole).add(stems)
            if concept.klass == "object":
                things.add(stems)
    for wording in wordings:
        if raw_fold(wording).isascii() or _is_latin(wording):
            free.add(_stems(wording))
        else:
            foreign.append(raw_fold(wording))
    free.discard(())
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for stems in sorted(free | whole):
        if stems:
            by_first.setdefault(stems[0], []).append(stems)
    single = frozenset(stems[0] for stems in free if len(stems) == 1)
    joined = frozenset("".join(stems) for stems in free if 1 < len(stems) <= 2)
    return Patterns(
        {first: tuple(rows) for first, rows in by_first.items()},
        frozenset(whole - free),
        frozenset(things),
        single | frozenset(word for word in joined if len(word) >= LONG_WORD),
        tuple(foreign),
    )


def _is_latin(text: str) -> bool:
    return all(ord(char) < 0x250 for char in text if char.isalpha())


def _stems(wording: str) -> tuple[str, ...]:
    return tuple(stem(token.text) for token in tokens(wording))


@lru_cache(maxsize=16)
def readings(text: str) -> tuple[str, ...]:
    """The text as typed, and what each prompt syntax makes of it, where that differs."""
    if not MARKUP.search(text):
        return (text,)
    return tuple(dict.fromkeys([text, *(_read_by(name, text) for name in DIALECTS)]))


def _read_by(dialect: str, text: str) -> str:
    """What is left without markup, alternatives and sub-prompts a comma apart."""
    return "".join(node.text if node.role in SPOKEN else ", " for node in parse(text, dialect).nodes)


def mentions(text: str, target: Target) -> tuple[Mention, ...]:
    """Each mention of `target` in `text`, by any reading; places are exact in the reading as typed."""
    patterns = patterns_of(target)
    found: dict[tuple[tuple[int, int], bool], Mention] = {}
    for number, reading in enumerate(readings(text)):
        for mention in _in_reading(reading, patterns):
            kept = mention
            if number:  # the reading has other places; the whole text is the place then
                kept = Mention((0, len(text)), mention.text, "spelling", mention.negated)
            found.setdefault((kept.span, kept.negated), kept)
    if not found and target.concepts:
        for mention in _by_meaning(text, target):
            found.setdefault((mention.span, mention.negated), mention)
    return tuple(found.values())


def _in_reading(text: str, patterns: Patterns) -> list[Mention]:
    words = tokens(text)
    bounds = clause_bounds(text, words)
    out: list[Mention] = []

    def add(first: int, last: int, how: How) -> None:
        span = (words[first].span[0], words[last].span[1])
        out.append(Mention(span, text[slice(*span)], how, is_negated(words, bounds, first, last)))

    for index, token in enumerate(words):
        for form in token.forms:
            for row in patterns.by_first.get(form, ()):
                last = index + len(row) - 1
                if last < len(words) and all(
                    want in words[index + step].forms for step, want in enumerate(row)
                ):
                    if (
                        row in patterns.whole_only
                        and not bounds.is_whole(index, last)
                        and not (row in patterns.things and _is_phrase(words, bounds, index, last))
                    ):
                        continue
                    add(index, last, "name")
        if _misspelt(token, patterns.single):
            add(index, index, "spelling")
    for first, last in _in_pieces(words, patterns.single):
        add(first, last, "spelling")
    if patterns.foreign:
        raw = raw_fold(text)
        for word in patterns.foreign:
            at = raw.find(word)
            if at >= 0:
                span = (at, at + len(word)) if len(raw) == len(text) else (0, len(text))
                out.append(Mention(span, word, "translation", False))
    return out


def _is_phrase(words: tuple[Token, ...], bounds: Bounds, first: int, last: int) -> bool:
    """Whether words `first` to `last` are all of a noun phrase but its article: "smoking a cigar in bed"."""
    clause = bounds.clause_of[first]
    before = words[first - 1].text if first > bounds.firsts[clause] else ""
    after = words[last + 1].text if last + 1 < bounds.firsts[clause + 1] else ""
    return (not before or before in OPENING or before.endswith("ing")) and (not after or after in CLOSING)


def _misspelt(token: Token, single: frozenset[str]) -> bool:
    """A long word with one slip, a star for a letter, or a wanted word inside it."""
    word = token.text
    if "*" in word:
        shape = re.compile(re.escape(word).replace(r"\*", "."))
        return any(shape.fullmatch(wanted) for wanted in single) or any(
            shape.fullmatch(wanted + "s") for wanted in single
        )
    if len(word) < LONG_WORD - 1 or token.forms & single:
        return False
    if any(len(wanted) >= LONG_WORD and any(wanted in form for form in token.forms) for wanted in single):
        return True
    known = stem(word)
    if any(known in lexicon(modality).idf for modality in ("image", "music")):
        return False
    return any(
        len(wanted) >= LONG_WORD and wanted[0] == form[0] and _one_slip(form, wanted)
        for wanted in single
        for form in token.forms
        if form
    )


def _one_slip(one: str, other: str) -> bool:
    """Whether one letter added, lost, changed or swapped with its neighbour turns `one` into `other`."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _in_pieces(words: tuple[Token, ...], single: frozenset[str]) -> list[tuple[int, int]]:
    """Words written apart: "w a t e r m a r k", "water mark", "wa-ter.mark"."""
    out: list[tuple[int, int]] = []
    index = 0
    while index < len(words):
        run = index
        while run < len(words) and len(words[run].text) == 1:
            run += 1
        if run - index >= 3:
            together = "".join(token.text for token in words[index:run])
            if any(wanted in form for wanted in single if len(wanted) > 3 for form in forms(together)):
                out.append((index, run - 1))
        elif len(words[index].text) < 12:
            together = words[index].text
            for last in range(index + 1, min(index + PIECES, len(words))):
                together += words[last].text
                if len(together) > 24:
                    break
                if len(together) >= JOINABLE and forms(together) & single and _apart(words[index : last + 1]):
                    out.append((index, last))
        index = max(index + 1, run if run - index >= 3 else index + 1)
    return out


def _apart(pieces: tuple[Token, ...]) -> bool:
    """Whether the pieces stand so close that they can be read as one word."""
    return all(right.span[0] - left.span[1] <= 2 for left, right in pairwise(pieces))


def _is_headed(clause: str, name: str) -> bool:
    """Whether a clause is about the thing, if the concept is one: a bullet train is no bullet, nor a blade of grass a blade."""
    concept = by_id()[name]
    if concept.klass != "object":
        return True
    folded = fold_wording(clause)
    _, head = tokens_and_head(folded)
    known = {stem(wording.split()[-1]) for wording in (concept.wording, *concept.also)}
    return head in known and " of " not in folded


def _by_meaning(text: str, target: Target) -> list[Mention]:
    """Clauses that the taxonomy places at a wanted concept, and is sure enough about."""
    wanted, out, start = set(target.concepts), list[Mention](), 0
    words = tokens(text)
    bounds = clause_bounds(text, words)
    cuts = [*SEGMENT.finditer(text.lower() if len(text.lower()) == len(text) else text)]
    for count, (begin, end) in enumerate(
        zip([0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(text)], strict=True)
    ):
        clause = text[begin:end].strip()
        if not clause or count >= MOST_PLACED or len(fold_wording(clause).split()) > 12:
            continue
        placed = place_clause(clause, target.modality)
        if (
            placed.concept is not None
            and placed.concept in wanted
            and (placed.how in ("exact", "wording") or placed.confidence >= MEANT)
        ):
            inside = [i for i, token in enumerate(words) if begin <= token.span[0] < end]
            if inside and placed.how == "near" and _is_headed(clause, placed.concept):
                start = begin + len(text[begin:end]) - len(text[begin:end].lstrip())
                negated = is_negated(words, bounds, inside[0], inside[-1])
                out.append(Mention((start, start + len(clause)), clause, "meaning", negated))
    return out
