"""What to ask for in place of a thing, in the fewest words the taxonomy has."""

from __future__ import annotations

import re

from eschew.catalog.taxonomy import Concept, concept
from eschew.catalog.wording import fold, stem, stems
from eschew.check.abstractions import NOTIONS

__all__ = ["HOLLOW", "PLAIN_NO", "positive_words"]

PLAIN_NO = re.compile(r"\b(?:no|not|without|never|none|avoid\w*|(?:free|empty) (?:of|from))\b", re.IGNORECASE)

HOLLOW = frozenset(
    stem(word) for word in ["mix", "sound", "production", "image", "look", "tone", "only", "arrangement"]
)


def positive_words(known: Concept, plain_only: bool = False) -> str:
    """What to ask for in place of a concept; empty if there are no words for it. `plain_only`: without negation words."""
    instead = known.instead.split(", or ")[0]
    if not instead or known.id in NOTIONS:
        return ""
    whole = frozenset(stems(fold(instead)))
    # An opposite may be a fault of its own ("screaming" is no cure for whispering): only those that the replacement
    # itself speaks of are shorter ways to say it.
    opposites = [concept(name).wording for name in known.opposes]
    same = [wording for wording in opposites if _core(wording) and _core(wording) <= whole]
    usable = [text for text in (instead, *same) if not (plain_only and PLAIN_NO.search(text))]
    return min(usable, key=lambda text: (len(text), text), default="")


def _core(wording: str) -> frozenset[str]:
    """The stems of a wording that say what."""
    return frozenset(stems(fold(wording))) - HOLLOW
