"""Kinds and their members: a peony is a flower, a sousaphone is brass, thrash is heavy metal."""

from __future__ import annotations

from eschew.catalog.lexicon import Lexicon
from eschew.catalog.wording import stem, stems, words_of

__all__ = ["kind_members", "quality_wordings"]

COLLECTIVE = frozenset(
    map(
        stem,
        words_of(
            "kit set section sections ensemble full part parts sound sounds track line group any instrument "
            "instruments music genre item items piece pieces object objects style styles beats"
        ),
    )
)
"""Words that leave a kind's name its name: "brass instruments", "drum kit"."""

HOLLOW = frozenset(
    map(
        stem,
        words_of(
            "look looks feel feeling vibe vibes energy mood sound sounding style effect aesthetic quality tone"
        ),
    )
)
"""Words that leave a property's name its name: "pixelated look", "happy vibes"."""


def kind_members(words: Lexicon, folded: str) -> tuple[str, ...]:
    """The members of the kind that a folded wording names, as stems joined by spaces; empty when it names none."""
    tokens = stems(folded)
    own = tuple(token for token in tokens if token not in COLLECTIVE)
    for some in (tokens, own):
        if found := words.kinds.get(" ".join(some)):
            return found
    return ()


def quality_wordings(words: Lexicon, folded: str) -> tuple[str, ...]:
    """All that asks for the property a folded wording names, as stems joined by spaces; empty when it names none."""
    tokens = stems(folded)
    own = tuple(token for token in tokens if token not in HOLLOW)
    for some in (tokens, own):
        if found := words.qualities.get(" ".join(some)):
            return tuple(wording for row in found for wording in words.asking[row])
    return ()
