"""Reading: a request as the rules see it, parsed and placed once, however many rules look at it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import final

from eschew.catalog.capabilities import Capabilities
from eschew.catalog.placing import Placement, place_clause
from eschew.catalog.taxonomy import Concept, concept
from eschew.check.meaning import Clash, clashes
from eschew.check.values import Edit, Span
from eschew.prompt import Clause, Prompt, clauses, detect, parse
from eschew.request import Request

__all__ = ["MOST_CLAUSES", "Reading", "Text"]

MOST_CLAUSES = 200
"""Rules about meaning look at this many clauses of a text: no model gives weight to more."""

BETWEEN = re.compile(r"[\s,;]*")
"""What may stand between two clauses when one of them is cut out whole; a bracket may not."""


@final
@dataclass(frozen=True)
class Text:
    """One text field of a request."""

    field: str
    source: str

    @cached_property
    def prompt(self) -> Prompt:
        """The parsed text, in the dialect it seems to be written in."""
        return parse(self.source, detect(self.source))

    @cached_property
    def all_clauses(self) -> tuple[Clause, ...]:
        """Every clause."""
        return clauses(self.prompt)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The first MOST_CLAUSES clauses."""
        return self.all_clauses[:MOST_CLAUSES]

    @property
    def blank(self) -> bool:
        """Whether nothing is said."""
        return not self.all_clauses

    @property
    def whole(self) -> Span:
        """All of it."""
        return Span(self.field, 0, len(self.source))

    def span(self, clause: Clause) -> Span:
        """Where a clause stands."""
        return Span(self.field, *clause.span)

    def place(self, clause: Clause, start: int, end: int) -> Span:
        """Characters [start, end) of a clause's text in the source; all of it where brackets or escapes move them."""
        return (
            Span(self.field, clause.span[0] + start, clause.span[0] + end)
            if self.plain(clause)
            else self.span(clause)
        )

    def plain(self, clause: Clause) -> bool:
        """Whether a clause stands in the source as it is read."""
        return self.source[clause.span[0] : clause.span[1]] == clause.text

    def without(self, index: int) -> Edit | None:
        """The edit that cuts a clause and one separator; None where brackets hold it to its neighbours."""
        start, end = self.all_clauses[index].span
        before = self.all_clauses[index - 1].span[1] if index else 0
        last = index + 1 == len(self.all_clauses)
        after = len(self.source) if last else self.all_clauses[index + 1].span[0]
        gaps = (self.source[before:start], self.source[end:after])
        if not all(BETWEEN.fullmatch(gap) for gap in gaps):
            return None
        return Edit(self.field, before, after, "") if last else Edit(self.field, start, after, "")

    def with_clause(self, wording: str) -> Edit:
        """The edit that adds a clause at the end."""
        end = len(self.source.rstrip(" \t\r\n,;."))
        return Edit(self.field, end, len(self.source), f", {wording}" if end else wording)


@final
@dataclass(frozen=True)
class Reading:
    """A request beside what its model can do."""

    request: Request
    can: Capabilities

    @cached_property
    def prompt(self) -> Text:
        """What is asked for."""
        return Text("prompt", self.request.prompt)

    @cached_property
    def negative(self) -> Text:
        """What is not wanted."""
        return Text("negative_prompt", self.request.negative_prompt)

    @property
    def texts(self) -> tuple[Text, Text]:
        """Both."""
        return self.prompt, self.negative

    @property
    def unread_in_this_task(self) -> bool:
        """Whether the host's field is read in other tasks and not in this one."""
        return self.can.why_not.endswith(f"when the task is {self.can.task}.")

    @cached_property
    def placements(self) -> tuple[Placement, ...]:
        """Where each clause of the negative belongs in the taxonomy, clause by clause."""
        return tuple(place_clause(clause.text, self.can.modality) for clause in self.negative.clauses)

    @cached_property
    def clashes(self) -> tuple[Clash, ...]:
        """Where the negative meets what the prompt asks for, in words, in meaning, or in a style's companion."""
        return clashes(self.prompt.clauses, self.negative.clauses, self.placements, self.can.model)

    @cached_property
    def concepts(self) -> tuple[Concept | None, ...]:
        """The likeliest concept of each clause of the negative, None where none could be told."""
        return tuple(concept(at.concept) if at.concept else None for at in self.placements)

    def add_negative(self, wordings: tuple[str, ...]) -> Edit:
        """The edit that adds clauses to the negative."""
        return self.negative.with_clause(", ".join(wordings))
