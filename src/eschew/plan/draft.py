"""A plan in the making, and what every step of deciding it uses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from eschew.errors import KnobError
from eschew.plan.values import Change

CATALOGUE, RULE = "catalogue", "eschew"
"""Who decided: a fact of the model, or eschew itself."""


@dataclass(frozen=True)
class Draft:
    """A plan in the making: the values so far (None = not decided) and how they came about."""

    values: dict[str, Any]
    history: tuple[Change, ...] = ()
    held: tuple[str, ...] = ()
    """Clauses of the negative that a policy requires: they are said before all others."""

    def __getitem__(self, field: str) -> Any:
        return self.values[field]

    def set(self, field: str, value: Any, by: str, because: str) -> Draft:
        """With `field` at `value`; unchanged, and no Change, if it already is."""
        before = self.values[field]
        if before == value:
            return self
        change = Change(field, before, value, by, because)
        return replace(self, values={**self.values, field: value}, history=(*self.history, change))


def inside(knob: str, value: float, low: float, high: float) -> None:
    """KnobError unless `value` is a number from `low` to `high`."""
    if not low <= value <= high:
        raise KnobError(f"{knob} must be a number from {low:g} to {high:g}, not {value:g}", where=knob)
