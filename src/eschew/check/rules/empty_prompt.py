"""A prompt that asks for nothing.

## What it does
Finds a prompt that is empty, blank, or made of punctuation and brackets alone.

## Why it matters
A negative prompt pushes a result away from something. Without a prompt there is no result that anyone asked for to push,
and most hosts refuse the request.

## Example
```
eschew check "" -n "vinyl crackle"
```

## Instead
```
eschew check "lo-fi hip-hop with jazzy electric piano" -n "vinyl crackle"
```

## Fix safety
No fix: only you know what you want.

## Sources
eschew's own plan, which refuses an empty prompt.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding."""
    if not any(char.isalnum() for clause in reading.prompt.clauses for char in clause.text):
        yield Found(
            reading.prompt.whole, "The prompt is empty: say what you want before what you do not want."
        )


RULE = Rule("ESC101", "empty-prompt", "error", find, __doc__)
