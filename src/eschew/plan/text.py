"""What plan needs to know of a text: is it one, how long is it, which of its words does the model know."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from eschew.errors import PromptError

LONGEST_CHARACTERS = 20_000
"""No model reads this much; what is longer is a file pasted by mistake."""

VOCABULARIES = Path(__file__).parent.parent / "catalog" / "vocabularies"
WORD = re.compile(r"[^\W_]+")


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


def words(text: str) -> tuple[tuple[str, int, int], ...]:
    """The words as a word-level tokenizer sees them: (lower-cased NFKC form, start, end in `text`)."""
    return tuple((unicodedata.normalize("NFKC", m.group()).lower(), *m.span()) for m in WORD.finditer(text))


@cache
def vocabulary(name: str) -> frozenset[str] | None:
    """The words that a model of known vocabulary has seen; None where the vocabulary is open or not known."""
    path = VOCABULARIES / f"{name}.txt"
    return frozenset(path.read_text("utf-8").split()) if path.exists() else None


def unknown_words(text: str, known: frozenset[str]) -> tuple[str, ...]:
    """Words of `text` that the model never saw, each once, in order."""
    return tuple(dict.fromkeys(part for word, _, _ in words(text) for part in WORD.findall(word) if part not in known))


def cut_to_words(text: str, limit: int) -> str:
    """`text` without what follows its first `limit` words; the whole text if it has no more."""
    found = words(text)
    return text if len(found) <= limit else text[: found[limit - 1][2]]
