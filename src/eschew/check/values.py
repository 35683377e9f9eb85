"""What a check says: findings, with their place, their grounds, and a fix where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, final

import msgspec

__all__ = ["TEXT_FIELDS", "Edit", "Finding", "Fix", "Grade", "Severity", "Span", "to_builtins"]

Severity = Literal["error", "warning", "remark"]
"""error: the request cannot do what it says. warning: it probably will not. remark: worth knowing."""

Grade = Literal["safe", "unsafe", "display"]
"""safe: means the same to every model. unsafe: changes what is asked for. display: shown, never applied."""

TEXT_FIELDS = ("prompt", "negative_prompt")
"""Fields in which a place is a stretch of characters. In all others a finding is about the whole value."""


@final
@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of one field of the request; 0, 0 when the whole field is meant."""

    field: str
    start: int
    end: int


@final
@dataclass(frozen=True, slots=True)
class Edit:
    """Put `text` in the place of [start, end) of `field`; in a field that is no text, in place of its value."""

    field: str
    start: int
    end: int
    text: str


@final
@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that belong together: all of them are made, or none."""

    grade: Grade
    title: str
    edits: tuple[Edit, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """One remark of one rule."""

    code: str
    name: str
    severity: Severity
    span: Span
    message: str
    evidence: str
    """What the remark rests on: a source, a number, the words that were compared."""
    fix: Fix | None = None


def to_builtins(finding: Finding) -> dict[str, Any]:
    """The finding as plain tables, ready for JSON."""
    tables: dict[str, Any] = msgspec.to_builtins(finding)
    return tables
