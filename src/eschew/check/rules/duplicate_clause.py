"""The same clause twice in one text.

## What it does
Finds clauses that repeat an earlier one of the same text, letter case and accents aside.

## Why it matters
A repeated clause takes room from the others, and some encoders read it as emphasis that nobody meant.

## Example
```
-n "vinyl crackle, tape hiss, vinyl crackle"
```

## Instead
```
-n "vinyl crackle, tape hiss"
```

## Fix safety
Safe: the first one stays. Not offered where the weights of the two differ or brackets hold them.

## Sources
Nothing but the text itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.catalog.wording import fold, without_negation
from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Fix


def find(reading: Reading) -> Iterator[Found]:
    """One finding for each clause that was there before."""
    for text in reading.texts:
        seen: dict[tuple[str, int], float] = {}
        for index, clause in enumerate(text.clauses):
            key = (without_negation(fold(clause.text)), clause.part.index)
            if not key[0] or clause.when.turns > 1:
                continue
            before = seen.setdefault(key, clause.weight) if key in seen else None
            seen.setdefault(key, clause.weight)
            if before is None:
                continue
            edit = text.without(index) if before == clause.weight else None
            fix = Fix("safe", "keep the first", (edit,)) if edit else None
            yield Found(text.span(clause), f"{clause.text[:60]!r} was there before.", "", fix)


RULE = Rule("ESC303", "duplicate-clause", "warning", find, __doc__)
