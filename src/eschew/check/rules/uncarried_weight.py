"""Weights in a syntax that this host does not read.

## What it does
Finds texts with weights, schedules or other markup sent to a host that reads them as plain text, or that reads another dialect.

## Why it matters
`(blurry:1.5)` is a weight to A1111 and ComfyUI. To a service, and to a bare pipeline, it is a bracket, a word, a colon and a number. And
dialects differ: `((house:1.3))` is 1.43 in A1111 and 1.3 in ComfyUI. Where eschew holds the weights of the model itself, the weights of a
negative act, and those of a prompt do not.

## Example
```
eschew check "a harbour" -n "(blurry:1.5), text" --model ideogram-v3
```

## Instead
```
eschew check "a harbour" -n "blurry, text" --model ideogram-v3
```

## Fix safety
Safe where the conversion loses nothing. Unsafe where the weights are lost with the brackets.

## Sources
AUTOMATIC1111/stable-diffusion-webui modules/prompt_parser.py; Comfy-Org/ComfyUI comfy/sd1_clip.py; eschew's own `convert`.
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.check.carrying import carries_negative_weights, dialect_read_by
from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Edit, Fix
from eschew.prompt import Prompt, convert

LONGEST = 20_000
"""Characters; a longer text is refused for other reasons, and converting it would only cost time."""


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding a text."""
    reads = dialect_read_by(reading.can)
    for text in reading.texts:
        written = text.prompt.dialect
        if written in ("plain", reads) or len(text.source) > LONGEST or not marked(text.prompt):
            continue
        if text is reading.negative and carries_negative_weights(reading.can) and not structured(text.prompt):
            continue
        if (
            written == "a1111"
            and reads == "comfy"
            and convert(text.source, written, reads).text == text.source
        ):
            continue
        converted = convert(text.source, written, reads)
        who = f"{reading.can.title} at {reading.can.host}"
        what = (
            "reads no weights: brackets and numbers are text to it" if reads == "plain" else f"reads {reads}"
        )
        title = "; ".join(dict.fromkeys(loss.what for loss in converted.losses)) or f"write it for {reads}"
        yield Found(
            text.whole,
            f"This is written for {written}, and {who} {what}.",
            "who reads which syntax: eschew's dialects",
            Fix(
                "unsafe" if converted.losses else "safe",
                title[:200],
                (Edit(text.field, 0, len(text.source), converted.text),),
            ),
        )


def marked(prompt: Prompt) -> bool:
    """Whether a text has any weight, schedule or structure, and not only a sign that looks like one."""
    return any(node.weight != 1.0 for node in prompt.nodes) or structured(prompt)


def structured(prompt: Prompt) -> bool:
    """Whether a text has a schedule or other structure beside its weights."""
    return any(node.role not in ("text", "escape", "markup") for node in prompt.nodes)


RULE = Rule("ESC307", "uncarried-weight", "warning", find, __doc__)
