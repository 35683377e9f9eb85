"""A weight above 2.

## What it does
Finds clauses with an effective weight above 2 in either text, nested brackets multiplied out.

## Why it matters
Weights scale token embeddings beyond anything the model met in training. Past about 2 the picture burns or the sound breaks long before
the thing goes away; some front ends then rescale the whole chunk, which weakens every other clause.

## Example
```
-n "(watermark:3), jpeg artifacts"
```

## Instead
```
-n "(watermark:1.4), jpeg artifacts"
```

## Fix safety
Unsafe: it lowers the number to 1.5, which is another request. Only a number that stands in the text is changed.

## Sources
AUTOMATIC1111/stable-diffusion-webui issue 13791, on what restoring the mean does after strong weights. The bound of 2 is a convention, not
a measurement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Edit, Fix

MOST, LOWERED = 2.0, "1.5"
NUMBER = re.compile(r"\s*:\s*(\d+\.?\d*|\.\d+)\s*\)")


def find(reading: Reading) -> Iterator[Found]:
    """One finding a clause."""
    for text in reading.texts:
        for clause in text.clauses:
            if clause.weight <= MOST:
                continue
            number = NUMBER.match(text.source, clause.span[1])
            fix = Fix("display", f"lower it to {LOWERED}")
            if number and text.prompt.dialect in ("a1111", "comfy"):
                fix = Fix("unsafe", f"lower it to {LOWERED}", (Edit(text.field, *number.span(1), LOWERED),))
            message = f"A weight of {clause.weight:g} on {clause.text[:60]!r} is past where weights act; past 2 the rest breaks first."
            yield Found(text.span(clause), message, "AUTOMATIC1111 issue 13791", fix)


RULE = Rule("ESC306", "saturating-weight", "warning", find, __doc__)
