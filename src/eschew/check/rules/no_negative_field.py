"""A negative prompt for a model or host that has no place for one.

## What it does
Finds a negative where the host has no field for it, or refuses a request that fills the field. It is an error where other words in the
prompt are all that is left, and a remark where eschew has a method that makes the negative act all the same.

## Why it matters
Services without the field reject the request or drop the text in silence. MiniMax, OpenAI's image models and FLUX 2 are
built that way on purpose: everything is to be said in one prompt.

## Example
```
eschew check "warm lead vocal over piano" -n "autotune" --model minimax-music-cover
```

## Instead
```
eschew check "warm lead vocal over piano, natural, untreated vocal pitch" --model minimax-music-cover
```

## Fix safety
Unsafe: it empties the negative and adds wanted words to the prompt, which is another request, and a weaker one. It is not
offered when those words would not fit into the host's limit.

## Sources
The model's facts in the catalogue; Z.Tools, "Negative prompts in AI music" (field article, read 2026-11), on contrastive phrasing.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.check.moving import into_the_prompt
from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding."""
    can = reading.can
    if reading.negative.blank or (can.field_exists and can.accepts_negative):
        return
    evidence = "; ".join(can.sources)
    if can.negative_effective:
        yield Found(
            reading.negative.whole,
            f"{can.why_not} eschew makes it act with {can.methods[0]} instead.",
            evidence,
            None,
            "remark",
        )
    else:
        yield Found(reading.negative.whole, can.why_not, evidence, into_the_prompt(reading))


RULE = Rule("ESC201", "no-negative-field", "error", find, __doc__)
