"""Whether a language model reads all of a text inside the conversation that a pipeline makes of it."""

from __future__ import annotations

from typing import Any

from eschew.errors import PromptError


def fits_inside(tokenizer: Any, text: str, whole: str, most: int) -> None:
    """PromptError, with a caret under what would be cut off, where `whole` has more than `most` tokens.

    `whole` is `text` in its template. What is cut off is the end of the whole: where that is the template's, the caret
    is under the last character of the text.
    """
    ids = tokenizer(whole, truncation=False, return_offsets_mapping=tokenizer.is_fast)
    count = len(ids.input_ids)
    if count <= most:
        return
    span = None
    if tokenizer.is_fast and text:
        first = ids.offset_mapping[most][0] - whole.rindex(text)
        span = (min(max(0, first), len(text) - 1), len(text))
    raise PromptError(
        f"the negative makes a text of {count} tokens with its template, and this text encoder reads {most}",
        where="negative_prompt",
        why="the end would be cut off",
        hint="keep the three to five clauses that matter most",
        text=text,
        span=span,
    )
