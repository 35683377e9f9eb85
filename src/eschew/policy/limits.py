"""How much of a negative prompt this model is sure to read, without its tokenizer.

Two counts, because two questions are asked. Is the floor inside? Then a word counts for as many tokens as it could
be. Is this clause beyond reach for certain? Then a word counts for one and a sign for none.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from eschew.catalog.capabilities import Capabilities
from eschew.check.lengths import LONGEST_CHARACTERS
from eschew.prompt import clauses, parse

__all__ = ["sure_to_be_read", "within_reach"]

PIECE = re.compile(r"[^\W_]+|[^\w\s]|_")
LETTERS_A_TOKEN = 2.5
"""Subword tokenizers need about one token for four letters of English; hardly any word needs more than this."""
LONGEST = LONGEST_CHARACTERS
"""The most characters that any plan takes."""


def sure_to_be_read(text: str, can: Capabilities) -> str:
    """The beginning of `text` that fits every limit of the model even if its tokenizer is a poor one."""
    return _cut(text, can, most_tokens)


def within_reach(text: str, can: Capabilities) -> str:
    """The beginning of `text` that some tokenizer could fit into the limits; what follows is lost for certain."""
    return _cut(text, can, fewest_tokens)


def most_tokens(piece: str) -> int:
    """As many tokens as a word or sign can reasonably be."""
    if not piece.isascii():
        return 3 * len(piece)  # byte-level tokenizers spell what they do not know byte by byte
    return 1 if len(piece) < 4 else -int(-len(piece) // LETTERS_A_TOKEN)


def fewest_tokens(piece: str) -> int:
    """As few as it can be."""
    return 1 if piece.isascii() and piece.isalnum() else 0


def _cut(text: str, can: Capabilities, count: Callable[[str], int]) -> str:
    limits, end = can.limits, min(len(text), LONGEST)
    if limits.negative_max_characters is not None:
        end = min(end, limits.negative_max_characters)
    if limits.negative_max_tokens is not None:
        room = limits.negative_max_tokens - (2 if count is most_tokens else 0)  # marks of beginning and end
        for piece in PIECE.finditer(text, 0, end):
            room -= count(piece[0])
            if room < 0:
                end = piece.start()
                break
    if limits.negative_max_items is not None:
        items = clauses(parse(text[:end], "plain"))
        if len(items) > limits.negative_max_items:
            end = items[limits.negative_max_items - 1].span[1]
    return text[:end]
