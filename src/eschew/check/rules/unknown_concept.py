"""A negative that is like nothing in the taxonomy.

## What it does
Finds clauses of the negative that no listed wording resembles, on models whose vocabulary is not known word by word.

## Why it matters
A negative acts when it describes a feature the model has learned. A wording that neither stands among several thousand nor looks like any is
often a typing error, a private word, or a thing too rare to have been learned. It may still work.

## Example
```
-n "brzxq noise thing"
```

## Instead
`eschew concepts TEXT` shows what a wording is taken for.

## Fix safety
No fix.

## Sources
The taxonomy of negatives that ships with eschew.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.catalog.vocabulary import vocabulary
from eschew.check.abstractions import is_notion
from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule

GUESS = 0.15
"""Confidence below which a placement says nothing."""


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding a clause."""
    if vocabulary(reading.can.limits.tokenizer) is not None:
        return
    text = reading.negative
    for clause, placed in zip(text.clauses, reading.placements, strict=True):
        if (placed.how == "none" or placed.confidence < GUESS) and not is_notion(clause.text, None):
            yield Found(
                text.span(clause),
                f"{clause.text[:60]!r} is like nothing known; a model that has not learned it cannot be pushed away from it.",
                f"likeness {placed.confidence:.2f} of 1",
            )


RULE = Rule("ESC404", "unknown-concept", "remark", find, __doc__)
