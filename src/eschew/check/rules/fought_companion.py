"""A negative against something that the prompt's own style brings along.

## What it does
Finds clauses of the negative that name a companion of a style in the prompt: crackle with lo-fi, vocoder with synthwave, long reverb with a ballad.

## Why it matters
It is what negatives are best at, and nothing is wrong with it. But the prompt invites the thing at every step, so the negative has to
be strong enough, and some of the style may go with it. Naming the style less and its parts more gives the model less to bring.

## Example
```
eschew check "lo-fi hip-hop, dusty boom-bap drums" -n "vinyl crackle, tape hiss"
```

## Instead
The same, with a comparison to see what else moved. Or a prompt that asks for the parts: *slow boom-bap drums, jazzy electric piano*.

## Fix safety
No fix: it is a remark.

## Sources
The companions in the taxonomy and in the model's facts; Z.Tools, "Negative prompts in AI music" (field article, read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding a clause of the negative."""
    text = reading.negative
    for clash in reading.clashes:
        if clash.kind == "companion":
            clause = text.clauses[clash.negative]
            yield Found(
                text.span(clause),
                f"{clash.said[:60]!r} in the prompt invites {clause.text[:60]!r}; the negative has to fight the style, and can.",
                clash.why,
            )


RULE = Rule("ESC407", "fought-companion", "remark", find, __doc__)
