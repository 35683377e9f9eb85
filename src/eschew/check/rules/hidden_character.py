"""A character that nobody can see and every tokenizer can.

## What it does
Finds zero-width, control, bidirectional and filler characters, and lone surrogates, in either text.

## Why it matters
They come along with text copied from web pages and chats, or are put in to slip a word past a filter. *watermark* with a
zero-width space inside looks as it should and is read as two pieces of nothing in particular. Control characters are
refused outright, so each is an error.

## Example
A negative copied from a chat: *blurry*, with U+200B between *blur* and *ry*.

## Instead
The same text without it.

## Fix safety
Safe between letters of the Latin alphabet, digits, spaces and signs, where such a character means nothing. Unsafe elsewhere: a
joiner shapes letters in Persian and Hindi, and holds emoji together.

## Sources
Unicode 16, general categories Cc, Cf and Cs; Unicode Technical Standard 39 on security.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Edit, Fix, Span
from eschew.prompt import hidden_characters

MOST = 50
"""Findings a text: who hides more has been told."""


def find(reading: Reading) -> Iterator[Found]:
    """One finding a hidden character."""
    for text in reading.texts:
        for hidden in hidden_characters(text.source)[:MOST]:
            start, end = hidden.span
            around = text.source[max(0, start - 1) : start] + text.source[end : end + 1]
            yield Found(
                Span(text.field, start, end),
                f"There is a hidden character here: {hidden.name.lower()}.",
                f"U+{ord(hidden.char):04X}",
                Fix(
                    "safe" if around.isascii() else "unsafe",
                    "take it out",
                    (Edit(text.field, start, end, ""),),
                ),
                "error" if _is_control(hidden.char) else "warning",
            )


def _is_control(char: str) -> bool:
    """Whether no plan is made of a text that holds it."""
    return unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t\r"


RULE = Rule("ESC102", "hidden-character", "warning", find, __doc__)
