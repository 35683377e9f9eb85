"""What a prompt already says: what it asks for, what its styles bring along, and what it says is not there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from eschew.catalog.taxonomy import Modality, concept
from eschew.catalog.wording import fold, stems
from eschew.check.meaning import mentions
from eschew.check.negation import negated
from eschew.prompt import clauses, words

__all__ = ["Scene", "scene_of", "stem_set"]

MOST_CLAUSES = 200
"""Clauses of a prompt that are looked at: no model gives weight to more."""


@final
@dataclass(frozen=True)
class Scene:
    """A prompt as the taxonomy sees it. The tables hold concept → the words that say it."""

    wanted: dict[str, str]
    implied: frozenset[str]
    """Companions of what is wanted: they come unasked, and may well be unwanted."""
    gone: dict[str, str]
    """What the prompt says is not there."""
    gone_words: dict[tuple[str, ...], str]
    """The same by the stems of its words, for things no lexicon knows."""
    said: tuple[frozenset[str], ...]
    """The stems of each clause."""

    def says(self, text: str) -> bool:
        """Whether one clause of the prompt holds all the words of `text`."""
        wanted = stem_set(text)
        return bool(wanted) and any(wanted <= have for have in self.said)


def stem_set(text: str) -> frozenset[str]:
    """The stems of the words of `text` that say what."""
    return frozenset(stems(fold(text)))


def scene_of(prompt: str, modality: Modality) -> Scene:
    """`prompt` as the taxonomy sees it. Any text will do."""
    wanted: dict[str, str] = {}
    gone: dict[str, str] = {}
    gone_words: dict[tuple[str, ...], str] = {}
    said: list[frozenset[str]] = []
    for clause in clauses(prompt)[:MOST_CLAUSES]:
        if clause.weight <= 0:
            continue
        stretches = negated(clause.text)
        tokens = words(clause.text)
        for stretch in stretches:
            text = clause.text[stretch.start : stretch.end]
            inside = tuple(word for word in tokens if stretch.thing <= word.span[0] < stretch.end)
            gone_words.setdefault(stems(fold(clause.text[stretch.thing : stretch.end])), text)
            for mention in mentions(inside, modality):
                for name in mention.concepts:
                    gone.setdefault(name, text)
        live = tuple(w for w in tokens if not any(s.start <= w.span[0] < s.end for s in stretches))
        said.append(stem_set(" ".join(word.text for word in live)))
        for mention in mentions(live, modality):
            for name in mention.concepts:
                wanted.setdefault(name, clause.text[mention.start : mention.end])
    implied = frozenset(other for name in wanted for other in concept(name).implies) - wanted.keys()
    return Scene(wanted, implied, gone, gone_words, tuple(said))
