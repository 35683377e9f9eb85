"""A prompt shorter than the host accepts.

## What it does
Compares the prompt with the host's least number of characters.

## Why it matters
The host rejects the request, which costs a round trip and sometimes a charge.

## Example
```
eschew check "pop song" --model minimax-music-cover
```
MiniMax asks for at least 10 characters.

## Instead
```
eschew check "bright pop song with handclaps" --model minimax-music-cover
```

## Fix safety
No fix.

## Sources
The host's limits in the catalogue, each with its own source.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding."""
    least = reading.can.limits.prompt_min_characters
    if least is not None and len(reading.request.prompt) < least and not reading.prompt.blank:
        yield Found(
            reading.prompt.whole,
            f"This is {len(reading.request.prompt)} characters, and {reading.can.title} at {reading.can.host} asks for "
            f"at least {least}.",
            reading.can.limits.source,
        )


RULE = Rule("ESC105", "prompt-below-minimum", "error", find, __doc__)
