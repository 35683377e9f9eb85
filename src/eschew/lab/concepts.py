"""Which concepts a comparison watches: those the negative is to remove, and those that should stay."""

from __future__ import annotations

from dataclasses import dataclass

from eschew.catalog.placing import place
from eschew.catalog.taxonomy import concepts
from eschew.lab.detectors import detectors

SURE = 0.6
"""Below this confidence a wording's concept is a guess, and nothing is measured on a guess."""


@dataclass(frozen=True)
class Watch:
    """Concept ids with a detector, in order of mention. `unheard` are clauses of the negative that nothing here hears."""

    targets: tuple[str, ...]
    asked: tuple[str, ...]
    companions: tuple[str, ...]
    unheard: tuple[str, ...]


def watch(prompt: str, negative_prompt: str) -> Watch:
    """What to listen for in clips of this prompt, with and without this negative."""
    heard = {d.concept for d in detectors()}
    targets: list[str] = []
    unheard: list[str] = []
    for placement in place(negative_prompt, "music"):
        known = [c for c in placement.concepts if c in heard] if placement.confidence >= SURE else []
        targets += known
        if not known:
            unheard.append(placement.text)
    named = [c for p in place(prompt, "music") if p.confidence >= SURE for c in p.concepts]
    named += _spoken(prompt)
    implied = {c.id: c.implies for c in concepts("music")}
    asked = [c for c in dict.fromkeys(named) if c in heard and c not in targets]
    companions = [
        i for c in dict.fromkeys(named) for i in implied.get(c, ()) if i in heard and i not in targets
    ]
    return Watch(
        tuple(dict.fromkeys(targets)),
        tuple(asked),
        tuple(c for c in dict.fromkeys(companions) if c not in asked),
        tuple(dict.fromkeys(unheard)),
    )


def _spoken(prompt: str) -> list[str]:
    """Concepts whose wording stands inside a longer clause: "lo-fi hip-hop with jazz violin" names two."""
    text = f" {_folded(prompt)} "
    found: list[tuple[int, int, str]] = []
    for concept in concepts("music"):
        for wording in (concept.wording, *concept.also):
            at = text.find(f" {_folded(wording)} ")
            if at >= 0:
                found.append((at, at + len(_folded(wording)), concept.id))
    # The longest wording at a place wins: "electric piano" is not also "piano".
    return [
        name
        for start, end, name in sorted(found)
        if not any(s <= start and end <= e and e - s > end - start for s, e, _ in found)
    ]


def _folded(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())
