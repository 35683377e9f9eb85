"""What a dialect is: a reader, a writer, and what its writer can say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, final

from eschew.prompt.tree import Join, Node

__all__ = ["Dialect"]


@final
@dataclass(frozen=True, slots=True)
class Dialect:
    """A prompt syntax. `read` takes any text; `write` takes what `tidy` made, within the limits below."""

    name: str
    read: Callable[[str], tuple[Node, ...]]
    write: Callable[[Sequence[Node]], str]
    weights: Literal["none", "not negative", "any"] = "none"
    schedules: bool = False
    breaks: bool = False
    joins: frozenset[Join] = frozenset()
    glues: bool = True
    """Whether two phrases of different weight can touch without a space."""
