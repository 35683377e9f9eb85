"""A negative prompt that acts only in a mode of the host.

## What it does
Finds a negative on a host that reads it in one mode alone: a composition plan, a thinking planner. A request of eschew does not
say the mode, so this is a reminder and not a verdict.

## Why it matters
Outside the mode the negative is ignored or the request rejected.

## Example
A negative for ElevenLabs Music sent with a bare prompt: its negative styles are part of a composition plan.

## Instead
The same negative in a composition plan.

## Fix safety
Display only: the mode is set at the host.

## Sources
The model's facts in the catalogue (`requires`).
"""

from __future__ import annotations

from collections.abc import Iterator

from eschew.check.reading import Reading
from eschew.check.rule import Found, Rule
from eschew.check.values import Fix


def find(reading: Reading) -> Iterator[Found]:
    """One finding a mode."""
    can = reading.can
    if reading.negative.blank or not can.field_effective:
        return
    for condition in can.requires:
        if condition.mode:
            fate = {"ignored": "it is ignored", "rejected": "the request is rejected"}.get(
                can.when_unmet, "nobody says what happens"
            )
            yield Found(
                reading.negative.whole,
                f"{can.title} at {can.host} reads a negative in {condition} only; otherwise {fate}.",
                "; ".join(can.sources),
                Fix("display", f"use {condition}"),
            )


RULE = Rule("ESC204", "mode-off-for-negative", "remark", find, __doc__)
