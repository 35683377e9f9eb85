"""The normal order of a node list: weights merged, white space single, markup gone, structure kept.

Every writer starts from this, so two texts that mean the same come out the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from eschew.prompt.tree import Node

__all__ = ["LINE_ENDS", "tidy"]

PIECE = re.compile(r"(?P<blank>\s+)|,|[^\s,]+")
LINE_ENDS = "\n\r\v\f\x85\u2028\u2029"
LINE_END = re.compile(f"[{LINE_ENDS}]")


def tidy(nodes: Sequence[Node]) -> list[Node]:
    """Text nodes of one weight each, and the nodes of structure, in order.

    White space becomes one space, or one line end if there was one; none before a comma, some after it, and none
    around chunks and parts. Between two phrases it belongs to neither's weight.
    """
    out: list[Node] = []
    run: list[str] = []  # the text of the phrase that is open
    first: Node | None = None  # the node it began in
    end = 0
    blank, hard = "", True  # white space not yet written; whether nothing is there for it to part

    def close() -> None:
        nonlocal first
        if first is not None:
            out.append(replace(first, role="text", text="".join(run), end=end, moment=None))
            run.clear()
            first = None

    def put(text: str, node: Node, start: int, stop: int) -> None:
        nonlocal first, end
        if first is not None and first.weight != node.weight:
            close()
        if first is None:
            first = replace(node, start=start)
        run.append(text)
        end = stop

    def put_blank(node: Node, weight: float | None) -> None:
        """Write the pending white space where it weighs nothing, if it can."""
        nonlocal blank
        if blank:
            around = first.weight if first is not None else None
            place = end if first is not None else node.start
            keep = around == weight and weight is not None
            put(blank, node if keep else replace(node, weight=1.0), place, place)
            blank = ""

    for node in nodes:
        if node.text:
            step = 2 if node.role == "escape" else 1 if node.role == "text" else 0
            # Tidied before, the text is no longer as long as its place in the source: then the place is whole.
            exact = node.end - node.start == step * len(node.text)
            for piece in PIECE.finditer(node.text):
                start, stop = node.start, node.end
                if exact:
                    start, stop = start + step * piece.start(), start + step * piece.end()
                if piece["blank"]:
                    if not hard:
                        blank = "\n" if blank == "\n" or LINE_END.search(piece[0]) else " "
                elif piece[0] == ",":
                    blank = "\n" if blank == "\n" else ""
                    put(",", node, start, stop)
                    blank, hard = blank or " ", False
                else:
                    put_blank(node, node.weight)
                    put(piece[0], node, start, stop)
                    hard = False
        elif node.role in ("break", "part"):
            blank, hard = "", True
            close()
            out.append(node)
        elif node.role in ("switch", "turns", "next", "end"):
            put_blank(node, None)
            close()
            out.append(node)
            hard = False
    close()
    return out
