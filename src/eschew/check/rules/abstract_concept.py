"""A negative that names an idea: nothing that can be heard or seen.

## What it does
Finds clauses of the negative that are ideas (*the past*, *death*, *boredom*), or end in a word that leaves open what is meant
(*an early-2010s pop production aesthetic*, *corporate vibe*).

## Why it matters
A negative needs a direction. Training captions describe sounds and sights; *the past* is in none of them, so nothing coherent is pushed
away.

## Example
```
-n "the past, corporate vibe"
```

## Instead
Name what you would hear or see: *gated snare, handclaps, ukulele*. Or ask in the prompt for what should be there.

## Fix safety
Display only: what you would hear or see is yours to say.

## Sources
Z.Tools, "Negative prompts in AI music" (field article, read 2026-11): highly abstract negatives are no coherent direction.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.check.abstractions import is_notion
from eschew.check.measuring import with_measured
from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Fix


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding a clause."""
    text = reading.negative
    for clause, concept in zip(text.clauses, reading.concepts, strict=True):
        if is_notion(clause.text, concept):
            sense = "hear" if reading.can.modality == "music" else "see"
            title = f"name what you would {sense}"
            if concept is not None and concept.instead:
                title += f", or ask for it in the prompt: {concept.instead}"
            yield Found(
                text.span(clause),
                f"{clause.text[:60]!r} is an idea; nobody can {sense} it, so there is no direction to push in.",
                with_measured(
                    "field article: abstract negatives are no coherent direction",
                    reading,
                    "j",
                    "ideas-remove",
                ),
                Fix("display", title),
            )


RULE = Rule("ESC402", "abstract-concept", "warning", find, __doc__)
