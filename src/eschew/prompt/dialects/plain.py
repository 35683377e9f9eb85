"""Plain text: comma lists and sentences. Nothing is markup, nothing is escaped.

What most hosted services and every text encoder without a prompt parser see. `(blurry:1.5)` is eleven
characters here, brackets and number included.
"""

from __future__ import annotations

from collections.abc import Sequence

from eschew.prompt.dialects.dialect import Dialect
from eschew.prompt.tree import Node, Tiler

__all__ = ["PLAIN"]


def read(text: str) -> tuple[Node, ...]:
    """The whole text as one node."""
    tiler = Tiler(text)
    tiler.lay("text", len(text))
    return tiler.done()


def write(nodes: Sequence[Node]) -> str:
    """The text of all nodes."""
    return "".join(node.text for node in nodes).strip()


PLAIN = Dialect("plain", read, write)
