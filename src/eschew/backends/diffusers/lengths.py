"""Whether a text encoder reads all of a text. Encoders cut in silence; eschew does not."""

from __future__ import annotations

from typing import Any

from eschew.errors import PromptError


def fits(tokenizer: Any, text: str, most: int) -> None:
    """PromptError, with a caret under what would be cut off, where `text` has more than `most` tokens, its special
    tokens included.
    """
    whole = tokenizer(text).input_ids
    if len(whole) <= most:
        return
    kept = tokenizer(text, truncation=True, max_length=most).input_ids
    raise PromptError(
        f"the negative has {len(whole)} tokens and this text encoder reads {most}",
        where="negative_prompt",
        why="the rest would be cut off",
        hint="keep the three to five clauses that matter most",
        text=text,
        span=_cut(tokenizer, text, whole, kept),
    )


def _cut(tokenizer: Any, text: str, whole: list[int], kept: list[int]) -> tuple[int, int] | None:
    """Where the part begins that would be cut off. Only fast tokenizers know."""
    if not tokenizer.is_fast:
        return None
    offsets = tokenizer(text, return_offsets_mapping=True).offset_mapping
    first = next((i for i, (a, b) in enumerate(zip(whole, kept, strict=False)) if a != b), len(kept))
    return (offsets[first][0], len(text))
