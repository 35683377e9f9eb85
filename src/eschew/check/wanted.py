"""What to ask for in place of a negative, in words that fit into a prompt."""

from __future__ import annotations

from eschew.catalog.taxonomy import Concept
from eschew.check.negation import leading_negation
from eschew.check.reading import Reading
from eschew.check.values import Edit

__all__ = ["LONGEST_CONTRAST", "in_the_prompt", "positive_wording"]

LONGEST_CONTRAST = 4
"""Words. "no autotune" reads as part of a description; a sentence about what to avoid does not."""


def positive_wording(clause: str, concept: Concept | None) -> str:
    """What to ask for instead; a short contrast where the taxonomy has nothing, empty where that would be long."""
    if concept is not None and concept.instead:
        return concept.instead
    thing = clause[leading_negation(clause) :]
    return f"no {thing}" if 0 < len(thing.split()) <= LONGEST_CONTRAST else ""


def in_the_prompt(reading: Reading, wordings: tuple[str, ...]) -> Edit | None:
    """The edit that adds wordings to the prompt; None when none are left or the host's limit has no room."""
    known = reading.request.prompt.casefold()
    new = tuple(dict.fromkeys(wording for wording in wordings if wording and wording.casefold() not in known))
    if not new:
        return None
    edit = reading.prompt.with_clause(", ".join(new))
    limit = reading.can.limits.prompt_max_characters
    return None if limit is not None and edit.start + len(edit.text) > limit else edit
