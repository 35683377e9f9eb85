"""A text with more characters, or a negative with more items, than the host takes.

## What it does
Compares both texts with the host's limits in characters, and the number of clauses with its limit in items. Where no limit is known, or a
larger one, 20 000 characters are the limit: no plan is made of a longer text.

## Why it matters
Hosts differ for the same weights: MiniMax takes 300 characters for a cover, a reseller 2 000. Beyond the limit the request
is rejected or cut, depending on the host.

## Example
A prompt of 420 characters for minimax-music-cover.

## Instead
One that says the same in 300.

## Fix safety
Display only: what to leave out is your choice.

## Sources
The host's limits in the catalogue, each with its own source.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.check.lengths import LONGEST_CHARACTERS, characters_over
from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Fix, Severity, Span


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding a text, and one for too many items."""
    limits, title = reading.can.limits, reading.can.title
    severity: Severity = "error" if limits.overflow == "rejected" else "warning"
    source = limits.source or f"the limits of {reading.can.model} in the catalogue"
    for text, limit in zip(
        reading.texts, (limits.prompt_max_characters, limits.negative_max_characters), strict=True
    ):
        if len(text.source) > LONGEST_CHARACTERS and (limit is None or limit > LONGEST_CHARACTERS):
            yield Found(
                Span(text.field, LONGEST_CHARACTERS, len(text.source)),
                f"This is {len(text.source):,} characters, and no plan is made of more than {LONGEST_CHARACTERS:,}.",
                "no model reads so much",
                Fix("display", "a sentence, or a list of clauses"),
                "error",
            )
            continue
        over = characters_over(text.source, limit)
        if over is not None:
            yield Found(
                Span(text.field, over.cut, len(text.source)),
                f"This is {over.count} characters, and {title} at {reading.can.host} takes {over.limit}.",
                source,
                Fix("display", f"leave out {over.count - over.limit} characters"),
                severity,
            )
    most, clauses = limits.negative_max_items, reading.negative.all_clauses
    if most is not None and len(clauses) > most:
        yield Found(
            Span("negative_prompt", clauses[most].span[0], clauses[-1].span[1]),
            f"These are {len(clauses)} items, and {title} at {reading.can.host} takes {most}.",
            source,
            Fix("display", f"keep the {most} that matter most"),
            severity,
        )


RULE = Rule("ESC104", "text-beyond-character-limit", "warning", find, __doc__)
