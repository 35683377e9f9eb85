"""How long a text is to a model: exactly where its vocabulary is known, by an estimate where it is not."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import final

from eschew.catalog.capabilities import Capabilities
from eschew.catalog.vocabulary import vocabulary, vocabulary_words

__all__ = ["LONGEST_CHARACTERS", "Length", "characters_over", "tokens_over"]

LONGEST_CHARACTERS = 20_000
"""No plan is made of a longer text, whatever the host takes: it is a file pasted by mistake."""

PIECE = re.compile(r"[^\W\d_]+|\d|[^\w\s]|_", re.UNICODE)
LETTERS = 8
"""An English word of up to so many letters is mostly one token of a large vocabulary, and about one more for each
further so many: a rule of thumb, which is why the result is called approximate."""
START_TOKENS = 1
"""The embedded models spend one position on the start of the text."""


@final
@dataclass(frozen=True, slots=True)
class Length:
    """A text that is longer than a limit, and where in it the limit falls."""

    count: int
    limit: int
    cut: int
    """The first character that is not read."""
    exact: bool
    unit: str


def tokens_over(text: str, limit: int | None, can: Capabilities) -> Length | None:
    """The length of `text` in tokens when it is above `limit`; None when it fits or no limit is known."""
    if limit is None:
        return None
    if vocabulary(can.limits.tokenizer) is not None:
        words, room = vocabulary_words(text), limit - START_TOKENS
        return Length(len(words), room, words[room][1], True, "words") if len(words) > room else None
    used, cut = 0, -1
    for found in PIECE.finditer(text):
        used += _tokens(found[0])
        if used > limit and cut < 0:
            cut = found.start()
    return Length(used, limit, cut, False, "tokens") if cut >= 0 else None


def characters_over(text: str, limit: int | None) -> Length | None:
    """The length of `text` in characters when it is above `limit`."""
    return (
        Length(len(text), limit, limit, True, "characters")
        if limit is not None and len(text) > limit
        else None
    )


def _tokens(piece: str) -> int:
    """About how many tokens a word, digit or sign costs; scripts without spaces cost about one a character."""
    return math.ceil(len(piece) / LETTERS) if piece[0] < "\u2e80" else len(piece)
