"""Closed vocabularies: which words a model has ever seen, and which words of a text it has not."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

__all__ = ["unknown_words", "vocabulary", "vocabulary_words"]

FOLDER = Path(__file__).with_name("vocabularies")
WORD = re.compile(r"[^\W_]+")


@cache
def vocabulary(name: str) -> frozenset[str] | None:
    """The words that a model of known vocabulary has seen; None where the vocabulary is open or not known."""
    path = FOLDER / f"{name}.txt"
    return frozenset(path.read_text("utf-8").split()) if name and path.is_file() else None


def vocabulary_words(text: str) -> tuple[tuple[str, int, int], ...]:
    """The words as a word-level tokenizer sees them: (lower-cased NFKC form, start, end in `text`)."""
    return tuple((unicodedata.normalize("NFKC", m.group()).lower(), *m.span()) for m in WORD.finditer(text))


def unknown_words(text: str, known: frozenset[str]) -> tuple[tuple[str, int, int], ...]:
    """The words of `text` that are not in `known`, each at its first place: (word, start, end)."""
    found: dict[str, tuple[str, int, int]] = {}
    for word, start, end in vocabulary_words(text):
        for part in WORD.findall(word):
            if part not in known:
                found.setdefault(part, (part, start, end))
    return tuple(found.values())
