"""Two clauses of a negative that say the same in nearly the same words.

## What it does
Finds clauses of the negative whose words have the same stems as an earlier clause, in any order, fillers aside: *blurry* and *blurred*, *tape
hiss* and *hiss of tape*, *crackle* and *too much crackle*.

## Why it matters
Each takes a share of the few clauses that act. Different names for one thing are another matter: *hall reverb, long reverb* cover
wordings a model may have met apart, and are left alone.

## Example
```
-n "blurry, blurred, very blurry"
```

## Instead
```
-n "blurry"
```

## Fix safety
Unsafe: the later clause goes, and it may be the one that the model knows better.

## Sources
Nothing but the text itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.catalog.wording import fold, stems, without_negation
from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Fix


def find(reading: Reading) -> Iterator[Found]:
    """One finding for each clause that says what an earlier one said."""
    text = reading.negative
    seen: dict[frozenset[str], tuple[str, str]] = {}
    for index, clause in enumerate(text.clauses):
        folded = without_negation(fold(clause.text))
        key = frozenset(stems(folded))
        if not key:
            continue
        before = seen.setdefault(key, (folded, clause.text))
        if before[0] == folded:
            continue
        edit = text.without(index)
        fix = Fix("unsafe", f"keep {before[1][:60]!r}", (edit,)) if edit else None
        message = f"{clause.text[:60]!r} says nearly what {before[1][:60]!r} said."
        yield Found(text.span(clause), message, "the same stems", fix)


RULE = Rule("ESC304", "near-duplicate-clause", "remark", find, __doc__)
