"""A prompt that asks for too little.

## What it does
Counts the words of the prompt that say what. Under five beside a negative is a remark; fewer than the negative has is a warning.

## Why it matters
Most results with something unwanted come from a prompt that left room for it. Two or three more instruments or details mend more than a
negative does, so the prompt is the first thing to rewrite, and the negative the second.

## Example
```
eschew check "lo-fi beat" -n "vinyl crackle, tape hiss"
```

## Instead
```
eschew check "lo-fi hip-hop, boom-bap drums at 88 BPM, jazzy electric piano, jazz violin" -n "vinyl crackle, tape hiss"
```

## Fix safety
No fix: only you know what you want.

## Sources
Z.Tools, "Negative prompts in AI music" (field article, read 2026-11), on the order of tools. The bound of five words is a convention.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.catalog.wording import FILLERS
from eschew.check.reading import Reading, Text
from eschew.check.rule import Found, Rule
from eschew.prompt import words

LEAST = 5
ENOUGH = 2_000
"""Characters that are looked at: a prompt of so many asks for plenty."""


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding."""
    asked = said(reading.prompt)
    if reading.negative.blank or not 0 < asked < LEAST:
        return
    against = said(reading.negative)
    number = "One word says" if asked == 1 else f"{asked} words say"
    yield Found(
        reading.prompt.whole,
        f"{number} what you want. Rewrite the prompt first: what it leaves open, the model fills in.",
        f"{against} {'word' if against == 1 else 'words'} of what you do not want",
        None,
        "warning" if against > asked else "remark",
    )


def said(text: Text) -> int:
    """How many words of a text say what; a sign of a script without spaces counts as a word."""
    found = [word.text for word in words(text.prompt.text[:ENOUGH]) if word.text not in FILLERS]
    return sum(len(word) if word[0] >= "\u2e80" else 1 for word in found)


RULE = Rule("ESC408", "vague-prompt", "warning", find, __doc__)
