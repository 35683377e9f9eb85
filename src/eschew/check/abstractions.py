"""Words that name no sound and no sight."""

from __future__ import annotations

from eschew.catalog.taxonomy import Concept
from eschew.catalog.wording import fold, without_negation

__all__ = ["NOTIONS", "is_notion"]

NOTIONS = frozenset({"abstract-idea", "abstract-notion"})
HAZY = "aesthetic aesthetics vibe vibes feeling feelings feel essence spirit energy idea concept era mindset"
"""As the last word of a clause they say that something is meant, and not what."""


def is_notion(clause: str, concept: Concept | None) -> bool:
    """Whether a clause names an idea and nothing that can be heard or seen."""
    if concept is not None and concept.id in NOTIONS:
        return True
    words = without_negation(fold(clause)).split()
    return len(words) > 1 and words[-1] in fold(HAZY).split()
