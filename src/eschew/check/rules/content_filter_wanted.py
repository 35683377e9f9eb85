"""A negative used as a safety mechanism.

## What it does
Finds clauses of the negative that are about content nobody must see or hear: nudity, gore, violence, hate, explicit words.

## Why it matters
A negative lowers the odds of a thing and never excludes it; it stops acting where guidance is off, where the model ignores the field,
and where the prompt asks for the thing in other words. Somebody who has to be protected needs a check of the *result*.

## Example
```
-n "nsfw, gore"
```

## Instead
The same negative as one layer, a policy that bans the asking, and a filter that looks at what came out.

## Fix safety
Display only.

## Sources
Schramowski et al., Safe Latent Diffusion, arXiv 2211.05105: a negative prompt lowers the share of inappropriate pictures and leaves some;
arXiv 2602.00616 on block lists.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Fix
from eschew.prompt import words

TERM_WORDS = (
    "nsfw nude nudes nudity naked porn porno pornography pornographic erotic erotica hentai sexual sexually sex explicit topless "
    "underage loli shota gore gory mutilation dismemberment decapitation torture violence violent murder suicide self-harm hate "
    "hateful racist racism slur slurs swastika nazi profanity swearing curses cursing obscene obscenity vulgar vulgarity drugs "
    "terrorism genocide"
)
TERMS = frozenset(TERM_WORDS.split())
CONCEPTS = frozenset({"sexual-style", "blood-gore"})


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding a clause."""
    text = reading.negative
    for clause, placed in zip(text.clauses, reading.placements, strict=True):
        term = next((word.text for word in words(clause.text) if word.text in TERMS), "")
        listed = placed.how in ("exact", "wording") and placed.concept in CONCEPTS
        if term or listed:
            yield Found(
                text.span(clause),
                f"{clause.text[:60]!r} asks for a content filter, and a negative is none: it lowers the odds and lets some through.",
                "arXiv 2211.05105",
                Fix("display", "ban it in a policy, and check the result"),
            )


RULE = Rule("ESC502", "content-filter-wanted", "warning", find, __doc__)
