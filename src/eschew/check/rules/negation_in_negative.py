"""A negation inside the negative prompt: "no text".

## What it does
Finds clauses of the negative that negate: *no text*, *without people*, *avoid blur*, *don't add vocals*, *noise-free*.

## Why it matters
The negative is already what to push away from. Text encoders hardly hear a negation, so *no text* mostly means *text* and does no
harm; where one does hear it, it pushes away from the absence, which asks for the thing.

## Example
```
-n "no text, without people"
```

## Instead
```
-n "text, people"
```

## Fix safety
Safe where the negation opens the clause: what is left is what was meant. Further in, it is shown and not applied: *hands without
fingers* describes a fault.

## Sources
NegBench, arXiv 2501.09425: models in the manner of CLIP are near chance on negation.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.check.negation import leading_negation, negated
from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Edit, Fix


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding a clause."""
    text = reading.negative
    for clause in text.clauses:
        length = leading_negation(clause.text)
        evidence = "the negative field negates already (arXiv 2501.09425)"
        if length:
            thing = clause.text[length:]
            span = text.place(clause, 0, length)
            fix = Fix("display", f"write {thing[:60]!r}")
            if text.plain(clause):
                fix = Fix("safe", f"write {thing[:60]!r}", (Edit(span.field, span.start, span.end, ""),))
            yield Found(
                span, f"{clause.text[:length].strip()!r} negates what is negated already.", evidence, fix
            )
        elif inner := negated(clause.text):
            span = text.place(clause, inner[0].start, inner[0].end)
            message = f"{clause.text[inner[0].start : inner[0].end][:60]!r} negates inside a negative: a model may hear the thing itself."
            yield Found(
                span, message, evidence, Fix("display", "name what is not wanted, and nothing else"), "remark"
            )


RULE = Rule("ESC302", "negation-in-negative", "warning", find, __doc__)
