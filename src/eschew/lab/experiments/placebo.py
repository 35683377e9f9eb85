"""Placebo words: a negative that names nothing of the matter, as long as the real one and clause for clause.

What any negative does, whatever it names, shows against it: it takes the null's place in guidance just the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from eschew.catalog.placing import place
from eschew.catalog.taxonomy import Concept, Modality, concept, concepts
from eschew.catalog.vocabulary import vocabulary_words
from eschew.catalog.wording import fold, stems
from eschew.check.meaning import mentions
from eschew.errors import UsageError
from eschew.prompt import clauses, words

__all__ = ["placebo", "related"]


def placebo(prompt: str, negative: str, modality: Modality, known: frozenset[str] | None) -> str:
    """Words in place of `negative`, always the same for the same texts: of concepts that prompt and negative neither
    name nor imply, of other classes than the negative's, as many words in as many clauses, each a word the model
    knows (`known`, None: it knows all).

    UsageError where the taxonomy has none of that length left.
    """
    taken = set(related(prompt, negative, modality))
    classes = {placement.klass for placement in place(negative, modality)}
    spoken = {stem for text in (prompt, negative) for stem in stems(fold(text))}
    pool = [
        (entry, wording)
        for entry in concepts(modality)
        if entry.id not in taken and entry.klass not in classes and not entry.abstract
        for wording in (entry.wording, *entry.also)
        if _usable(wording, spoken, known)
    ]
    pool.sort(key=lambda item: _draw(prompt, negative, item[1]))
    said = []
    for clause in clauses(negative):
        count = len(vocabulary_words(clause.text))
        found = _filled(count, pool, taken)
        if count and not found:
            raise UsageError(
                f"there are no {count} unrelated words to stand in for “{clause.text}”",
                where="placebo",
                hint="write the arm yourself: negative_prompt = …",
            )
        said.append(" ".join(found))
    return ", ".join(filter(None, said))


def related(prompt: str, negative: str, modality: Modality) -> Iterator[str]:
    """Ids of the concepts that the two texts name, and of all that sounds or looks like them, opposes or follows them."""
    named = [name for text in (prompt, negative) for p in place(text, modality) for name in p.concepts]
    for text in (prompt, negative):
        named += [name for mention in mentions(words(text), modality) for name in mention.concepts]
    for name in dict.fromkeys(named):
        entry = concept(name)
        yield name
        yield from (*entry.near, *entry.opposes, *entry.implies)


def _usable(wording: str, spoken: set[str], known: frozenset[str] | None) -> bool:
    """Whether the model knows every word of it, and neither text holds one of them."""
    read = [word for word, _, _ in vocabulary_words(wording)]
    return (
        bool(read)
        and (known is None or known.issuperset(read))
        and not spoken.intersection(stems(fold(wording)))
    )


def _filled(count: int, pool: list[tuple[Concept, str]], taken: set[str]) -> list[str]:
    """Wordings of unused concepts that have `count` words together, the longest that fits first; none if there are none.

    What is used is marked as taken.
    """
    said: list[str] = []
    while count:
        fitting = [(entry, text) for entry, text in pool if entry.id not in taken and _size(text) <= count]
        if not fitting:
            return []
        longest = max(_size(text) for _, text in fitting)
        entry, text = next(item for item in fitting if _size(item[1]) == longest)
        taken.add(entry.id)
        count -= longest
        said.append(text)
    return said


def _size(text: str) -> int:
    return len(vocabulary_words(text))


def _draw(*parts: str) -> bytes:
    """A shuffle that depends on the texts alone."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).digest()
