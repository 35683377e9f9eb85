"""A negation in the prompt of a model that has a working negative.

## What it does
Finds *no vocals*, *without drums*, *not blurry* in the prompt, where a negative prompt can act on this model.

## Why it matters
Text encoders hardly hear a negation: naming a thing in the prompt, even to exclude it, may bring it in. Where a negative
acts, that is the place for it. On models without one, the contrast in the prompt is all there is, and this rule keeps quiet.

## Example
```
eschew check "slow ambient pads over a soft piano, no drums"
```

## Instead
```
eschew check "slow ambient pads over a soft piano" -n "drums"
```

## Fix safety
Unsafe: it takes the negation out of the prompt and adds the thing to the negative, which needs guidance and may cost a second pass.

## Sources
NegBench, arXiv 2501.09425: models in the manner of CLIP are near chance on negation.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.catalog.wording import fold
from eschew.check.measuring import with_measured
from eschew.check.negation import Negated, leading_negation, negated
from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Edit, Fix
from eschew.prompt import Clause

LONGEST_THING = 6
"""Words. What is longer is prose, and moving it would break a sentence."""


def find(reading: Reading) -> Iterator[Found]:
    """One finding a negation."""
    if not (reading.can.negative_effective or reading.can.field_effective):
        return
    text = reading.prompt
    for index, clause in enumerate(text.clauses):
        for there in found_in(clause):
            thing = clause.text[there.thing : there.end]
            title = f"put {thing[:60]!r} into the negative"
            edits = moved(reading, index, clause, there)
            yield Found(
                text.place(clause, there.start, there.end),
                f"{clause.text[there.start : there.end][:60]!r} in the prompt may bring in what it names; this model has a negative for it.",
                with_measured(
                    "text encoders hardly hear a negation (arXiv 2501.09425)", reading, "i", "weaker"
                ),
                Fix("unsafe", title, edits) if edits else Fix("display", title),
            )


def found_in(clause: Clause) -> tuple[Negated, ...]:
    """The negations of a clause; one that opens it may be longer than a word."""
    length = leading_negation(clause.text)
    rest = tuple(
        there for there in negated(clause.text) if there.start >= max(length, 1) and there.thing > there.start
    )
    if not length or len(clause.text) <= length:
        return tuple(there for there in rest if there.start > 0)
    end = next((there.end for there in negated(clause.text) if there.start < length), len(clause.text))
    return (Negated(0, length, max(end, length + 1)), *(there for there in rest if there.start >= end))


def moved(reading: Reading, index: int, clause: Clause, there: Negated) -> tuple[Edit, ...]:
    """The edits that move a negated thing; none where it is not the whole clause or its end."""
    text = reading.prompt
    thing = clause.text[there.thing : there.end]
    if not text.plain(clause) or there.end < len(clause.text) or len(thing.split()) > LONGEST_THING:
        return ()
    add = reading.add_negative((thing,))
    known = fold(thing) in (fold(other.text) for other in reading.negative.clauses)
    if there.start == 0:
        cut = text.without(index)
    else:
        begin, end = clause.span[0] + len(clause.text[: there.start].rstrip()), clause.span[1]
        cut = Edit(text.field, begin, end, "")
    if cut is None or (there.start == 0 and len(text.all_clauses) == 1):
        return ()
    return (cut,) if known else (cut, add)


RULE = Rule("ESC409", "negation-in-prompt", "warning", find, __doc__)
