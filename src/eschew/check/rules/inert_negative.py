"""A negative prompt that the host takes and ignores.

## What it does
Finds a negative in a field that is accepted and has no effect, because distillation left no guidance or the host never reads it. It is
an error where nothing else works either, and a remark where eschew has a method that makes the negative act.

## Why it matters
This is the costliest way to fail: the request is charged, nothing complains, and the result with the negative is byte for byte the one
without. The maker of Z-Image-Turbo states that it takes no negatives; its pipeline has the parameter all the same.

## Example
```
eschew check "a lighthouse at noon" -n "fog" --model imagen
```

## Instead
```
eschew check "a lighthouse at noon in clear, dry air" --model imagen
```

## Fix safety
Unsafe: it empties the negative and adds wanted words to the prompt.

## Sources
The model's facts in the catalogue; issue threads huggingface/diffusers 9124 and 13416, black-forest-labs/flux 188.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.check.moving import into_the_prompt
from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding."""
    can = reading.can
    taken = can.field_exists and can.accepts_negative
    if reading.negative.blank or not taken or can.field_effective or reading.unread_in_this_task:
        return
    evidence = "; ".join(can.sources)
    if can.negative_effective:
        message = f"{can.why_not} eschew makes it act with {can.methods[0]} instead."
        yield Found(reading.negative.whole, message, evidence, None, "remark")
    else:
        yield Found(reading.negative.whole, can.why_not, evidence, into_the_prompt(reading))


RULE = Rule("ESC202", "inert-negative", "error", find, __doc__)
