"""Draft: one rung of the ladder while it is worked out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import final

from eschew.request import Request

__all__ = ["Draft"]


@final
@dataclass(frozen=True, slots=True)
class Draft:
    """A move without its name. `obstacle` says why it cannot be made; empty when it can."""

    title: str
    why: str
    request: Request
    expected: str
    because: str = ""
    done: bool = False
    obstacle: str = ""

    def blocked(self, obstacle: str) -> Draft:
        """The same, and why it cannot be made."""
        return replace(self, obstacle=obstacle)
