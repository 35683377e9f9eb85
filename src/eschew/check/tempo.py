"""Tempo in numbers and in words: 174 beats a minute are fast, 60 are slow."""

from __future__ import annotations

import re
from typing import Literal

from eschew.catalog.wording import stem, stems, words_of

__all__ = ["pace_asked", "pace_named"]

Pace = Literal["fast", "slow"]

FAST_FROM = 150
"""Beats a minute. Allegro ends near here; below it styles disagree, for a trap beat at 140 is felt at 70."""
SLOW_TO = 72
"""Beats a minute. Adagio ends near here."""
BEATS = re.compile(
    r"\b(\d{2,3})\s*-?\s*(?:bpm|beats per minute)\b|\bat (\d{2,3})(?=\s*(?:$|[,.;]))", re.IGNORECASE
)
WORDS: dict[Pace, frozenset[str]] = {
    "fast": frozenset(
        map(stem, words_of("fast quick rapid speedy frantic hurried breakneck brisk uptempo presto"))
    ),
    "slow": frozenset(
        map(stem, words_of("slow sluggish plodding dragging crawling lethargic downtempo adagio largo"))
    ),
}
CARRIERS = frozenset(
    map(stem, words_of("tempo pace speed music song songs beat beats bpm rhythm rhythms track up low down"))
)
"""Words that leave a pace a pace; a fast fade out is none."""


def pace_named(folded: str) -> Pace | None:
    """The pace that a whole wording names, and nothing else."""
    tokens = set(stems(folded))
    for pace, some in WORDS.items():
        if tokens & some and tokens <= some | CARRIERS:
            return pace
    return None


def pace_asked(text: str, pace: Pace) -> str:
    """The number of `text` that asks for `pace`, as written; empty when there is none."""
    for found in BEATS.finditer(text):
        beats = int(found[1] or found[2])
        if (pace == "fast" and FAST_FROM <= beats <= 300) or (pace == "slow" and 30 <= beats <= SLOW_TO):
            return found[0]
    return ""
