"""The tree of a prompt, kept flat: nodes in source order that tile the text without a gap.

Depth is a number on a node, never a Python object inside another, so a hundred thousand nested brackets
cost no recursion: not to build, not to compare, not to print. What a bracket does is already worked out:
each stretch of text carries its effective weight, the steps it is in, and the part it belongs to.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, final

from eschew.prompt.weights import settle

__all__ = [
    "ALWAYS",
    "WHOLE",
    "Clause",
    "Join",
    "Moment",
    "Node",
    "Part",
    "Phrase",
    "Prompt",
    "Role",
    "Tiler",
    "When",
]

Role = Literal["text", "escape", "markup", "switch", "turns", "next", "end", "break", "part"]
"""What a node is.

text      read as it stands            escape   read as every second character (`\\(` is `(`)
markup    weights: brackets, numbers, signs; and whatever a dialect drops
switch    opens `before | after` with a moment            turns   opens a list taken in turn, one a step
next      the border between two alternatives              end     closes a switch or turns
break     a new chunk of tokens                            part    begins a sub-prompt of its own
"""

Join = Literal["", "compose", "blend", "blend raw", "concat"]
"""How parts meet: noise predictions added (A1111 `AND`), embeddings averaged (Compel `.blend`, weights scaled
to sum 1 or `raw`), embeddings laid end to end (Compel `.and`)."""


@final
@dataclass(frozen=True, slots=True)
class Moment:
    """A point of the run: a share of its steps (0..1), or a step number."""

    value: float
    is_share: bool

    def step(self, steps: int) -> int:
        """The last step before the change, in a run of `steps`; never above `steps`."""
        return min(steps, int(self.value * steps if self.is_share else self.value))


@final
@dataclass(frozen=True, slots=True)
class When:
    """The steps a phrase is in: after one moment, until another, every n-th step. None means no bound."""

    after_share: float | None = None
    until_share: float | None = None
    after_step: int | None = None
    until_step: int | None = None
    turn: int = 0
    turns: int = 1
    never: bool = False

    def after(self, moment: Moment) -> When:
        """The same, and only after `moment`."""
        if moment.is_share:
            return replace(self, after_share=max(moment.value, self.after_share or 0.0))
        return replace(self, after_step=max(int(moment.value), self.after_step or 0))

    def until(self, moment: Moment) -> When:
        """The same, and only up to `moment`, that step included."""
        if moment.is_share:
            share = moment.value if self.until_share is None else min(moment.value, self.until_share)
            return replace(self, until_share=share)
        step = int(moment.value) if self.until_step is None else min(int(moment.value), self.until_step)
        return replace(self, until_step=step)

    def taking(self, turn: int, turns: int) -> When:
        """The same, and only on steps whose number (from 0) leaves `turn` when divided by `turns`.

        Two such conditions are one of the same form, or impossible (Chinese remainder theorem).
        """
        common = math.gcd(self.turns, turns)
        if (turn - self.turn) % common:
            return replace(self, never=True)
        both = self.turns // common * turns
        inverse = pow(self.turns // common, -1, turns // common) if turns > common else 0
        jump = (turn - self.turn) // common * inverse % (turns // common)
        return replace(self, turn=(self.turn + self.turns * jump) % both, turns=both)

    def active(self, step: int, steps: int) -> bool:
        """Whether the phrase is in at `step` (1 is the first) of a run of `steps`."""
        later = [] if self.after_share is None else [Moment(self.after_share, True)]
        later += [] if self.after_step is None else [Moment(self.after_step, False)]
        sooner = [] if self.until_share is None else [Moment(self.until_share, True)]
        sooner += [] if self.until_step is None else [Moment(self.until_step, False)]
        return (
            not self.never
            and all(step > moment.step(steps) for moment in later)
            and all(step <= moment.step(steps) for moment in sooner)
            and (step - 1) % self.turns == self.turn
        )


ALWAYS = When()


@final
@dataclass(frozen=True, slots=True)
class Part:
    """A sub-prompt: its place (from 0), its own weight, and how it meets the others."""

    index: int = 0
    weight: float = 1.0
    join: Join = ""


WHOLE = Part()


@final
@dataclass(frozen=True, slots=True)
class Node:
    """A stretch [start, end) of the source, and what a model reads in its place."""

    role: Role
    start: int
    end: int
    text: str = ""
    weight: float = 1.0
    when: When = ALWAYS
    part: Part = WHOLE
    chunk: int = 0
    moment: Moment | None = None


@final
@dataclass(frozen=True)
class Prompt:
    """A parsed text. `nodes` tile `source`: each begins where the one before it ends."""

    dialect: str
    source: str
    nodes: tuple[Node, ...]

    @cached_property
    def text(self) -> str:
        """What is read when every markup sign is taken out and every alternative is left in."""
        return "".join(node.text for node in self.nodes)


@final
@dataclass(frozen=True, slots=True)
class Phrase:
    """Text under one effective weight. `span` is its place in the source; escapes are undone in `text`."""

    text: str
    weight: float
    span: tuple[int, int]
    when: When = ALWAYS
    part: Part = WHOLE
    chunk: int = 0


@final
@dataclass(frozen=True, slots=True)
class Clause:
    """What stands between two commas, semicolons or line ends; white space is single and trimmed.

    `weight` is that of the phrase farthest from 1 in it; `phrases` has each one's own.
    """

    text: str
    weight: float
    span: tuple[int, int]
    when: When = ALWAYS
    part: Part = WHOLE
    chunk: int = 0
    phrases: tuple[Phrase, ...] = ()


@final
class Tiler:
    """Lays nodes side by side while a front end reads; neighbours that say the same become one."""

    __slots__ = ("_chunk", "_from", "_nodes", "_part", "_role", "_source", "_to", "_weight", "_when")

    def __init__(self, source: str) -> None:
        self._source = source
        self._nodes: list[Node] = []
        self._role: Role = "text"
        self._from = self._to = 0
        self._weight = 1.0
        self._when = ALWAYS
        self._part = WHOLE
        self._chunk = 0

    @property
    def when(self) -> When:
        """The steps that text laid now is in."""
        return self._when

    def weigh(self, weight: float) -> None:
        """Give text laid from here on this effective weight."""
        if weight != self._weight:
            if self._role != "markup":  # brackets in a row stay one node, whatever they do
                self._flush()
            self._weight = weight

    def schedule(self, when: When) -> None:
        """Put text laid from here on into these steps."""
        self._flush()
        self._when = when

    def lay(self, role: Literal["text", "escape", "markup"], end: int) -> None:
        """Everything from the last end up to `end` is `role`."""
        if end > self._to:
            if role != self._role:
                self._flush()
                self._role = role
            self._to = end

    def space(self, end: int) -> None:
        """Markup up to `end` that the model reads as one space."""
        self._flush()
        self._nodes.append(self._node("markup", end, " "))

    def mark(self, role: Role, end: int, moment: Moment | None = None) -> None:
        """A node of structure up to `end`; it may be empty."""
        self._flush()
        self._nodes.append(self._node(role, end, "", moment))
        if role == "break":
            self._chunk += 1

    def begin_part(self, part: Part, end: int) -> None:
        """Begin a sub-prompt; the chunk count starts anew."""
        self._flush()
        self._part = part
        self._chunk = 0
        self._nodes.append(self._node("part", end, ""))

    def done(self) -> tuple[Node, ...]:
        """All nodes."""
        self._flush()
        return tuple(self._nodes)

    def _node(self, role: Role, end: int, text: str, moment: Moment | None = None) -> Node:
        start, self._from, self._to = self._from, end, end
        weight = settle(self._weight) if text else 1.0
        return Node(role, start, end, text, weight, self._when, self._part, self._chunk, moment)

    def _flush(self) -> None:
        if self._to > self._from:
            text = "" if self._role == "markup" else self._source[self._from : self._to]
            self._nodes.append(
                self._node(self._role, self._to, text[1::2] if self._role == "escape" else text)
            )


def tiles(nodes: Sequence[Node], length: int) -> bool:
    """Whether `nodes` cover [0, length) in order, without gap or overlap."""
    place = 0
    for node in nodes:
        if node.start != place or node.end < place:
            return False
        place = node.end
    return place == length
