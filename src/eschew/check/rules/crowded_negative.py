"""More than five clauses in one negative.

## What it does
Counts the clauses of the negative against the number the model's facts advise, or five. Three to five are advised.

## Why it matters
Each clause takes its share of one embedding, so a list of twenty moves the result less in each direction than a list of four. Long
lists copied from elsewhere also name faults that this prompt would never have had.

## Example
```
-n "blurry, lowres, bad anatomy, watermark, text, jpeg artifacts, ugly, duplicate, cropped"
```

## Instead
```
-n "watermark, extra fingers, jpeg artifacts"
```

## Fix safety
Display only: which ones matter is your choice; `eschew compare` shows which ones act.

## Sources
Z.Tools, "Negative prompts in AI music" (field article, read 2026-11): three to five short clauses; long negatives are less effective.
Said of music; for pictures, where long lists are common, it is a remark.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.check.measuring import with_measured
from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Fix, Span

ADVISED = 5


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding."""
    clauses = reading.negative.all_clauses
    most = reading.can.limits.clauses or ADVISED
    if len(clauses) > most:
        yield Found(
            Span("negative_prompt", clauses[most].span[0], clauses[-1].span[1]),
            f"These are {len(clauses)} clauses; a negative of 3 to {most} acts more strongly in each direction.",
            with_measured(
                "field article: 3–5 short clauses; long negatives are less effective",
                reading,
                "d",
                "removes-more",
            ),
            Fix("display", f"keep the {most} you can hear or see in the result without a negative"),
            "warning" if reading.can.modality == "music" else "remark",
        )


RULE = Rule("ESC301", "crowded-negative", "warning", find, __doc__)
