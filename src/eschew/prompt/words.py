"""Words for rules and lexicons, and the characters that hide in a text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import final

from eschew.errors import PromptError

__all__ = ["Hidden", "Word", "hidden_characters", "words"]

FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef"
"""Characters that show nothing but are not of the category Cf: fillers, joiners, variation selectors."""

# Everything that may be hidden is outside printable ASCII, or a control character.
SUSPECT = re.compile(r"[^\x20-\x7e\t\n\r]")
FILLER = re.compile(f"[{FILLERS}]")
ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:['-][A-Za-z0-9]+)*")
INNER = "'-’‐‑"  # what may stand between two letters of one word


@final
@dataclass(frozen=True, slots=True)
class Word:
    """A word in lower case and NFKC, and its place in the text as it was typed."""

    text: str
    span: tuple[int, int]


@final
@dataclass(frozen=True, slots=True)
class Hidden:
    """A character that cannot be seen: its Unicode name, and its place."""

    char: str
    name: str
    span: tuple[int, int]


def hidden_characters(text: str) -> tuple[Hidden, ...]:
    """Zero-width, control, bidirectional, filler and lone surrogate characters. Tab and line ends are no secret."""
    return tuple(
        Hidden(found[0], _name(found[0]), found.span())
        for found in SUSPECT.finditer(_text(text))
        if _is_hidden(found[0])
    )


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Cs") or FILLER.match(char) is not None


def _name(char: str) -> str:
    kind = {"Cc": "control character", "Cs": "lone surrogate"}.get(
        unicodedata.category(char), "hidden character"
    )
    return unicodedata.name(char, f"{kind} U+{ord(char):04X}")


def words(text: str) -> tuple[Word, ...]:
    """The words of `text`: letters, digits and marks, with hyphens and apostrophes inside. `_` parts words.

    Hidden characters do not part words and are not in them: `wa<zero-width space>termark` is `watermark`.
    """
    if _text(text).isascii() and text.isprintable():
        return tuple(Word(found[0].lower(), found.span()) for found in ASCII_WORD.finditer(text))
    found: list[Word] = []
    letters: list[tuple[str, int]] = []  # what a word is made of so far, with each letter's place
    for place, char in enumerate(text):
        if char.isalnum() or (letters and (char in INNER or unicodedata.category(char).startswith("M"))):
            if not FILLER.match(char):
                letters.append((char, place))
        elif letters and not (char not in "\t\n\r" and _is_hidden(char)):
            found += _word(letters)
            letters = []
    return (*found, *_word(letters))


def _word(letters: list[tuple[str, int]]) -> list[Word]:
    """The word that `letters` make; several where compatibility forms hold more than one, none without letters."""
    start = letters[0][1] if letters else 0
    while letters and letters[-1][0] in INNER:
        letters.pop()
    if not letters:
        return []
    plain = unicodedata.normalize("NFKC", "".join(char for char, _ in letters)).lower()
    plain = re.sub("[’‐‑]", lambda sign: "'" if sign[0] == "’" else "-", plain)
    span = (start, letters[-1][1] + 1)
    return [
        Word(text, span)
        for part in re.split(r"[\W_]{2,}|[^\w'\-\u0300-\u036f]", plain)
        for text in [part]
        if text
    ]


def _text(text: str) -> str:
    if not isinstance(text, str):
        raise PromptError(f"a prompt is text, and this is {type(text).__name__}")
    return text
