"""A negative that forbids what the prompt asks for, in other words.

## What it does
Looks for everything in the prompt that the taxonomy has a wording for, and finds clauses of the negative that mean the same, the family it
belongs to, or something that sounds or looks alike. It is an error where the wordings are listed, a warning where one was placed by
likeness.

## Why it matters
*Warm room reverb* in the prompt and *long reverb* in the negative share most of what a model has learned about either, so the result
splits the difference and is unpredictable. Opposites are left alone (*short* against *long*, *male* against *female*), and so are bad
forms of a thing (*harsh cymbals* against *brushed cymbals*).

## Example
```
eschew check "acoustic guitar with warm room reverb" -n "long reverb"
```

## Instead
```
eschew check "acoustic guitar, close and dry" -n "long reverb"
```

## Fix safety
Display only: which of the two you meant is yours to say.

## Sources
The taxonomy's links between concepts; Z.Tools, "Negative prompts in AI music" (field article, read 2026-11). How often the rule is right is measured in
the repository, on pairs it was not tuned on: tests/check/contradictions.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.check.measuring import with_measured
from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Fix


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding a clause of the negative."""
    text = reading.negative
    for clash in reading.clashes:
        if clash.kind == "meaning":
            clause = text.clauses[clash.negative]
            yield Found(
                text.span(clause),
                f"The prompt asks for {clash.said[:60]!r}, and {clause.text[:60]!r} in the negative forbids it.",
                with_measured(clash.why, reading, "e", "above-none"),
                Fix("display", "let both point the same way: forbid the opposite of what you ask for"),
                "error" if clash.sure else "warning",
            )


RULE = Rule("ESC406", "contradiction-in-meaning", "error", find, __doc__)
