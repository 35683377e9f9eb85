"""Which concepts a comparison watches: those the negative is to remove, and those that should stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from eschew.catalog.placing import place
from eschew.catalog.taxonomy import Modality, concepts
from eschew.lab.detectors import detectors, image
from eschew.lab.detectors.image import labels

SURE = 0.6
"""Below this confidence a wording's concept is a guess, and nothing is measured on a guess."""


@dataclass(frozen=True)
class Watch:
    """Concept ids with a detector, in order of mention. `unheard` are clauses of the negative that nothing here hears or sees."""

    targets: tuple[str, ...]
    asked: tuple[str, ...]
    companions: tuple[str, ...]
    unheard: tuple[str, ...]
    modality: Modality = "music"


def watch(prompt: str, negative_prompt: str, modality: Modality = "music", *, embedded: bool = True) -> Watch:
    """What to look or listen for in what this prompt makes, with and without this negative.

    `embedded` says that a nano model makes it: only there do the things and styles of the trained viewer mean something.
    """
    words = _words(modality, embedded)
    targets: list[str] = []
    unheard: list[str] = []
    for placement in place(negative_prompt, modality):
        known = _spoken(placement.text, words.own) if words.own else []
        if not known and placement.confidence >= SURE:
            known = [
                c for one in placement.concepts for c in words.covers.get(one, (one,)) if c in words.known
            ]
        targets += known
        if not known:
            unheard.append(placement.text)
    named = [c for p in place(prompt, modality) if p.confidence >= SURE for c in p.concepts]
    named += _spoken(prompt, words.all)
    asked = [c for c in dict.fromkeys(named) if c in words.known and c not in targets]
    companions = [
        i
        for c in dict.fromkeys(named)
        for i in words.implies.get(c, ())
        if i in words.known and i not in targets
    ]
    return Watch(
        tuple(dict.fromkeys(targets)),
        tuple(asked),
        tuple(c for c in dict.fromkeys(companions) if c not in asked),
        tuple(dict.fromkeys(unheard)),
        modality,
    )


@dataclass(frozen=True)
class _Words:
    """What can be read in one modality, and by which words it is found in a text."""

    known: frozenset[str]
    all: tuple[tuple[str, str], ...]
    """(folded wording, concept): found anywhere in a prompt."""
    own: tuple[tuple[str, str], ...]
    """(folded wording, concept) of the viewer's own things and styles, which the taxonomy sorts more coarsely."""
    covers: dict[str, tuple[str, ...]]
    implies: dict[str, tuple[str, ...]]


@cache
def _words(modality: Modality, embedded: bool) -> _Words:
    listed = tuple((_folded(text), c.id) for c in concepts(modality) for text in (c.wording, *c.also))
    implies = {c.id: c.implies for c in concepts(modality)}
    if modality == "music":
        return _Words(frozenset(d.concept for d in detectors()), listed, (), {}, implies)
    if not embedded:
        return _Words(frozenset(image.CONCEPTS) - image.WORLD, listed, (), labels.COVERS, implies)
    own = [(word, concept) for concept, words in labels.THINGS.items() for word in words]
    own += [(word, concept) for concept, (_, words) in labels.STYLES.items() for word in words]
    brings = {style: (*implies.get(style, ()), artefact) for style, artefact in labels.BRINGS.items()}
    # "tree" is a pine tree there, and a plant in the taxonomy: the viewer's own words go first.
    mine = tuple((form, concept) for word, concept in own for form in (_folded(word), _folded(_plural(word))))
    theirs = tuple((wording, concept) for wording, concept in listed if concept not in labels.THINGS)
    return _Words(frozenset(image.CONCEPTS), mine + theirs, mine, labels.COVERS, implies | brings)


def _plural(word: str) -> str:
    """Of the head: "slices of pizza", "foxes", "butterflies"."""
    head, of, rest = word.partition(" of ")
    if head.endswith(("s", "x", "ch", "sh")):
        return f"{head}es{of}{rest}"
    return f"{head[:-1]}ies{of}{rest}" if head.endswith("fly") else f"{head}s{of}{rest}"


def _spoken(prompt: str, wordings: Iterable[tuple[str, str]]) -> list[str]:
    """Concepts whose wording stands inside a longer clause: "lo-fi hip-hop with jazz violin" names two."""
    text = f" {_folded(prompt)} "
    found: list[tuple[int, int, str]] = []
    for wording, concept in wordings:
        at = text.find(f" {wording} ")
        if at >= 0:
            found.append((at, at + len(wording), concept))
    # The longest wording at a place wins: "electric piano" is not also "piano".
    return [
        name
        for start, end, name in sorted(found)
        if not any(s <= start and end <= e and e - s > end - start for s, e, _ in found)
    ]


def _folded(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())
