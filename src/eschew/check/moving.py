"""The fix for a model that does not read negatives: empty the negative, and ask for the opposite in the prompt."""

from __future__ import annotations

from eschew.check.reading import Reading
from eschew.check.values import Edit, Fix
from eschew.check.wanted import in_the_prompt, positive_wording

__all__ = ["into_the_prompt"]

MOST = 5
"""Clauses that are moved: more would drown the prompt."""


def into_the_prompt(reading: Reading) -> Fix:
    """All of the negative in positive words; for display only where it does not fit."""
    pairs = zip(reading.negative.clauses[:MOST], reading.concepts, strict=False)
    wordings = tuple(positive_wording(clause.text, concept) for clause, concept in pairs)
    title = "say in the prompt what is wanted: " + ", ".join(dict.fromkeys(filter(None, wordings)))
    edit = in_the_prompt(reading, wordings) if all(wordings) else None
    if edit is None or len(reading.negative.all_clauses) > MOST:
        return Fix("display", title)
    whole = reading.negative.whole
    return Fix("unsafe", title, (Edit(whole.field, whole.start, whole.end, ""), edit))
