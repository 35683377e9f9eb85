"""A negative prompt in a task for which the model does not read it.

## What it does
Finds a negative with a task in which this host leaves the field unread.

## Why it matters
The same model reads its negative in one task and not in another; the request looks alike and nothing complains.

## Example
A cover made by a server that reads its negative only for text-to-music.

## Instead
The wanted words in the prompt, or the strength of the source clip.

## Fix safety
Unsafe: it empties the negative and adds wanted words to the prompt.

## Sources
The model's facts in the catalogue (`unless`).
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.check.moving import into_the_prompt
from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding."""
    can = reading.can
    if reading.negative.blank or not reading.unread_in_this_task:
        return
    if can.negative_effective:
        message = f"{can.why_not} eschew makes it act with {can.methods[0]} instead."
        yield Found(reading.negative.whole, message, "; ".join(can.sources), None, "remark")
    else:
        yield Found(reading.negative.whole, can.why_not, "; ".join(can.sources), into_the_prompt(reading))


RULE = Rule("ESC203", "task-without-negative", "error", find, __doc__)
