"""A guidance scale for a model on which the knob does nothing.

## What it does
Finds a `guidance_scale` in a request to a host that takes the number and ignores it.

## Why it matters
Turning it up is the usual answer to a negative that is too weak. Here the answer costs time and changes nothing.

## Example
```
eschew check "trance, 138 BPM" -n "vocals" --model ace-step-v1.5-turbo --guidance-scale 12
```

## Instead
Leave it out; the strength of the method, `negative_scale`, is what turns the result here.

## Fix safety
Safe: the number is ignored with or without it.

## Sources
The host's guidance in the catalogue (`convention = "ignored"`).
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Edit, Fix, Span


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding."""
    can = reading.can
    if reading.request.guidance_scale is None or can.guidance is None or can.guidance.convention != "ignored":
        return
    yield Found(
        Span("guidance_scale", 0, 0),
        f"{can.title} at {can.host} takes a guidance_scale and ignores it.",
        "; ".join(can.sources),
        Fix("safe", "leave it out", (Edit("guidance_scale", 0, 0, ""),)),
    )


RULE = Rule("ESC207", "inert-guidance-scale", "warning", find, __doc__)
