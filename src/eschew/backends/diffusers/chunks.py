"""A text in chunks that CLIP can read: 75 tokens each, with a beginning and an end of their own.

CLIP reads 77 tokens. Web interfaces for Stable Diffusion encode a longer text piece by piece and put the pieces one
behind the other; the UNet's cross-attention reads any number of tokens.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from eschew.errors import PromptError


def chunked(pipe: Any, tokenizers: Sequence[Any], text: str) -> list[str]:
    """`text` in pieces that all `tokenizers` read whole, broken behind a comma where the second half of a piece has
    one, between words elsewhere. One piece, the text itself, where it fits. PromptError for a word that fits in none.
    """
    if _fits(pipe, tokenizers, text):
        return [text]
    pieces: list[str] = []
    words = re.findall(r"\s*\S+", text)
    while words:
        count = _most(pipe, tokenizers, words)
        if count == 0:
            start = sum(map(len, pieces))
            raise PromptError(
                "one word of the negative is longer than this text encoder reads",
                where="negative_prompt",
                hint="keep the three to five clauses that matter most",
                text=text,
                span=(start, start + len(words[0])),
            )
        if count < len(words):
            commas = [i for i in range(count // 2, count) if words[i].endswith(",")]
            count = commas[-1] + 1 if commas else count
        pieces.append("".join(words[:count]))
        words = words[count:]
    return [piece.strip() for piece in pieces]


def _most(pipe: Any, tokenizers: Sequence[Any], words: Sequence[str]) -> int:
    """How many of the first words fit; more words are never fewer tokens."""
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        if _fits(pipe, tokenizers, "".join(words[:middle])):
            low = middle
        else:
            high = middle - 1
    return low


def _fits(pipe: Any, tokenizers: Sequence[Any], text: str) -> bool:
    """Whether every encoder reads all of it. A word learned by textual inversion counts as its vectors do."""
    return all(
        len(tokenizer(pipe.maybe_convert_prompt(text, tokenizer)).input_ids) <= tokenizer.model_max_length
        for tokenizer in tokenizers
    )
