"""A word that the model has never seen.

## What it does
For models whose whole vocabulary is known (the embedded ones), names each word outside it. In the negative it is a warning, in the
prompt a remark.

## Why it matters
Such a word is read as *unknown*, the same for all of them. It breaks nothing and does nothing: a negative made of such words is a
negative of nothing.

## Example
```
eschew check "lo-fi hip-hop with electric piano" -n "hurdy-gurdy" --model nano-music
```

## Instead
A word from its world; `eschew models` says how large that is.

## Fix safety
No fix.

## Sources
The vocabulary file that ships with the model.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.catalog.vocabulary import unknown_words, vocabulary
from eschew.check.reading import Reading, Text
from eschew.check.rule import Found, Rule
from eschew.check.values import Span

MOST = 20
"""Findings a text."""


def find(reading: Reading) -> Iterator[Found]:
    """One finding for each unknown word, at its first place."""
    known = vocabulary(reading.can.limits.tokenizer)
    if known is None:
        return
    for text in reading.texts:
        words = [
            word
            for word in unknown_words(text.source, known)
            if any(char.isalpha() for char in word[0]) and is_said(text, word)
        ]
        for word, start, end in words[:MOST]:
            yield Found(
                Span(text.field, start, end),
                f"{reading.can.title} never saw the word {word[:60]!r} and reads it as 'unknown'.",
                f"its vocabulary of {len(known)} words",
                None,
                "warning" if text.field == "negative_prompt" else "remark",
            )


def is_said(text: Text, word: tuple[str, int, int]) -> bool:
    """Whether a word is part of the text and not of its markup."""
    return any(clause.span[0] <= word[1] < clause.span[1] for clause in text.clauses)


RULE = Rule("ESC403", "unknown-word", "warning", find, __doc__)
