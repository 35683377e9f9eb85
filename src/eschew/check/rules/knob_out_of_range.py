"""A number that the model, or anybody, cannot take.

## What it does
Compares `guidance_scale` and `num_inference_steps`, where they are given, with the host's bounds in the catalogue, and with sense: a
scale is a number from 0 to 100, steps are a whole number of 1 or more.

## Why it matters
No plan is made with such a number, and a service answers it with an error or clamps it without a word.

## Example
```
eschew check "lo-fi hip-hop, dusty drums" -n "tape hiss" --guidance-scale nan
```

## Instead
```
eschew check "lo-fi hip-hop, dusty drums" -n "tape hiss" --guidance-scale 3
```

## Fix safety
Display only: which number you meant is yours to say.

## Sources
The bounds of the host in the catalogue, each with its own source.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Fix, Span

SCALE = (0.0, 100.0)
STEPS = (1.0, 1000.0)


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding a knob."""
    asked, can = reading.request, reading.can
    low, high = SCALE
    host = can.guidance
    if host is not None and host.convention != "ignored":
        low = host.to_standard(host.min) if host.min is not None else low
        high = host.to_standard(host.max) if host.max is not None else high
    yield from _outside("guidance_scale", asked.guidance_scale, low, high, reading)
    steps = can.num_inference_steps
    fewest, most = STEPS
    if steps is not None:
        fewest = steps.min if steps.min is not None else fewest
        most = steps.max if steps.max is not None else most
    yield from _outside("num_inference_steps", asked.num_inference_steps, fewest, most, reading)


def _outside(knob: str, value: float | None, low: float, high: float, reading: Reading) -> Iterator[Found]:
    if value is not None and not low <= value <= high:  # NaN is inside of nothing
        yield Found(
            Span(knob, 0, 0),
            f"{reading.can.title} at {reading.can.host} takes a {knob} from {low:g} to {high:g}, not {value:g}.",
            "no plan is made with it",
            Fix("display", f"a number from {low:g} to {high:g}, or leave it open"),
        )


RULE = Rule("ESC208", "knob-out-of-range", "error", find, __doc__)
