"""A negative prompt with a guidance scale at which guidance is off.

## What it does
Finds a negative beside a `guidance_scale` of 1 or less, on a model and method where the negative acts through guidance.

## Why it matters
The result is n + w·(c - n), where c is the prompt's prediction and n the negative's. At w = 1 the n cancels out and c alone is left;
front ends notice and skip the negative altogether. Below 1 the result moves *towards* the negative. The default of a host counts
too: where it is off, it has to be raised.

## Example
```
eschew check "synthwave, analog arpeggio" -n "vocoder" --guidance-scale 1
```

## Instead
```
eschew check "synthwave, analog arpeggio" -n "vocoder" --guidance-scale 3
```

## Fix safety
Safe: a plan raises the scale to the same number, as hosts do, and says so.

## Sources
Ho and Salimans, arXiv 2207.12598; ComfyUI, which drops the negative pass at a scale of exactly 1; Z.Tools, whose server raises 1 to 1.5
when a negative is set (field article, read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.catalog.method_facts import method, method_ids
from eschew.check.measuring import with_measured
from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Edit, Fix, Span

RAISED = 1.5
"""What a scale that is off is raised to where the host does not say."""


def find(reading: Reading) -> Iterator[Found]:
    """At most one finding."""
    can, request = reading.can, reading.request
    host = can.guidance
    scale = request.guidance_scale
    if host is not None and host.convention == "ignored":
        return  # no guidance is left to raise; where guidance has a part in it all the same, burning-guidance speaks
    if scale is None and host is not None and host.default is not None:
        scale = host.to_standard(host.default)
    if reading.negative.blank or scale is None or not scale <= 1.0 or not acts_by_guidance(reading):
        return
    raised = host.to_standard(host.raises_to) if host and host.raises_to is not None else RAISED
    whose = "" if request.guidance_scale is not None else ", the default here,"
    yield Found(
        Span("guidance_scale", 0, 0),
        f"At a guidance_scale of {scale:g}{whose} guidance is off and the negative cannot act.",
        with_measured("n + w·(c - n) is c at w = 1 (arXiv 2207.12598)", reading, "a", "differs-at-1"),
        Fix("safe", f"raise guidance_scale to {raised:g}", (Edit("guidance_scale", 0, 0, f"{raised:g}"),)),
    )


def acts_by_guidance(reading: Reading) -> bool:
    """Whether the method that would run is one that needs guidance."""
    chosen = reading.request.method or next((name for name in reading.can.methods if name != "rewrite"), "")
    if chosen == "native":
        return any(condition.knob == "guidance_scale" for condition in reading.can.requires)
    return chosen in method_ids() and method(chosen).needs == "guidance"


RULE = Rule("ESC205", "guidance-off", "warning", find, __doc__)
