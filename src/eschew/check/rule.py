"""A rule: a permanent code, a name that says the problem, and a function from a reading to what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import final

from eschew.check.reading import Reading
from eschew.check.values import Finding, Fix, Severity, Span

__all__ = ["Found", "Rule"]


@final
@dataclass(frozen=True, slots=True)
class Found:
    """A finding before its rule has signed it; `severity` only where it differs from the rule's own."""

    span: Span
    message: str
    evidence: str = ""
    fix: Fix | None = None
    severity: Severity | None = None


@final
@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `page` is the docstring of its module, which is also its page in the documentation."""

    code: str
    name: str
    severity: Severity
    find: Callable[[Reading], Iterable[Found]]
    page: str | None
    """None only where Python was told to drop docstrings."""

    @property
    def summary(self) -> str:
        """The first line of the page."""
        return (self.page or self.name).strip().splitlines()[0]

    @property
    def markdown(self) -> str:
        """The page as Markdown, under a heading with name and code."""
        body = (self.page or "This Python was told to drop docstrings (-OO), and the page is one.").strip()
        return f"# {self.name} ({self.code})\n\nSeverity: {self.severity}\n\n{body}\n"

    def findings(self, reading: Reading) -> Iterator[Finding]:
        """What the rule has to say, signed."""
        for found in self.find(reading):
            yield Finding(
                self.code,
                self.name,
                found.severity or self.severity,
                found.span,
                found.message,
                found.evidence,
                found.fix,
            )
