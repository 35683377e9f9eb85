"""A negative that names a person, a brand, or somebody's protected work.

## What it does
Finds *in the style of* and *sounds like* before a capitalised name, trade mark signs, capitalised full names that hold no word of the
lexicon, wordings the taxonomy lists as imitation, and a short list of well-known marks.

## Why it matters
Keeping a name out is a rule of the house and not a matter of taste: it should hold in every request, be checked on every result, and not
hang on somebody remembering to type it. A negative lowers the odds and guarantees nothing.

## Example
```
-n "in the style of Jane Example"
```

## Instead
A ban in a policy file, which every plan carries: `eschew check … --policy brand.toml`.

## Fix safety
Display only.

## Limits
The heuristics reach names that are spelled like names. A lower-case name that the taxonomy does not list passes, and a capitalised title
that is nobody's can be taken for one. It is no legal advice.

## Sources
None: a convention of this project.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from eschew.catalog.lexicon import lexicon
from eschew.catalog.taxonomy import Concept
from eschew.catalog.wording import FILLERS, fold, stem
from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Fix
from eschew.prompt import Clause

IMITATION = frozenset({"artist-imitation", "protected-imitation"})
AFTER = re.compile(
    r"\b(?:in the style of|style of|inspired by|in the manner of|sound(?:s|ing)? like|painted by|art by|song by|voice of|by)\s+"
    r"(?:the\s+)?([A-Z][^\W\d_]+)"
)
SIGNS = re.compile("[\u2122\u00ae\u00a9]")
FULL_NAME = re.compile(r"\b[A-Z][^\W\d_]+(?:[ -](?:(?:van|de|von|der|da|di|la|le|of|the) )*[A-Z][^\W\d_]+)+")
MARKS = re.compile(
    r"\b(?:disney|pixar|marvel|dc comics|nintendo|pok[eé]mon|star wars|hello kitty|mickey mouse|coca[- ]cola|pepsi|nike|adidas|"
    r"mcdonald['’]?s|lego|barbie|netflix|getty images|shutterstock|spotify)\b",
    re.IGNORECASE,
)


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding a clause."""
    text = reading.negative
    for clause, placed, concept in zip(text.clauses, reading.placements, reading.concepts, strict=True):
        listed = placed.how in ("exact", "wording")
        why = protected(clause, concept if listed else None, reading)
        if why:
            yield Found(
                text.span(clause),
                f"{clause.text[:60]!r} seems to name somebody's protected thing: that is policy, not style.",
                why,
                Fix("display", "ban it in a policy file, which every plan carries"),
            )


def protected(clause: Clause, concept: Concept | None, reading: Reading) -> str:
    """Why a clause seems to name something protected; empty when it does not."""
    words = clause.text
    if SIGNS.search(words):
        return "a trade mark or copyright sign"
    if concept is not None and concept.id in IMITATION:
        return "the taxonomy lists it as an imitation"
    if MARKS.search(words):
        return "a well-known mark"
    if found := AFTER.search(words):
        return "" if generic(found[1], reading) else f"{found[0][:60]!r}"
    if concept is None:
        for name in FULL_NAME.finditer(words):
            if not any(generic(part, reading) for part in re.split("[ -]", name[0])):
                return f"{name[0][:60]!r} is spelled like a name"
    return ""


def generic(word: str, reading: Reading) -> bool:
    """Whether a word is one that negatives are made of: Blurry Hands is nobody."""
    return word.lower() in FILLERS or stem(fold(word)) in lexicon(reading.can.modality).evidence


RULE = Rule("ESC501", "protected-name", "warning", find, __doc__)
