"""A weight of zero or nearly, or below zero.

## What it does
Finds clauses with a weight under 0.1 in either text, weights below zero among them.

## Why it matters
A weight of zero does not take a phrase out: its words still stand in the context that all other words were read in, so the thing can be
drawn all the same. A weight below zero turns the direction round, and encoders were never trained for it: in a negative it *asks* for
the thing.

## Example
```
-n "(watermark:0), (text:-1)"
```

## Instead
Leave out what should not count, and put what is not wanted into the negative with a weight of 1.

## Fix safety
Unsafe: taking the clause out changes the context of the others. Below zero it is shown only.

## Sources
ComfyUI issue 4550 (a weight of 0 still draws the thing); hako-mikan/sd-webui-negpip issues 51 and 55 on weights below zero.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Fix

LEAST = 0.1


def find(reading: Reading) -> Iterator[Found]:
    """One finding a clause."""
    for text in reading.texts:
        for index, clause in enumerate(text.clauses):
            weight = min((phrase.weight for phrase in clause.phrases), default=clause.weight)
            if weight >= LEAST:
                continue
            if weight < 0:
                other = "asks for it" if text.field == "negative_prompt" else "is no negative prompt"
                message = f"A weight of {weight:g} turns {clause.text[:60]!r} round: here it {other}."
                fix = Fix("display", "move it to the other prompt, with a weight of 1")
            else:
                message = f"A weight of {weight:g} does not take {clause.text[:60]!r} out: the words are still read."
                edit = text.without(index)
                fix = (
                    Fix("unsafe", "leave the clause out", (edit,))
                    if edit
                    else Fix("display", "leave the clause out")
                )
            yield Found(text.span(clause), message, "ComfyUI issue 4550", fix)


RULE = Rule("ESC305", "vanishing-weight", "warning", find, __doc__)
