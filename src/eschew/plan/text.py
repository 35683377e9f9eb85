"""What plan needs to know of a text: is it one, and how much of it does a model read."""

from __future__ import annotations

import unicodedata

from eschew.catalog.vocabulary import vocabulary_words
from eschew.errors import PromptError

LONGEST_CHARACTERS = 20_000
"""No model reads this much; what is longer is a file pasted by mistake."""


def checked(text: str, field: str) -> str:
    """`text` stripped at both ends; PromptError if it holds control characters or is far too long."""
    if len(text) > LONGEST_CHARACTERS:
        raise PromptError(
            f"{len(text):,} characters is no prompt",
            where=field,
            why=f"no model reads more than {LONGEST_CHARACTERS:,}",
            hint="a sentence, or a list of clauses",
        )
    for at, character in enumerate(text):
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t\r":
            raise PromptError(
                f"a control character (U+{ord(character):04X})",
                where=field,
                text=text,
                span=(at, at + 1),
                why="it cannot be spoken, seen or sent",
                hint="take it out",
            )
    return text.strip()


def cut_to_words(text: str, limit: int) -> str:
    """`text` without what follows its first `limit` words; the whole text if it has no more."""
    found = vocabulary_words(text)
    return text if len(found) <= limit else text[: found[limit - 1][2]]
