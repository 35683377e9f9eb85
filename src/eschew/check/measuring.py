"""What was measured of a claim, for rules that rest on one: said only of the model that it was measured on."""

from __future__ import annotations

from eschew.catalog.claim_evidence import in_words, measured
from eschew.check.reading import Reading

__all__ = ["with_measured"]


def with_measured(evidence: str, reading: Reading, letter: str, question: str) -> str:
    """`evidence`, and what became of that question of the claim on the model of the request, if it was asked there."""
    answer = measured(letter, question, reading.can.model)
    if answer is None:
        return evidence
    return f"{evidence}. {in_words(answer, reading.can.title)}"
