"""A negative of a kind that seldom works: a genre, a mood, a vocal style.

## What it does
Places each clause of the negative in the taxonomy and finds those whose class is known to be unreliable.

## Why it matters
A genre is not one direction: what makes music *country* is shared with folk and slow rock, and pushing away from it pushes somewhere
nobody chose. Moods and ways of singing are tangles of features that models never separated. Production faults, instruments and mix
character are single things, and go.

## Example
```
eschew check "acoustic guitar song with soft drums" -n "country"
```

## Instead
```
eschew check "acoustic guitar song with soft drums, urban, electronic or pop arrangement"
```

## Fix safety
Unsafe: it takes the clause out of the negative and adds the taxonomy's positive wording to the prompt, which is another request.

## Sources
Each class names its own in the taxonomy; for music Z.Tools, "Negative prompts in AI music" (field article, read 2026-11). A claim from the
field, not a measurement; `eschew compare` measures it on your model.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.catalog.taxonomy import class_facts
from eschew.check.abstractions import is_notion
from eschew.check.measuring import with_measured
from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Fix
from eschew.check.wanted import in_the_prompt

LEAST = 0.45
"""Confidence of a placement below which the rule keeps quiet."""


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding a clause."""
    text = reading.negative
    for index, (clause, placed, concept) in enumerate(
        zip(text.clauses, reading.placements, reading.concepts, strict=True)
    ):
        if placed.confidence < LEAST or is_notion(clause.text, concept):
            continue
        facts = class_facts(placed.klass)
        if (concept.reliability if concept else facts.negating.reliability) != "unreliable":
            continue
        article = "an" if facts.id[0] in "aeiou" else "a"
        wanted = concept.instead if concept else ""
        fix = None
        if wanted:
            cut, add = text.without(index), in_the_prompt(reading, (wanted,))
            title = f"ask for {wanted!r} in the prompt instead"
            fix = Fix("unsafe", title, (cut, add)) if cut and add else Fix("display", title)
        yield Found(
            text.span(clause),
            f"{clause.text[:60]!r} is {article} {facts.id.replace('-', ' ')}, and negating one seldom works.",
            with_measured(f"{facts.negating.claim} ({facts.negating.source})", reading, "b", facts.id),
            fix,
        )


RULE = Rule("ESC401", "unreliable-class", "warning", find, __doc__)
