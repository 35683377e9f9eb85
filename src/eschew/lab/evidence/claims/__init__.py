"""The field's claims, one file each: what is said, what is run, and the rule that decides, written down before the run."""

from __future__ import annotations

from eschew.lab.evidence.claims import (
    abstract_words,
    contradictions,
    few_words,
    guidance_off,
    high_guidance,
    kinds,
    negated_words,
    short_lists,
    source_strength,
    timing,
)
from eschew.lab.evidence.values import Claim

__all__ = ["CLAIMS"]

CLAIMS: tuple[Claim, ...] = (
    guidance_off.CLAIM,
    kinds.CLAIM,
    few_words.CLAIM,
    short_lists.CLAIM,
    contradictions.CLAIM,
    high_guidance.CLAIM,
    source_strength.CLAIM,
    timing.CLAIM,
    negated_words.CLAIM,
    abstract_words.CLAIM,
)
