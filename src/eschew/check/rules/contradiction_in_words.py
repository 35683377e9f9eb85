"""A negative that forbids what the prompt asks for, in the same words.

## What it does
Finds clauses of the negative whose words stand in the prompt, inflections aside, where the prompt asks for the thing. *No drums* in the prompt
does not ask for drums; *bass drum* does not ask for *bass*. A genre does ask for the instrument in its name: *piano ballad* for a piano.

## Why it matters
One direction is pulled both ways. The model splits the difference or deletes the subject, and which of the two is luck.

## Example
```
eschew check "intimate ballad, dry mix on the vocal" -n "dry"
```

## Instead
```
eschew check "intimate ballad, dry mix on the vocal" -n "long reverb"
```

## Fix safety
Unsafe: it takes the clause out of the negative.

## Sources
Z.Tools, "Negative prompts in AI music" (field article, read 2026-11), on prompts that fight themselves.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.check.measuring import with_measured
from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Fix


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding a clause of the negative."""
    text = reading.negative
    for clash in reading.clashes:
        if clash.kind == "words":
            clause, edit = text.clauses[clash.negative], text.without(clash.negative)
            title = f"leave {clause.text[:60]!r} out of the negative"
            yield Found(
                text.span(clause),
                f"The prompt asks for {clash.said[:60]!r} and the negative forbids it.",
                with_measured(
                    f"the same words in {reading.prompt.clauses[clash.positive].text[:80]!r}",
                    reading,
                    "e",
                    "above-none",
                ),
                Fix("unsafe", title, (edit,)) if edit else Fix("display", title),
            )


RULE = Rule("ESC405", "contradiction-in-words", "error", find, __doc__)
