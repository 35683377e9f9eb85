"""Where a text names one of many wordings: a kind's members, or the ways to ask for a property."""

from __future__ import annotations

from collections.abc import Iterator

from eschew.catalog.placing import PREPOSITIONS
from eschew.catalog.wording import FILLERS, fold, stem, words_of
from eschew.prompt import Word

__all__ = ["found_in"]

AFTER_A_THING = frozenset(
    words_of("while who that which next beside above below inside outside through before after")
)


def found_in(tokens: tuple[Word, ...], members: frozenset[str], heads: bool) -> Iterator[tuple[int, int]]:
    """The characters [start, end) of each member among `tokens`, the longest at each place.

    `members` are stems joined by spaces. With `heads` only what is the thing itself counts, not what kind of thing:
    oak, not an oak table.
    """
    told = [
        (stem(part), at)
        for at, word in enumerate(tokens)
        if word.text not in FILLERS
        for part in fold(word.text).split()
    ]
    longest = max((member.count(" ") + 1 for member in members), default=0)
    for start in range(len(told)):
        for size in range(min(longest, len(told) - start), 0, -1):
            some = told[start : start + size]
            if " ".join(token for token, _ in some) not in members:
                continue
            first, last = some[0][1], some[-1][1]
            if not heads or _is_the_thing(tokens, last + 1, members):
                yield tokens[first].span[0], tokens[last].span[1]
                break


def _is_the_thing(tokens: tuple[Word, ...], after: int, members: frozenset[str]) -> bool:
    """Whether the words before `after` are the thing itself."""
    if after >= len(tokens):
        return True
    following = tokens[after].text
    return (
        tokens[after].span[0] - tokens[after - 1].span[1] > 1
        or following in FILLERS
        or following in PREPOSITIONS
        or following in AFTER_A_THING
        or stem(fold(following)) in members
        or (following.endswith(("ing", "ed")) and len(following) > 4)
    )
