"""A text with more tokens than the model reads.

## What it does
Counts the words of a text where the model's vocabulary is known, estimates its tokens where it is not, and shows where the limit
falls and what comes after it.

## Why it matters
What lies beyond the limit is mostly cut off without a word: the last clauses of a long negative do nothing at all. CLIP, the
text encoder of SD 1.5 and SDXL, has 77 positions, two of which mark beginning and end. Some front ends send further chunks
instead of cutting; those get a remark.

## Example
A negative of ninety tags for SD 1.5 through diffusers: about the last twenty are never read.

## Instead
The five that matter. Long negatives are weaker, not stronger.

## Fix safety
Display only: what to leave out is your choice. An estimated count is marked *approximate* and can be off by a fifth.

## Sources
The model's facts in the catalogue, each with its own source; diffusers 0.42.1, which logs the truncated part and goes on.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.check.lengths import tokens_over
from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Fix, Severity, Span

UNSURE = 1.2
"""An estimate above the limit by less than this is a remark."""
SHOWN = 60


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding a text."""
    limits = reading.can.limits
    for text, limit in zip(
        reading.texts, (limits.prompt_max_tokens, limits.negative_max_tokens), strict=True
    ):
        over = tokens_over(text.source, limit, reading.can)
        if over is None:
            continue
        lost = " ".join(text.source[over.cut : over.cut + SHOWN].split())
        about = "" if over.exact else "approximately "
        fate = {"cut": "is cut off", "rejected": "gets it rejected", "chunked": "goes into a further chunk"}
        severity: Severity = (
            "remark"
            if limits.overflow == "chunked" or not (over.exact or over.count > UNSURE * over.limit)
            else "warning"
        )
        yield Found(
            Span(text.field, over.cut, len(text.source)),
            f"This is {about}{over.count} {over.unit}, and {reading.can.title} reads {over.limit}: what begins with "
            f"{lost!r} {fate.get(limits.overflow, 'is beyond the limit')}.",
            limits.source or f"the limits of {reading.can.model} in the catalogue",
            Fix("display", "shorten it; the first clauses count most"),
            severity,
        )


RULE = Rule("ESC103", "text-beyond-token-limit", "warning", find, __doc__)
