"""The compiled lexicon of one modality: which wordings mean which concepts, and which words speak for which class."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate

from eschew.catalog.taxonomy import FOLDER, Modality, read_json
from eschew.catalog.wording import squash

__all__ = ["Lexicon", "lexicon", "trigrams"]


@dataclass(frozen=True)
class Lexicon:
    """Plain tables, so that reading them is one JSON parse and nothing is computed before it is needed."""

    classes: tuple[str, ...]
    concepts: tuple[str, ...]
    """Ids, in the order that all other tables count by."""
    class_of: tuple[int, ...]
    canonical: dict[str, int]
    """Folded id or canonical wording → concept."""
    exact: dict[str, tuple[int, ...]]
    """Folded wording → concepts."""
    bags: dict[str, tuple[int, ...]]
    """Sorted stems of a wording → concepts, where all of them are of one class."""
    wordings: tuple[tuple[int, float], ...]
    """For each wording: its first concept, and the length of its idf vector."""
    postings: dict[str, tuple[int, ...]]
    """Stem → wordings that hold it."""
    idf: dict[str, float]
    evidence: dict[str, tuple[tuple[int, float], ...]]
    """Stem anywhere → share of each class it speaks for."""
    heads: dict[str, tuple[tuple[int, float], ...]]
    """Stem as the head noun → share of each class."""
    alike: dict[str, str]
    """Stems (two with a space between) → the stem that stands for all words of that family."""
    kin_bags: dict[str, tuple[int, ...]]
    """Sorted stems of a wording, each as its family's → concepts, where most of them are of one class."""
    kinds: dict[str, tuple[str, ...]]
    """Stems of a kind's name → stems of its members: a peony is a flower."""
    qualities: dict[str, tuple[int, ...]]
    """Stems of a property's general name → rows of `asking`."""
    asking: tuple[tuple[str, ...], ...]
    """Stems of all that asks for a property: low key asks for dim light."""
    elsewhere: tuple[str, ...]
    """Folded phrases in which a listed word means something else: a dry martini."""

    @cached_property
    def squashed(self) -> dict[str, tuple[int, ...]]:
        """Wordings without spaces → concepts; the first wins."""
        return {squash(key): value for key, value in reversed(self.exact.items())}

    @cached_property
    def other_senses(self) -> frozenset[str]:
        """`elsewhere`, to be searched."""
        return frozenset(self.elsewhere)

    @cached_property
    def vocabulary(self) -> tuple[str, tuple[int, ...]]:
        """All stems in one string, each between ^ and $, and where each starts."""
        words = tuple(self.evidence)
        return "".join(f"^{word}$" for word in words), tuple(
            accumulate((len(word) + 2 for word in words), initial=0)
        )

    def family(self, tokens: tuple[str, ...]) -> tuple[str, ...]:
        """`tokens` with each word, or pair of words, that belongs to a family replaced by what stands for it."""
        out: list[str] = []
        at = 0
        while at < len(tokens):
            pair = " ".join(tokens[at : at + 2])
            if at + 1 < len(tokens) and pair in self.alike:
                out.append(self.alike[pair])
                at += 2
            else:
                out.append(self.alike.get(tokens[at], tokens[at]))
                at += 1
        return tuple(out)

    def lookalikes(self, word: str, floor: float = 0.5) -> tuple[tuple[str, float], ...]:
        """Known stems that share letter triples with `word`, with their Dice similarity, best first.

        One scan of one string a triple: cheaper than an inverted index would be to load.
        """
        text, starts = self.vocabulary
        wanted = trigrams(word)
        shared: dict[int, int] = {}
        for triple in wanted:
            seen = -1
            at = text.find(triple)
            while at >= 0:
                owner = bisect_right(starts, at) - 1
                if owner != seen:
                    shared[owner] = shared.get(owner, 0) + 1
                    seen = owner
                at = text.find(triple, at + 1)
        found = []
        for owner, count in shared.items():
            other = text[starts[owner] + 1 : starts[owner + 1] - 1]
            score = 2 * count / (len(wanted) + len(trigrams(other)))
            if score >= floor:
                found.append((other, score))
        return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0]))[:8])


def trigrams(word: str) -> tuple[str, ...]:
    """The distinct letter triples of ^word$, in order."""
    framed = f"^{word}$"
    return tuple(dict.fromkeys(framed[at : at + 3] for at in range(len(framed) - 2)))


@cache
def lexicon(modality: Modality) -> Lexicon:
    """The lexicon of one modality, read once. Raises FileError when it was not compiled."""
    return read_json(FOLDER / f"lexicon-{modality}.json", Lexicon)
